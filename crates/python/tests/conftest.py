"""What the tests share: articles of our own, and models that need no files."""

import pytest

import standfirst

ARTICLES = [
    "The ferry to Sark was cancelled on Friday after its engine failed. The operator said that 140 passengers had "
    "been given rooms for the night. A replacement will sail on Saturday morning.",
    {
        "id": "bridge",
        "title": "Bridge opens",
        "text": "The bridge opened on Monday. Traffic was light. Nobody was hurt. The mayor praised the engineers.",
        "reference": ["The bridge opened on Monday.", "Nobody was hurt."],
    },
    {"id": "empty", "text": "   "},
    {"id": "vote", "text": "The council voted for the plan on Tuesday. Seven members were against it. Work begins in May."},
]


@pytest.fixture
def articles():
    return list(ARTICLES)


@pytest.fixture(scope="session")
def pipeline():
    return standfirst.Pipeline("lead,kl", "vader", sentences=2, jobs=2, include_text=True)
