"""What is learnt, in which order and how much of each source: the choices of the data, in one place."""

from dataclasses import dataclass, field

from data import chance, nli
from news import SOURCES


@dataclass
class Stage:
    """A pass over so many pairs of each source, in random order."""

    name: str
    counts: dict = field(default_factory=dict)
    part: float = 1.0  # of the batches, the first so many
    high: float = 1.0  # the learning rate, in parts of the peak, at its beginning
    low: float = 1.0   # and at its end, with a straight line between


STAGES = [
    Stage("general", {
        "nli_new_protocols": 20_000, "nli_mnli_part": 16_000, "nli_fever_part": 7_000, "nli_conj": 7_000,
        "nli_cad_snli": 3_000, "nli_rte": 2_500, "nli_climate_fever": 1_500, "nli_covidfact": 1_000,
        "nli_control_longpremise": 1_000, "nli_healthver": 600,
    }, part=0.45),
    Stage("news", {
        "made": 20_000, "single": 3_000, "references": 8_000, "compressed": 7_000, "told": 3_500, "judged": 5_000, "edited": 900,
        "nli_new_protocols": 6_000, "nli_mnli_part": 4_000, "nli_fever_part": 1_500, "nli_conj": 1_000, "nli_cad_snli": 800,
        "nli_rte": 1_000,
    }),
    Stage("settle", {
        "made": 3_500, "references": 2_500, "compressed": 800, "told": 700, "judged": 1_200, "edited": 800, "nli_new_protocols": 1_500,
        "nli_mnli_part": 1_000,
    }, low=0.02),
]


def source(data, name, seed):
    """All pairs of a source; those of entailment sets are the same with every seed."""
    if name.startswith("nli_"):
        return nli(data, name.removeprefix("nli_"))
    return SOURCES[name](data, seed)


def stage_pairs(data, number, seed):
    """The pairs of a stage; of an entailment set first those that no earlier stage took."""
    found = []
    for name, count in STAGES[number].counts.items():
        pairs = source(data, name, seed + number)
        chance(name, seed).shuffle(pairs)
        skip = sum(stage.counts.get(name, 0) for stage in STAGES[:number]) if name.startswith("nli_") else 0
        skip %= max(1, len(pairs))
        found += (pairs[skip:] + pairs[:skip])[:count]
    return found
