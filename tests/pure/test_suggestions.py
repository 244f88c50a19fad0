"""Suggested categories: right among the first three for words the model has never seen."""

import csv
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from casebook.district import load_district
from casebook.suggestions import learn
from launcher.machine import ROOT
from launcher.sample_exports.recipe import read_stories

DISTRICT = load_district(ROOT / "config")
SAMPLES = [
    (story.category, re.sub(r"\{.*?\}", " ", story.text))
    for story in read_stories(ROOT / "config/samples", district=DISTRICT)
]
LETTERS = list(csv.DictReader(Path(__file__).with_name("same_matters.csv").read_text(encoding="utf-8").splitlines()))
MODEL = learn(DISTRICT, samples=SAMPLES)


def share_right(texts: list[tuple[str, str]], *, first: int) -> float:
    found = [category in [each.category for each in MODEL.suggest(text)[:first]] for category, text in texts]
    return sum(found) / len(found)


def test_two_of_three_letters_in_other_peoples_words_are_right_at_once_and_four_of_five_among_three() -> None:
    """Letters that repeat a sample word for word are left out; there are 211 categories to choose from."""
    known = ["".join(re.findall("[\u4e00-\u9fff]+", text)) for _, text in SAMPLES]
    letters = [
        (row["category"], row["text"])
        for row in LETTERS
        if not any(text[-8:] in "".join(re.findall("[\u4e00-\u9fff]+", row["text"])) for text in known)
    ]
    assert len(letters) > 100
    assert share_right(letters, first=1) >= 0.65
    assert share_right(letters, first=3) >= 0.75


def test_folds_of_the_history_are_right_among_three() -> None:
    """Each fold of the letters is suggested by what was learnt from samples and the other folds."""
    folds, right = 5, 0
    for fold in range(folds):
        others = [(row["category"], row["text"]) for at, row in enumerate(LETTERS) if at % folds != fold]
        model = learn(DISTRICT, samples=SAMPLES, history=others)
        mine = [row for at, row in enumerate(LETTERS) if at % folds == fold]
        right += sum(row["category"] in [each.category for each in model.suggest(row["text"])] for row in mine)
    assert right / len(LETTERS) >= 0.85


def test_what_stands_in_one_letter_alone_is_not_learnt() -> None:
    once = [("010101", "诸葛亮家门口有垃圾")]
    model = learn(DISTRICT, samples=(), history=once)
    assert not any("诸葛" in pairs for pairs in model.counts.values())


def test_nothing_is_suggested_for_what_has_no_words() -> None:
    assert [] == MODEL.suggest("12345 hello")


@given(text=st.text(alphabet="井盖垃圾路灯漏水吵架狗", min_size=1, max_size=20))
def test_shares_are_shares_and_the_likeliest_comes_first(text: str) -> None:
    shares = [each.share for each in MODEL.suggest(text)]
    assert sorted(shares, reverse=True) == shares
    assert len(shares) <= 3
    assert sum(shares) <= 1 + 1e-9
