"""What is learnt, in which order and how much of each source: the choices of the data, in one place."""

from dataclasses import dataclass, field

from data import chance, nli


@dataclass
class Stage:
    """A pass over so many pairs of each source, in random order."""

    name: str
    counts: dict = field(default_factory=dict)
    peak: float = 1.0  # of the learning rate
    fall: float = 1.0  # share of the stage from which it falls
    low: float = 1.0   # to which it falls


STAGES = [
    Stage("general", {
        "nli_new_protocols": 20_000, "nli_mnli_part": 16_000, "nli_fever_part": 7_000, "nli_conj": 7_000,
        "nli_cad_snli": 3_000, "nli_rte": 2_500, "nli_climate_fever": 1_500, "nli_covidfact": 1_000,
        "nli_control_longpremise": 1_000, "nli_healthver": 600,
    }),
]


def source(data, name):
    """All pairs of a source."""
    if name.startswith("nli_"):
        return nli(data, name.removeprefix("nli_"))
    raise ValueError(f"no source is called {name}")


def stage_pairs(data, stage, seed):
    """The pairs of a stage; what an earlier stage with the same seed took comes last."""
    found = []
    for name, count in stage.counts.items():
        pairs = source(data, name)
        chance(name, seed).shuffle(pairs)
        found += pairs[:count]
    return found
