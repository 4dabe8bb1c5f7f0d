"""Models side by side."""

from __future__ import annotations

import json
from typing import Any, Iterable, Sequence, Union

from . import _native
from ._pipeline import Article, Pipeline, _names
from ._reports import Json


class Comparison:
    """The figures of several models over the same articles, each with its interval."""

    def __init__(self, raw: Json) -> None:
        self.raw = raw

    @property
    def articles(self) -> int:
        """How many articles count."""
        return self.raw["articles"]

    def rows(self) -> list[Json]:
        """A row for every model and measure: `model`, `measure`, `mean`, `low`, `high`, the 95 % interval."""
        names = [one["name"] for one in self.raw["measures"]]
        return [
            {"model": model["model"], "measure": name, **model[name]}
            for model in self.raw["models"]
            for name in names
            if model.get(name) is not None
        ]

    def to_dict(self) -> Json:
        """As `standfirst compare --format json` gives it."""
        return dict(self.raw)

    def to_pandas(self) -> Any:
        """The rows as a DataFrame, the models by the measures. Needs pandas."""
        import pandas as pd

        frame = pd.DataFrame(self.rows(), columns=["model", "measure", "mean", "low", "high"])
        return frame.set_index(["measure", "model"])

    def _repr_html_(self) -> str:
        return self.to_pandas()._repr_html_()  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        models = ", ".join(one["model"] for one in self.raw["models"])
        return f"Comparison({models}; {self.articles} articles)"


def compare(
    articles: Iterable[Article],
    models: Union[str, Sequence[str]],
    *,
    semantic: bool = False,
    **settings: Any,
) -> Comparison:
    """Runs `models` on all `articles` and puts them side by side; `settings` are those of `Pipeline`.

    Articles with a `reference` give ROUGE. With `semantic` the measures that need an encoder are taken, too.
    """
    names = _names(models)
    pipeline = Pipeline(names, **{**settings, "include_text": True})
    lines = (report.line for report in pipeline.summarize(articles))
    return Comparison(json.loads(_native.compare(names, lines, settings.get("sentences"), semantic)))
