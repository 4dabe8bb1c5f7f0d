"""What a notebook shows. Everything that comes from an article or a model is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from ._reports import Abstract, Report, Sentence

_COLOURS = {
    "copied": "#1a7f37",
    "supported": "#1a7f37",
    "stitched": "#9a6700",
    "unsupported": "#cf222e",
    "contradicted": "#cf222e",
}


def report(found: Report) -> str:
    """A report: its title, and each abstract."""
    title = escape(found.title or found.id)
    if found.error is not None:
        return f"<div><strong>{title}</strong>: {escape(found.error)}</div>"
    abstracts = "".join(abstract(one, found.text) for one in found.abstracts)
    return f"<div><strong>{title}</strong>{abstracts}</div>"


def abstract(found: Abstract, text: Optional[str] = None) -> str:
    """An abstract, its sentences with verdicts; with the article's text, what each rests on."""
    if found.error is not None:
        return f"<p><em>{escape(found.model)}</em>: {escape(found.error)}</p>"
    source = None if text is None else text.encode()
    rows = "".join(_sentence(one, source) for one in found.sentences)
    return f"<p><em>{escape(found.model)}</em></p><ol>{rows}</ol>"


def _sentence(found: Sentence, source: Optional[bytes]) -> str:
    verdict = found.verdict or "unchecked"
    colour = _COLOURS.get(verdict, "#57606a")
    flags = f" ({escape(', '.join(found.flags))})" if found.flags else ""
    evidence = ""
    if source is not None:
        parts = (source[one.start : one.end].decode(errors="replace") for one in found.evidence)
        evidence = "".join(f"<blockquote>{escape(part)}</blockquote>" for part in parts)
        evidence = f"<details><summary>evidence</summary>{evidence}</details>" if evidence else ""
    return (
        f'<li>{escape(found.text)} <small style="color:{colour}">{escape(verdict)}{flags}</small>{evidence}</li>'
    )
