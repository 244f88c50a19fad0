"""A short message is counted as it is sent: signed, filled with the longest names, 70 characters or 67 each."""

from pathlib import Path

import pytest

from casebook.district import District, load_district
from casebook.text_length import measure

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture(scope="module")
def district() -> District:
    return load_district(CONFIG)


def filler(district: District, length: int) -> str:
    return "字" * (length - len(district.texts.signature))


@pytest.mark.parametrize(
    ("length", "parts", "room"), [(69, 1, 1), (70, 1, 0), (71, 2, 63), (134, 2, 0), (135, 3, 66), (201, 3, 0)]
)
def test_a_part_is_full_at_70_characters_and_at_67_when_there_are_more(
    district: District, length: int, parts: int, room: int
) -> None:
    found = measure(filler(district, length), district=district)
    assert (length, parts, room) == (found.length, found.parts, found.room)


def test_a_placeholder_counts_with_the_longest_name_of_this_district(district: District) -> None:
    name = max((unit.name for unit in district.units), key=len)
    found = measure("{unit}：好。", district=district)
    assert f"{district.texts.signature}{name}：好。" == found.text
    assert len(found.text) == found.length


def test_a_character_beyond_the_basic_plane_counts_twice(district: District) -> None:
    assert 2 == measure("𠮷", district=district).length - measure("", district=district).length


@pytest.mark.parametrize(
    ("template", "sentence"),
    [("{unit", "花括号不成对"), ("}", "花括号不成对"), ("{phone}", "没有占位符 {phone}"), ("{}", "没有占位符 {}")],
)
def test_what_cannot_be_filled_says_why(district: District, template: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        measure(template, district=district)
