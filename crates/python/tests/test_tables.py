"""Tables, and models side by side."""

import pytest

import standfirst


def test_dataframes_take_the_table_over(pipeline, articles):
    pyarrow = pytest.importorskip("pyarrow")
    table = standfirst.table(pipeline.summarize(articles))
    # Two models each, and a row for what could not be read.
    assert len(table) == 7
    rows = pyarrow.table(table).to_pylist()
    assert [row["id"] for row in rows[2:]] == ["bridge", "bridge", "articles:3", "vote", "vote"]
    assert rows[2]["model"] == "lead" and rows[2]["verdicts"] == ["copied", "copied"]
    assert rows[4]["error"] and rows[4]["abstract"] is None and rows[4]["verdicts"] is None
    assert list(rows[0]) == table.columns


def test_polars_reads_the_same(pipeline, articles):
    polars = pytest.importorskip("polars")
    pyarrow = pytest.importorskip("pyarrow")
    table = standfirst.table(pipeline.summarize(articles))
    assert polars.DataFrame(table).rows(named=True) == pyarrow.table(table).to_pylist()


def test_pandas_reads_the_same(pipeline, articles):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame.from_arrow(standfirst.table(pipeline.summarize(articles)))
    assert list(frame["id"])[1:4] == [frame["id"][0], "bridge", "bridge"]
    assert frame["support"].dropna().between(0, 1).all()


def test_support_is_told_alike_everywhere(pipeline, articles):
    pyarrow = pytest.importorskip("pyarrow")
    reports = list(pipeline.summarize(articles))
    told = {(report.id, one.model): one.support for report in reports for one in report.abstracts}
    rows = pyarrow.table(standfirst.table(reports)).to_pylist()
    assert {(row["id"], row["model"]): row["support"] for row in rows if row["model"]} == told
    sentences = tuple(standfirst.Sentence("A.", support=support) for support in (0.1, 0.2, 0.2))
    assert standfirst.Abstract("m", sentences=sentences).support == 0.1667
    assert standfirst.Abstract("m").support is None


def test_a_table_of_nothing_has_its_columns():
    pyarrow = pytest.importorskip("pyarrow")
    assert pyarrow.table(standfirst.table([])).num_rows == 0


def test_models_are_compared(articles):
    comparison = standfirst.compare(articles, "lead,kl", sentences=1)
    assert comparison.articles == 3 and comparison.to_dict()["unreadable"] == 1
    rows = {(row["model"], row["measure"]): row for row in comparison.rows()}
    rouge = rows["lead", "rouge1"]
    assert 0 < rouge["low"] <= rouge["mean"] <= rouge["high"] <= 100
    assert {model for model, _ in rows} == {"lead", "kl"}


def test_a_comparison_becomes_a_dataframe(articles):
    pytest.importorskip("pandas")
    frame = standfirst.compare(articles, ["lead", "kl"]).to_pandas()
    assert frame.loc[("rouge1", "lead"), "mean"] > 0
    assert "lead" in standfirst.compare(articles, ["lead"])._repr_html_()
