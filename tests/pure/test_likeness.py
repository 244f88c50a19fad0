"""Two reports of the same place and category: which are one matter, on pairs that people would judge alike."""

import csv
from collections.abc import Iterator
from itertools import combinations, groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.district import load_district
from casebook.likeness import likeness, words_of
from launcher.machine import ROOT

PAIRS = Path(__file__).with_name("same_matters.csv")
RULE = load_district(ROOT / "config").same_matter
texts = st.text(alphabet="三德社区栋楼道堆物0123456789号路两家吵", max_size=30)


def judged() -> Iterator[tuple[int, bool, bool]]:
    """Yield scene, whether people say it is one matter, and whether it would be proposed."""
    rows = csv.DictReader(PAIRS.read_text(encoding="utf-8").splitlines())
    for scene, group in groupby(rows, key=lambda row: row["scene"]):
        for one, other in combinations(group, 2):
            filler = (*RULE.filler, one["community"], "小区", "社区")
            words = [words_of(each["text"], filler=filler) for each in (one, other)]
            found = likeness(words[0], words[1]).score >= float(RULE.likeness_least)
            yield int(scene), one["matter"] == other["matter"], found


def test_there_are_over_three_hundred_labelled_pairs_of_both_kinds() -> None:
    same = [truth for _, truth, _ in judged()]
    assert (340, 136) == (len(same), sum(same))


@pytest.mark.parametrize("half", [0, 1])
def test_four_of_five_proposals_are_right_and_four_of_five_matters_are_found(half: int) -> None:
    """Both halves of the scenes have to reach it, so that the limit is not fitted to single ones."""
    pairs = [(truth, found) for scene, truth, found in judged() if scene % 2 == half]
    right = sum(truth and found for truth, found in pairs)
    assert right / sum(found for _, found in pairs) >= 0.8
    assert right / sum(truth for truth, _ in pairs) >= 0.8


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("3栋和12号楼之间", {"3栋", "12栋"}),
        ("二十一幢门口", {"21栋"}),
        ("来电人反映岳飞街56号楼下，不是岳飞街56号", {"56栋", "岳飞街56号"}),
        ("解放大道一百零三号", {"解放大道103号"}),
        ("打了三天电话", set()),
    ],
)
def test_houses_and_buildings_are_read_in_figures_and_in_characters(text: str, places: set[str]) -> None:
    assert places == words_of(text, filler=()).places


def test_the_same_words_about_another_building_are_another_matter() -> None:
    one, other = (words_of(f"{number}栋楼道堆满纸箱，走路要侧身。", filler=()) for number in (3, 9))
    assert likeness(one, other).apart
    assert likeness(one, other).score < likeness(one, one).score


@given(one=texts, other=texts)
def test_likeness_is_a_share_and_knows_no_order(one: str, other: str) -> None:
    words = [words_of(each, filler=()) for each in (one, other)]
    assert 0 <= likeness(words[0], words[1]).score <= 1
    assert likeness(words[0], words[1]) == likeness(words[1], words[0])
