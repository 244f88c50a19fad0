"""What the sample exports are made of, as frozen models: the recipe and the stories."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictInt

from casebook.configuration import Configured, Folder, Text, validated, wrong
from casebook.district import District

FILE = "recipe.toml"
STORIES = "stories.csv"
HOURS = 24
Count = Annotated[StrictInt, Field(ge=0, le=10_000)]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Weights = Annotated[Mapping[str, Count], Field(min_length=1)]
Hours = Annotated[tuple[Count, ...], Field(min_length=HOURS, max_length=HOURS)]
Written = Annotated[int, BeforeValidator(lambda cell: int(cell) if str(cell).isdigit() else cell), Field(ge=1)]


class Street(Configured):
    """How much comes from a street's communities, about where it is (GCJ-02), and its roads."""

    weight: Count
    lat: Decimal
    lon: Decimal
    roads: Annotated[tuple[Text, ...], Field(min_length=1)]


class Mess(Configured):
    """How many rows of an export are strange (still good) or wrong (to be refused)."""

    repeated: Count = 0
    changed: Count = 0
    withdrawn: Count = 0
    line_break: Count = 0
    formula: Count = 0
    no_pictures: Count = 0
    empty_pictures: Count = 0
    zero_point: Count = 0
    wgs84_point: Count = 0
    no_category: Count = 0
    no_text: Count = 0
    no_time: Count = 0
    no_identifier: Count = 0
    unknown_community: Count = 0
    retired_category: Count = 0
    broken_letters: Count = 0
    broken_bytes: Count = 0
    torn: Count = 0
    swapped_point: Count = 0
    wicked_picture: Count = 0


class Export(Configured):
    """One platform's export: how many good rows, how it numbers and words them, and its mess."""

    rows: Count
    external_id: Text
    community_as: Literal["name", "code", "cell"]
    category_parts: tuple[StrictInt, ...] = ()
    majors: tuple[Text, ...] = ()
    hours: Text
    channels: Weights
    caller_kinds: Weights
    openings: Annotated[tuple[str, ...], Field(min_length=1)]
    endings: Annotated[tuple[str, ...], Field(min_length=1)]
    retired: Text
    mess: Mess = Mess()


class Recipe(Configured):
    """The whole of `recipe.toml`."""

    seed: StrictInt
    first_day: date
    days: Annotated[StrictInt, Field(ge=1, le=60)]
    weekend: Share
    anonymous: Share
    marked_urgent: Share
    echoes: Count
    hours: Mapping[str, Hours]
    streets: Mapping[str, Street]
    platforms: Mapping[str, Export]


class Story(Configured):
    """What people write about a category, and how often."""

    category: Text
    weight: Written
    text: Text


def read_recipe(folder: Path, *, district: District) -> Recipe:
    """Read the recipe; `ConfigurationError` names what does not fit this district."""
    recipe = validated(Recipe, Folder(folder).toml(FILE), name=FILE)
    for code, export in recipe.platforms.items():
        if code not in district.platforms:
            raise wrong(FILE, key=f"platforms.{code}", what="config/platforms 里没有这个平台")
        if export.hours not in recipe.hours:
            raise wrong(FILE, key=f"platforms.{code}.hours", what=f"[hours] 里没有“{export.hours}”")
        for section in ("channels", "caller_kinds"):
            for theirs in getattr(export, section):
                if theirs not in getattr(district.platforms[code], section):
                    raise wrong(FILE, key=f"platforms.{code}.{section}", what=f"平台没有取值“{theirs}”")
    streets = {place.name for place in district.places if place.code == place.street}
    if missing := sorted(streets - set(recipe.streets)):
        raise wrong(FILE, key="streets", what=f"缺少“{missing[0]}”")
    return recipe


def read_stories(folder: Path, *, district: District) -> list[Story]:
    """Read the stories; a category that is not in the catalogue is named with its line."""
    stories = []
    for line, row in Folder(folder).rows(STORIES):
        story = validated(Story, row, name=STORIES, at=f"第 {line} 行")
        if story.category not in district.catalogue:
            raise wrong(STORIES, key=f"第 {line} 行", what=f"没有类别“{story.category}”")
        stories.append(story)
    return stories
