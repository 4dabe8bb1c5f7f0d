"""Checked abstracts and tone for messy news articles, from many models side by side, offline.

>>> import standfirst
>>> report = standfirst.summarize("The bridge opened on Monday. Nobody was hurt.", model="lead", sentences=1)
>>> report.abstracts[0].text
'The bridge opened on Monday.'
>>> report.abstracts[0].sentences[0].verdict
'copied'

`Pipeline` does the same for any number of articles, in parallel and in bounded memory; `check` judges a summary that
somebody else wrote; `compare` puts models side by side.
"""

from ._compare import Comparison, compare
from ._native import ModelError, __version__
from ._pipeline import ArticleError, Pipeline, check, fetch, models, summarize, table
from ._reports import (
    Abstract,
    Cut,
    Evidence,
    Flagged,
    Model,
    Part,
    Report,
    Sentence,
    Target,
    Tone,
    Usage,
)

__all__ = [
    "Abstract",
    "ArticleError",
    "Comparison",
    "Cut",
    "Evidence",
    "Flagged",
    "Model",
    "ModelError",
    "Part",
    "Pipeline",
    "Report",
    "Sentence",
    "Target",
    "Tone",
    "Usage",
    "__version__",
    "check",
    "compare",
    "fetch",
    "models",
    "summarize",
    "table",
]
