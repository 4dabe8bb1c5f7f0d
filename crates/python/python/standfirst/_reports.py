"""What is found about an article: the contract `standfirst/1`, as dataclasses.

Every object keeps the dictionary that it was made from; `to_dict` gives it back, with what this version has no field
for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Optional

from . import _html, _native

Json = dict[str, Any]


@dataclass(frozen=True)
class Evidence:
    """A part of the article, in bytes of its text as it was read (UTF-8)."""

    start: int
    end: int


@dataclass(frozen=True)
class Flagged:
    """Words of a sentence that the article does not bear out."""

    kind: str
    """In what respect: `number`, `name`, `quote`, `negation`, `speaker` or `dangling`."""
    start: int
    """Where they begin, in bytes of the sentence."""
    end: int
    expected: Optional[str] = None
    """What the article has in their place; `None` where it has nothing there."""


@dataclass(frozen=True)
class Part:
    """One of several statements of a sentence: where its words stand, in bytes of the sentence, and what the check says."""

    start: int
    end: int
    verdict: str
    support: float


@dataclass(frozen=True)
class Sentence:
    """A sentence of an abstract, with what it rests on."""

    text: str
    verdict: Optional[str] = None
    """`copied`, `supported`, `stitched`, `unsupported` or `contradicted`; `None` if nothing has checked it."""
    support: Optional[float] = None
    """How well the article supports it, 0 to 1."""
    evidence: tuple[Evidence, ...] = ()
    flags: tuple[str, ...] = ()
    faults: tuple[Flagged, ...] = ()
    parts: tuple[Part, ...] = ()
    """What is said of each of its statements, where it makes several."""

    @property
    def is_supported(self) -> bool:
        """Whether the article says it, word for word or in other words."""
        return self.verdict in ("copied", "supported")


@dataclass(frozen=True)
class Usage:
    """Tokens that a server read and wrote."""

    prompt_tokens: int
    completion_tokens: int
    cost: Optional[float] = None
    """By the price in the model's card; `None` without one."""


@dataclass(frozen=True)
class Abstract:
    """One model's abstract."""

    model: str
    text: Optional[str] = None
    """`None` if the model failed; `error` says why."""
    sentences: tuple[Sentence, ...] = ()
    notes: tuple[str, ...] = ()
    error: Optional[str] = None
    style: str = "standfirst"
    """The form that was asked for."""
    usage: Optional[Usage] = None
    """What a server charged for it; `None` for models that ask none, and servers that do not say."""
    raw: Json = field(default_factory=dict, repr=False, compare=False)

    @property
    def support(self) -> Optional[float]:
        """Mean support of the sentences, 0 to 1, to four decimals; `None` if none was checked."""
        return _native.mean_support([one.support for one in self.sentences if one.support is not None])

    def to_dict(self) -> Json:
        """As it stands in the contract."""
        return dict(self.raw)

    def _repr_html_(self) -> str:
        return _html.abstract(self)


@dataclass(frozen=True)
class Target:
    """The tone towards a person, an organisation or a country."""

    name: str
    label: str
    score: float
    mentions: int


@dataclass(frozen=True)
class Tone:
    """One model's view of the tone of an article."""

    model: str
    label: Optional[str] = None
    """`negative`, `neutral` or `positive`; `None` if the model failed."""
    score: Optional[float] = None
    """-1 to 1."""
    targets: tuple[Target, ...] = ()
    error: Optional[str] = None
    raw: Json = field(default_factory=dict, repr=False, compare=False)

    def to_dict(self) -> Json:
        """As it stands in the contract."""
        return dict(self.raw)


@dataclass(frozen=True)
class Cut:
    """What is not part of the article's body, in bytes of its text as it was read."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True)
class Report:
    """Everything that was found about one article."""

    id: str
    source: str
    title: Optional[str] = None
    language: Optional[str] = None
    text: Optional[str] = None
    """The text that all places count in; only with `include_text`."""
    abstracts: tuple[Abstract, ...] = ()
    tone: tuple[Tone, ...] = ()
    cuts: tuple[Cut, ...] = ()
    notes: tuple[str, ...] = ()
    error: Optional[str] = None
    """Why there is nothing, if the article could not be read."""
    line: str = field(default="", repr=False, compare=False)
    """The report as a line of JSON, as the program writes it."""
    raw: Json = field(default_factory=dict, repr=False, compare=False)

    def abstract(self, model: Optional[str] = None) -> Abstract:
        """The abstract by `model`, or by the first model that was asked.

        Raises `KeyError` if that model was not asked.
        """
        for one in self.abstracts:
            if model is None or one.model == model:
                return one
        raise KeyError(model if model is not None else "no model was asked")

    def to_dict(self) -> Json:
        """As it stands in the contract."""
        return dict(self.raw)

    def _repr_html_(self) -> str:
        return _html.report(self)


@dataclass(frozen=True)
class Model:
    """A model that may be named."""

    id: str
    task: str
    about: str
    state: str
    """`built-in` or `ready` where it can be used as it is; `missing` where `fetch` has to bring its files."""


def read(line: str, raw: Json) -> Report:
    """The report of a line of JSON, which is read already."""
    return Report(
        id=raw["id"],
        source=raw["source"],
        title=raw.get("title"),
        language=raw.get("language"),
        text=raw.get("text"),
        abstracts=tuple(abstract(one) for one in raw["abstracts"]),
        tone=tuple(_tone(one) for one in raw["sentiment"]),
        cuts=tuple(_cut(one) for one in raw["cuts"]),
        notes=tuple(raw.get("notes", ())),
        error=raw.get("error"),
        line=line,
        raw=raw,
    )


def abstract(raw: Json) -> Abstract:
    """One model's abstract of the contract."""
    return Abstract(
        model=raw["model"],
        text=raw.get("text"),
        sentences=tuple(_sentence(one) for one in raw["sentences"]),
        notes=tuple(raw.get("notes", ())),
        error=raw.get("error"),
        style=raw.get("style", "standfirst"),
        usage=Usage(**raw["usage"]) if "usage" in raw else None,
        raw=raw,
    )


def _sentence(raw: Mapping[str, Any]) -> Sentence:
    return Sentence(
        text=raw["text"],
        verdict=raw.get("verdict"),
        support=raw.get("support"),
        evidence=tuple(Evidence(one["start"], one["end"]) for one in raw["evidence"]),
        flags=tuple(raw["flags"]),
        faults=tuple(_fault(one) for one in raw.get("findings", ())),
        parts=tuple(_part(one) for one in raw.get("parts", ())),
    )


def _part(raw: Mapping[str, Any]) -> Part:
    place = raw["summary"]
    return Part(place["start"], place["end"], raw["verdict"], raw["support"])


def _fault(raw: Mapping[str, Any]) -> Flagged:
    place = raw["summary"]
    return Flagged(raw["kind"], place["start"], place["end"], raw.get("expected"))


def _tone(raw: Json) -> Tone:
    targets = (
        Target(one["name"], one["label"], one["score"], len(one["mentions"])) for one in raw["targets"]
    )
    return Tone(
        model=raw["model"],
        label=raw.get("label"),
        score=raw.get("score"),
        targets=tuple(targets),
        error=raw.get("error"),
        raw=raw,
    )


def _cut(raw: Mapping[str, Any]) -> Cut:
    return Cut(raw["start"], raw["end"], raw["reason"])
