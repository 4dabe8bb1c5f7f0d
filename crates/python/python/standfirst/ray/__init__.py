"""Piles of articles that outgrow one machine, on Ray.

`Summarize` is for a pipeline of your own:

    ray.data.read_parquet("articles/").map_batches(
        standfirst.ray.Summarize,
        fn_constructor_kwargs={"models": "salience"},
        batch_format="pyarrow", batch_size=64, num_cpus=4, concurrency=8,
    )

`run`, which is `python -m standfirst.ray summarize`, reads files and writes parts, each once and whole, so that a run
that broke off is gone on with.
"""

from ._actor import Summarize
from ._run import Outcome, run

__all__ = ["Outcome", "Summarize", "run"]
