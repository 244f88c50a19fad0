"""How alike two reports of the same place and category are, and why, in words a clerk can check.

Character pairs, because Chinese has no blanks and no word list comes with it. What stands in every letter is left out;
a house or building that both name decides more than all words do.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

NOT_WORDS = re.compile(r"[^\w]+|[0-9_]+")
FIGURES = {figure: number for number, figure in enumerate("零一二三四五六七八九")} | {"两": 2}
NUMBER = r"([0-9]{1,4}|[零一二两三四五六七八九十百]{1,5})"
BUILDING = re.compile(NUMBER + r"\s*(?:栋|幢|号楼|#)")
HOUSE = re.compile(r"([\u4e00-\u9fff]{2}(?:大道|路|街|道|巷|村|里))[前后门口边上的]*" + NUMBER + r"\s*号(?!楼)")
OF_PLACE, OF_OTHER_PLACE = 0.3, 0.5


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a report says, ready to be compared: its character pairs, and the houses and buildings it names."""

    pairs: frozenset[str]
    places: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """From 0 to 1, how alike two reports are; which places both name, and whether they name different ones."""

    score: float
    of_words: float
    shared: tuple[str, ...]
    apart: bool


def words_of(text: str, *, filler: Iterable[str]) -> Words:
    """Take a report apart; `filler` are words that say nothing about the matter (place names, phrases of letters)."""
    places = {f"{_number(found)}栋" for found in BUILDING.findall(text)}
    places |= {f"{road}{_number(number)}号" for road, number in HOUSE.findall(text)}
    bare = HOUSE.sub(" ", BUILDING.sub(" ", text))
    for word in sorted(filler, key=len, reverse=True):
        bare = bare.replace(word, " ")
    parts = NOT_WORDS.sub(" ", bare).split()
    pairs = frozenset(part[at : at + 2] for part in parts for at in range(len(part) - 1))
    return Words(pairs=pairs, places=frozenset(places))


def likeness(one: Words, other: Words) -> Likeness:
    """Compare two reports: the shorter one's pairs that the other has too, moved by the places they name."""
    common = len(one.pairs & other.pairs)
    shorter, both = min(len(one.pairs), len(other.pairs)), len(one.pairs) + len(other.pairs)
    of_words = (common / shorter + 2 * common / both) / 2 if common else 0.0
    shared = tuple(sorted(one.places & other.places))
    apart = bool(one.places and other.places and not shared)
    moved = of_words + (OF_PLACE if shared else 0.0) - (OF_OTHER_PLACE if apart else 0.0)
    return Likeness(score=min(max(moved, 0.0), 1.0), of_words=of_words, shared=shared, apart=apart)


def _number(written: str) -> int:
    if written.isdecimal():
        return int(written)
    total = figure = 0
    for sign in written:
        if sign in "十百":
            total += (figure or 1) * (10 if sign == "十" else 100)
            figure = 0
        else:
            figure = FIGURES[sign]
    return total + figure
