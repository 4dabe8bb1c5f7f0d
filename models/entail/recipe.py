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
    time: float = 1.0  # of the minutes, if there is a limit
    high: float = 1.0  # the learning rate, in parts of the peak, at its beginning
    low: float = 1.0  # and at its end, with a straight line between


STAGES = [
    Stage(
        "general",
        {
            "nli_new_protocols": 16_000,
            "nli_mnli_part": 16_000,
            "nli_fever_part": 5_000,
            "nli_conj": 3_000,
            "nli_cad_snli": 2_000,
            "nli_rte": 2_500,
            "nli_climate_fever": 1_000,
            "nli_covidfact": 600,
            "nli_control_longpremise": 600,
            "nli_healthver": 400,
        },
        part=0.569,
        time=0.42,
    ),
    Stage(
        "news",
        {
            "made": 8_000,
            "single": 1_000,
            "references": 5_000,
            "compressed": 2_000,
            "told": 2_000,
            "judged": 4_500,
            "edited": 870,
            "nli_new_protocols": 6_000,
            "nli_mnli_part": 6_000,
            "nli_fever_part": 1_500,
            "nli_cad_snli": 500,
            "nli_rte": 700,
        },
        part=0.728,
        time=0.58,
        low=0.01,
    ),
    Stage(
        "longer",
        {
            "made": 10_000,
            "single": 1_000,
            "references": 6_000,
            "compressed": 2_000,
            "told": 1_500,
            "judged": 4_500,
            "edited": 870,
            "nli_new_protocols": 11_000,
            "nli_mnli_part": 7_000,
            "nli_fever_part": 4_000,
            "nli_conj": 2_000,
            "nli_cad_snli": 1_000,
            "nli_rte": 700,
        },
        part=0.6075,
        high=0.8,
        low=0.01,
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
