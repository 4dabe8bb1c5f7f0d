"""What is learnt, in which order and how much of each source: the choices of the data, in one place."""

from dataclasses import dataclass, field
from itertools import islice

from data import chance, nli
from news import SOURCES


@dataclass
class Stage:
    """A pass over so many pairs of each source, in random order."""

    name: str
    counts: dict = field(default_factory=dict)
    part: float = 1.0  # of the batches, the first so many
    high: float = 1.0  # the learning rate, in parts of the peak, at its beginning
    low: float = 1.0  # and at its end, with a straight line between


STAGES = [
    Stage(
        "general",
        {
            "nli_new_protocols": 20_000,
            "nli_mnli_part": 16_000,
            "nli_fever_part": 7_000,
            "nli_conj": 7_000,
            "nli_cad_snli": 3_000,
            "nli_rte": 2_500,
            "nli_climate_fever": 1_500,
            "nli_covidfact": 1_000,
            "nli_control_longpremise": 1_000,
            "nli_healthver": 600,
        },
        part=0.29,
    ),
    Stage(
        "news",
        {
            "made": 11_000,
            "single": 2_000,
            "references": 6_500,
            "compressed": 4_500,
            "told": 3_000,
            "judged": 5_000,
            "edited": 870,
            "nli_new_protocols": 7_000,
            "nli_mnli_part": 5_000,
            "nli_fever_part": 1_500,
            "nli_conj": 1_000,
            "nli_cad_snli": 800,
            "nli_rte": 1_000,
        },
        high=1.5,
        low=1.0,
    ),
    Stage(
        "more",
        {
            "made": 7_000,
            "single": 1_000,
            "references": 3_500,
            "compressed": 2_000,
            "told": 2_000,
            "judged": 4_000,
            "edited": 800,
            "nli_new_protocols": 7_000,
            "nli_mnli_part": 7_500,
            "nli_fever_part": 2_500,
            "nli_conj": 1_500,
            "nli_cad_snli": 1_000,
            "nli_rte": 700,
        },
        high=1.2,
        low=0.8,
    ),
    Stage(
        "settle",
        {
            "made": 3_500,
            "references": 2_500,
            "compressed": 800,
            "told": 700,
            "judged": 1_200,
            "edited": 800,
            "nli_new_protocols": 1_500,
            "nli_mnli_part": 1_000,
        },
        low=0.02,
    ),
]


def taken(data, name, number, seed):
    """The pairs of a source for a stage; of an entailment set those that no earlier stage took, as long as there are any."""
    count = STAGES[number].counts[name]
    if not name.startswith("nli_"):
        return list(islice((p for p in SOURCES[name](data, seed + number) if p), count))
    pairs = nli(data, name.removeprefix("nli_"))
    chance(name, seed).shuffle(pairs)
    skip = sum(stage.counts.get(name, 0) for stage in STAGES[:number]) % len(pairs)
    return (pairs[skip:] + pairs[:skip])[:count]


def stage_pairs(data, number, seed):
    """The pairs of a stage, source by source."""
    return [pair for name in STAGES[number].counts for pair in taken(data, name, number, seed)]
