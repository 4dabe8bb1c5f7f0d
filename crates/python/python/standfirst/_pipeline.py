"""Articles in, reports out."""

from __future__ import annotations

import json
import os
from typing import Any, Iterable, Iterator, Mapping, Optional, Sequence, Sized, Union

from . import _native, _reports
from ._reports import Abstract, Model, Report

Article = Union[str, Mapping[str, Any]]
"""The text of an article, or a mapping with a `text` and whatever else is known: `id`, `title`, `published`, `url`, … A
`reference` is a text with a sentence a line, or a list of sentences."""


class ArticleError(Exception):
    """An article could not be read. `report` says which, and why."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{report.id}: {report.error}")
        self.report = report


class Pipeline:
    """Models that are loaded once, and asked about any number of articles.

    `models` and `tone` name summarisers and models of sentiment (`standfirst.models()` lists them); length is said
    once, in `sentences`, `words` or `characters`. `style` is the form of the abstracts: "standfirst", "headline",
    "bullets", "brief" or "social". `jobs` is the number of threads, of which there are as many as
    processors unless said. With `include_text` reports have the text that all places count in; with `timings`, times.
    `check` names a model of entailment that the check asks about sentences in other words. `cards` are folders with
    cards of your own. The same articles give the same reports, whatever `jobs` is.

    Raises `ModelError` if a model cannot be had; `standfirst.fetch` brings the files of one.
    """

    def __init__(
        self,
        models: Union[str, Sequence[str]] = "salience",
        tone: Union[str, Sequence[str]] = (),
        *,
        sentences: Optional[int] = None,
        words: Optional[int] = None,
        characters: Optional[int] = None,
        jobs: Optional[int] = None,
        include_text: bool = False,
        timings: bool = False,
        check: Optional[str] = None,
        mode: Optional[str] = None,
        style: Optional[str] = None,
        precision: Optional[str] = None,
        cards: Sequence[Union[str, os.PathLike[str]]] = (),
    ) -> None:
        for name, value in (("sentences", sentences), ("words", words), ("characters", characters), ("jobs", jobs)):
            if value is not None and value < 1:
                raise ValueError(f"{name} is a whole number from 1, not {value!r}")
        self.models = _names(models)
        self.tone = _names(tone)
        if not self.models:
            raise ValueError("name a model; standfirst.models() lists them")
        self._native = _native.Pipeline(
            {
                "models": self.models,
                "tone": self.tone,
                "sentences": sentences,
                "words": words,
                "characters": characters,
                "jobs": jobs,
                "include_text": include_text,
                "timings": timings,
                "check": check,
                "mode": mode,
                "style": style,
                "precision": precision,
                "cards": [os.fspath(folder) for folder in cards],
            }
        )

    @property
    def jobs(self) -> int:
        """Threads that work on articles."""
        return self._native.jobs

    def __call__(self, article: Article) -> Report:
        """The report on one article. Raises `ArticleError` if there is none in it."""
        return _checked(_read(self._native.one(_line(article))))

    def summarize(
        self, articles: Iterable[Article], *, errors: str = "keep", progress: bool = False
    ) -> Iterator[Report]:
        """Reports on `articles`, in their order, each as soon as all before it are there.

        `articles` is any iterable, and is read a little ahead of what is asked for, so that it may be endless. An
        article that cannot be read has its error in its report; with `errors="raise"` it is raised as `ArticleError`.
        With `progress` there is a bar, if tqdm is installed.
        """
        if isinstance(articles, (str, bytes, Mapping)):
            raise TypeError("this is one article; call the pipeline itself, or give a list of articles")
        found = self._native.lines(map(_line, articles))
        total = len(articles) if isinstance(articles, Sized) else None
        return iterate(found, errors, _bar(found, total) if progress else found)

    def read(
        self,
        *paths: Union[str, os.PathLike[str]],
        errors: str = "keep",
        progress: bool = False,
    ) -> Iterator[Report]:
        """Reports on the articles in files and folders of any form that the program reads."""
        found = self._native.paths([os.fspath(path) for path in paths])
        return iterate(found, errors, _bar(found, None) if progress else found)

    def __repr__(self) -> str:
        return f"Pipeline(models={self.models!r}, tone={self.tone!r}, jobs={self.jobs})"


def summarize(article: Article, model: Union[str, Sequence[str]] = "salience", **settings: Any) -> Report:
    """The report on one article, by a pipeline for it alone; `settings` are those of `Pipeline`.

    For more than one, build a `Pipeline` once.
    """
    return Pipeline(model, jobs=1, **settings)(article)


def check(article: Article, summary: Union[str, Sequence[str]], *, model: Optional[str] = None) -> Abstract:
    """What the check says of `summary`, whoever wrote it, sentence by sentence; `model` is one of entailment.

    Raises `ValueError` if there is no article, or no sentence in the summary.
    """
    text = summary if isinstance(summary, str) else "\n".join(summary)
    return _reports.abstract(json.loads(_native.check(_line(article), text, model)))


def models(cards: Sequence[Union[str, os.PathLike[str]]] = ()) -> list[Model]:
    """Every model there is."""
    found = (json.loads(line) for line in _native.models([os.fspath(folder) for folder in cards]))
    return [Model(one["id"], one["task"], one["about"], one["state"]) for one in found]


def fetch(*ids: str, cards: Sequence[Union[str, os.PathLike[str]]] = ()) -> None:
    """Sees to it that the files of these models are on this machine, checked by their sums.

    Raises `ModelError` if one cannot be had.
    """
    for one in ids or ("salience",):
        _native.fetch(one, [os.fspath(folder) for folder in cards])


def table(reports: Iterable[Report]) -> _native.Table:
    """A row for every article and model, by the interface of Arrow: `pyarrow.table(…)`, `polars.DataFrame(…)`,
    `pandas.DataFrame.from_arrow(…)` and DuckDB take it over without copies."""
    return _native.Table(report.line for report in reports)


def _names(names: Union[str, Sequence[str]]) -> list[str]:
    if isinstance(names, str):
        return [name.strip() for name in names.split(",") if name.strip()]
    return list(names)


def _line(article: Article) -> str:
    if isinstance(article, str):
        return json.dumps({"text": article})
    if isinstance(article, Mapping):
        row = dict(article)
        if isinstance(row.get("reference"), (list, tuple)):
            row["reference"] = "\n".join(map(str, row["reference"]))
        try:
            return json.dumps(row, default=_plain)
        except (TypeError, ValueError) as error:
            raise TypeError(f"an article is a text or a mapping that JSON can say: {error}") from error
    raise TypeError(f"an article is a text or a mapping with a text, not {type(article).__name__}")


def _plain(value: Any) -> Any:
    """Dates as ISO 8601, numbers of NumPy as numbers."""
    for method in ("isoformat", "item"):
        if hasattr(value, method):
            return getattr(value, method)()
    raise TypeError(f"{type(value).__name__} is nothing that JSON can say")


def _read(line: Optional[str]) -> Report:
    assert line is not None
    return _reports.read(line, json.loads(line))


def _checked(report: Report) -> Report:
    if report.error is not None:
        raise ArticleError(report)
    return report


def iterate(lines: _native.Reports, errors: str, shown: Iterable[str]) -> Iterator[Report]:
    """The reports of `lines`, as `shown` hands them on; dropped, it stops the work."""
    if errors not in ("keep", "raise"):
        raise ValueError(f'errors is "keep" or "raise", not {errors!r}')
    return _followed(lines, errors == "raise", shown)


def _followed(lines: _native.Reports, strict: bool, shown: Iterable[str]) -> Iterator[Report]:
    try:
        for line in shown:
            report = _read(line)
            yield _checked(report) if strict else report
    finally:
        lines.close()


def _bar(lines: Iterable[str], total: Optional[int]) -> Iterable[str]:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return lines
    return tqdm(lines, total=total, unit="article")
