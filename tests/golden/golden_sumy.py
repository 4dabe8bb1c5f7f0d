"""Writes sumy.json: what the Python package sumy makes of articles.json.

    pip install sumy==0.11.0 numpy==2.4.6
    python3 golden_sumy.py

The words are ours: terms.json holds the stems that standfirst finds, as numbers, null for stop
words (`STANDFIRST_BLESS=1 cargo test -p standfirst-summarizer --test sumy` writes it). So nothing is
compared but the algorithms. What is set differently from sumy's defaults, and why:

- TextRank and LexRank walk until they have settled; sumy's LexRank stops at a change of 0.1.
- LexRank jumps as the paper has it, over the links that sumy finds; sumy's own, which never jumps, is
  kept beside it.
- Ratings equal to 9 digits are equal, and the earlier sentence wins; else rounding decides.
- TextRank's guard against rows without links is off: no row here is without, and it costs 1e-7.
- LSA keeps the topics that the paper keeps and gives no weight to a word that is not there. With all
  topics kept, the singular values cancel out of sumy's formula and leave the vector's length.
- KL sees no stop words at all: sumy leaves them out of a candidate and counts them in the summary.
  Divergences equal to 12 digits are equal, and the earlier sentence wins; else rounding decides.
"""

import json
import pathlib

import numpy
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.summarizers.kl import KLSummarizer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.luhn import LuhnSummarizer
from sumy.summarizers.sum_basic import SumBasicSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer

HERE = pathlib.Path(__file__).parent
STOP = "stop"
CHOSEN = 3

TextRankSummarizer.epsilon = LexRankSummarizer.epsilon = 1e-12
TextRankSummarizer._ZERO_DIVISION_PREVENTION = 0.0


class PaperLexRank(LexRankSummarizer):
    @staticmethod
    def power_method(matrix, epsilon):
        return LexRankSummarizer.power_method(0.15 / len(matrix) + 0.85 * matrix, epsilon)


class PaperLsa(LsaSummarizer):
    def _compute_term_frequency(self, matrix):
        absent = matrix == 0
        weighted = super()._compute_term_frequency(matrix)
        weighted[absent] = 0.0
        return weighted

    def _compute_ranks(self, sigma, v_matrix):
        LsaSummarizer.REDUCTION_RATIO = 0.0
        LsaSummarizer.MIN_DIMENSIONS = int(numpy.sum(sigma >= sigma[0] / 2))
        return super()._compute_ranks(sigma, v_matrix)


class RoundedKl(KLSummarizer):
    @staticmethod
    def _find_index_of_best_sentence(kls):
        return KLSummarizer._find_index_of_best_sentence([round(kl, 12) for kl in kls])


# The greedy methods know an order only; the others have scores that can be compared.
METHODS = {
    "textrank": (TextRankSummarizer, False),
    "lexrank": (PaperLexRank, False),
    "lexrank_without_jumps": (LexRankSummarizer, False),
    "lsa": (PaperLsa, False),
    "luhn": (LuhnSummarizer, False),
    "sumbasic": (SumBasicSummarizer, True),
    "kl": (RoundedKl, True),
}


class Words:
    """Gives sumy our words: `t12` for stem 12, and one mark for every stop word, or nothing."""

    def __init__(self, sentences, words, stop_words=True):
        self.words = dict(zip(sentences, words))
        self.stop_words = stop_words

    def to_words(self, sentence):
        words = (STOP if stem is None else f"t{stem}" for stem in self.words[sentence])
        return tuple(word for word in words if self.stop_words or word != STOP)


def rate(method, document):
    """The rating that sumy gives to each sentence, and the indices of those it chooses."""
    summarizer = method(lambda word: word)
    summarizer.stop_words = frozenset([STOP])
    seen = {}

    def best(sentences, count, rating, *args, **kwargs):
        value = rating.__getitem__ if isinstance(rating, dict) else rating
        seen["ratings"] = [float(value(s, *args, **kwargs)) for s in sentences]
        ratings = iter([round(rating, 9) for rating in seen["ratings"]])
        return method._get_best_sentences(sentences, count, lambda s: next(ratings))

    summarizer._get_best_sentences = best
    chosen = summarizer(document, CHOSEN)
    return seen["ratings"], [document.sentences.index(sentence) for sentence in chosen]


def golden(article, words):
    sentences = article["sentences"]
    assert len(set(sentences)) == len(sentences), "sumy keeps one rating per text"
    result = {"id": article["id"]}
    for name, (method, greedy) in METHODS.items():
        tokenizer = Words(sentences, words, stop_words=name != "kl")
        document = ObjectDocumentModel([Paragraph([Sentence(s, tokenizer) for s in sentences])])
        ratings, chosen = rate(method, document)
        order = sorted(range(len(ratings)), key=lambda i: -ratings[i])
        known = {"order": order} if greedy else {"scores": [round(r, 12) for r in ratings]}
        result[name] = {"chosen": chosen, **known}
    return result


def main():
    articles = json.loads((HERE / "articles.json").read_text(encoding="utf-8"))
    terms = json.loads((HERE / "terms.json").read_text(encoding="utf-8"))
    lines = [json.dumps(golden(a, t)) for a, t in zip(articles, terms, strict=True)]
    (HERE / "sumy.json").write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
