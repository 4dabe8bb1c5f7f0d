"""Articles in, reports out."""

import json
import threading
import time
from datetime import date

import pytest

import standfirst


def test_reports_come_in_order_with_failures_in_their_place(pipeline, articles):
    reports = list(pipeline.summarize(articles))
    assert [report.id for report in reports] == ["articles:1", "bridge", "articles:3", "vote"]
    assert [report.error is None for report in reports] == [True, True, False, True]
    bridge = reports[1]
    assert bridge.abstract("lead").text == "The bridge opened on Monday. Traffic was light."
    assert [one.model for one in bridge.abstracts] == ["lead", "kl"]
    assert bridge.tone[0].model == "vader" and -1 <= bridge.tone[0].score <= 1
    source = bridge.text.encode()
    for sentence in bridge.abstract("lead").sentences:
        [evidence] = sentence.evidence
        assert source[evidence.start : evidence.end].decode() == sentence.text
        assert sentence.verdict == "copied" and sentence.is_supported


def test_a_report_gives_back_what_it_was_made_from(pipeline, articles):
    [report] = pipeline.summarize(articles[1:2])
    assert report.to_dict() == json.loads(report.line)
    assert report.to_dict()["schema"] == "standfirst/1"
    assert report.abstract().to_dict() in report.to_dict()["abstracts"]
    with pytest.raises(KeyError):
        report.abstract("bart")


def test_threads_change_nothing(articles):
    many = [{"id": str(at), "text": articles[1]["text"]} for at in range(200)]
    lines = [
        [report.line for report in standfirst.Pipeline("lead,lexrank", jobs=jobs).summarize(many)] for jobs in (1, 4)
    ]
    assert lines[0] == lines[1] and len(lines[0]) == 200


def test_an_article_that_cannot_be_read_is_raised_if_asked_for(pipeline, articles):
    reports = pipeline.summarize(articles, errors="raise")
    assert next(reports).error is None
    assert next(reports).id == "bridge"
    with pytest.raises(standfirst.ArticleError, match="articles:3") as raised:
        next(reports)
    assert raised.value.report.source == "articles:3"


def test_one_article_is_for_the_pipeline_itself(pipeline, articles):
    assert pipeline(articles[1]).id == "bridge"
    with pytest.raises(standfirst.ArticleError):
        pipeline("")
    for one in (articles[0], articles[1]):
        with pytest.raises(TypeError, match="one article"):
            pipeline.summarize(one)


def test_endless_input_is_read_only_a_little_ahead(pipeline):
    given = 0

    def endless():
        nonlocal given
        while True:
            given += 1
            yield f"Number {given} was drawn on Monday. Nobody had it. The next draw is on Friday."

    reports = pipeline.summarize(endless())
    for _ in range(50):
        next(reports)
    reports.close()
    assert 50 <= given < 200
    settled = given
    time.sleep(0.2)
    assert given == settled


def test_a_slow_source_does_not_hold_back_what_is_ready(pipeline):
    def slow():
        for number in range(3):
            yield f"Number {number} was drawn on Monday. Nobody had it."
            time.sleep(0.3)

    since = time.monotonic()
    next(pipeline.summarize(slow()))
    assert time.monotonic() - since < 0.85


def test_what_the_source_raises_comes_through(pipeline, articles):
    def broken():
        yield articles[0]
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(pipeline.summarize(broken()))


def test_python_goes_on_while_articles_are_worked_on(articles):
    text = " ".join(f"Clause {at} of the treaty was signed by minister {at}." for at in range(2000))
    pipeline = standfirst.Pipeline("lexrank", jobs=1)
    beats = 0
    done = threading.Event()

    def heart():
        nonlocal beats
        while not done.is_set():
            beats += 1
            time.sleep(0.001)

    thread = threading.Thread(target=heart)
    thread.start()
    list(pipeline.summarize([text] * 3))
    done.set()
    thread.join()
    assert beats > 20


def test_two_threads_of_python_share_a_pipeline(pipeline, articles):
    found = {}

    def work(name):
        found[name] = [report.line for report in pipeline.summarize(articles * 10)]

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found["a"] == found["b"] and len(found["a"]) == 40


@pytest.mark.parametrize(
    ("article", "told"),
    [(17, "not int"), ({"text": {1, 2}}, "set"), (None, "NoneType"), (b"bytes", "bytes")],
)
def test_what_is_no_article_is_told(pipeline, article, told):
    with pytest.raises(TypeError, match=told):
        pipeline(article)


def test_dates_and_numbers_of_numpy_are_understood(pipeline):
    numpy = pytest.importorskip("numpy")
    row = {"id": "d", "text": "The bridge opened on Monday.", "published": date(2024, 5, 6), "views": numpy.int64(7)}
    assert pipeline(row).to_dict()["extra"]["views"] == 7


def test_settings_that_cannot_be_are_told():
    with pytest.raises(standfirst.ModelError, match="no model"):
        standfirst.Pipeline("leed")
    with pytest.raises(ValueError, match="once"):
        standfirst.Pipeline("lead", sentences=2, words=50)
    with pytest.raises(ValueError, match="from 1"):
        standfirst.Pipeline("lead", sentences=0)
    with pytest.raises(ValueError, match="int8"):
        standfirst.Pipeline("lead", precision="int4")
    with pytest.raises(ValueError, match="name a model"):
        standfirst.Pipeline([])
    with pytest.raises(ValueError, match="keep"):
        standfirst.Pipeline("lead").summarize([], errors="ignore")


def test_files_are_read_as_the_program_reads_them(tmp_path, pipeline):
    (tmp_path / "a.txt").write_text("The bridge opened on Monday. Traffic was light.\n\nSubscribe to our newsletter!\n")
    (tmp_path / "b.jsonl").write_text('{"id": "x", "text": "Rain fell all night. The river rose."}\nbroken\n')
    reports = {report.id.split("/")[-1]: report for report in pipeline.read(tmp_path)}
    assert reports["a.txt"].cuts and "Subscribe" not in reports["a.txt"].abstract().text
    assert reports["x"].abstract().text == "Rain fell all night. The river rose."
    assert [report.error is None for report in reports.values()] == [True, True, False]


def test_a_summary_is_checked():
    article = "The ferry was cancelled on Friday. It carries 140 passengers."
    checked = standfirst.check(article, "The ferry was cancelled on Friday. It carries 240 passengers.")
    assert checked.sentences[0].verdict == "copied"
    assert not checked.sentences[1].is_supported
    assert [(one.kind, one.expected) for one in checked.sentences[1].faults] == [("number", "140")]
    with pytest.raises(ValueError, match="no summary"):
        standfirst.check(article, "")


def test_models_are_listed():
    found = {model.id: model for model in standfirst.models()}
    assert found["lead"].state == "built-in" and found["salience"].task == "summarize"
    with pytest.raises(standfirst.ModelError, match="leed"):
        standfirst.fetch("leed")
    standfirst.fetch("lead")


def test_a_notebook_shows_sentences_with_evidence_and_escapes_them(pipeline):
    report = pipeline({"id": "<b>", "text": "A <script> ran on Monday. It was stopped."})
    shown = report._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "<b>" not in shown
    assert "<details>" in shown and "copied" in shown
