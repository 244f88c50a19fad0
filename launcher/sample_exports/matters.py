"""Matters as people bring them up: what, where, when and who, drawn from the recipe by a seed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple, TypeVar

from casebook.district import District
from casebook.platforms import Platform
from casebook.rules import Category
from launcher.sample_exports.recipe import Export, Recipe, Story, Street

Thing = TypeVar("Thing")
SATURDAY = 5
BEFORE_ECHO_HOURS = (4, 60)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林何郭高罗"
MANNERS = ("先生", "女士", "爹爹", "婆婆", "师傅", "同学")
SHOPS = ("某便利店", "某餐饮店", "某书店", "某写字楼", "某理发店")
OFFICES = ("某学校", "某医院", "某银行网点")


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One report before any platform has worded it; instants are the district's local time."""

    category: Category
    community: str
    street: str
    at: datetime
    text: str
    address: str
    lat: float
    lon: float
    channel: str
    caller_kind: str
    name: str
    phone: str
    urgent: bool


class Scene(NamedTuple):
    """What happens, and where."""

    story: Story
    community: str
    street: str


def spread(things: Sequence[Thing], weights: Sequence[float], *, count: int, dice: Random) -> list[Thing]:
    """Return `count` things, each as often as its weight says, at most one off; in random order."""
    step = sum(weights) / count
    chosen: list[Thing] = []
    at, reached = dice.random() * step, 0.0
    for thing, weight in zip(things, weights, strict=True):
        reached += weight
        while at < reached and len(chosen) < count:
            chosen.append(thing)
            at += step
    chosen += [things[-1]] * (count - len(chosen))
    dice.shuffle(chosen)
    return chosen


@dataclass(frozen=True, kw_only=True)
class People:
    """Draws the matters of one platform."""

    district: District
    recipe: Recipe
    stories: Sequence[Story]
    dice: Random

    def scenes(self, count: int) -> list[Scene]:
        """Return what happens where: every story and every community as often as its weight says."""
        told = spread(self.stories, [story.weight for story in self.stories], count=count, dice=self.dice)
        return [Scene(story, *place) for story, place in zip(told, self._places(count), strict=True)]

    def matters(self, scenes: Sequence[Scene], *, export: Export, platform: Platform) -> list[Matter]:
        """Return the scenes as they are brought to one platform, the earliest first."""
        days = self._days(len(scenes))
        drawn = [
            replace(self._matter(scene, export=export, platform=platform), at=self._instant(day, export=export))
            for scene, day in zip(scenes, days, strict=True)
        ]
        return sorted(drawn, key=lambda matter: matter.at)

    def echo(self, matter: Matter, *, export: Export) -> Matter:
        """Return the same matter, brought up again elsewhere by the same person some hours later."""
        later = matter.at + timedelta(hours=self.dice.uniform(*BEFORE_ECHO_HOURS))
        channel = next(iter(export.channels))
        return replace(matter, at=later, channel=channel, caller_kind="", text=f"{matter.text}打过市长专线，再来留言。")

    def _places(self, count: int) -> list[tuple[str, str]]:
        names = {place.code: place.name for place in self.district.places}
        places = [(place.code, names[place.street]) for place in self.district.communities.values()]
        weights = [self.recipe.streets[street].weight for _, street in places]
        return spread(places, weights, count=count, dice=self.dice)

    def _days(self, count: int) -> list[date]:
        days = [self.recipe.first_day + timedelta(days=number) for number in range(self.recipe.days)]
        busy = [float(self.recipe.weekend) if day.weekday() >= SATURDAY else 1.0 for day in days]
        return spread(days, busy, count=count, dice=self.dice)

    def _instant(self, day: date, *, export: Export) -> datetime:
        hours = self.recipe.hours[export.hours]
        [hour] = self.dice.choices(range(len(hours)), weights=hours)
        hour = max(hour, 8) if day == self.recipe.first_day else hour  # the district opens on the first morning
        return datetime(day.year, day.month, day.day, hour, self.dice.randrange(60), self.dice.randrange(60))  # noqa: DTZ001 - local, the zone is the platform's matter

    def _matter(self, scene: Scene, *, export: Export, platform: Platform) -> Matter:
        dice, story, community, street = self.dice, scene.story, scene.community, scene.street
        around, name = self.recipe.streets[street], self.district.communities[community].name
        road, number, building = dice.choice(around.roads), dice.randrange(1, 299), dice.randrange(1, 33)
        said = {"社区": name, "路": road, "号": number, "栋": building, "几": "三四五六七"[dice.randrange(5)]}
        at = f"{building}栋" if "{栋}" in story.text else f"{road}{number}号"
        kind = _drawn(export.caller_kinds, dice=dice)
        person, phone = self._caller(platform.caller_kinds[kind], community=name, street=street)
        category = self.district.catalogue[story.category]
        return Matter(
            category=category,
            community=community,
            street=street,
            at=datetime.min,  # noqa: DTZ901 - set when all are drawn
            text=story.text.format(户=said["几"], **said),
            address=f"{self.district.name}{street}{name}{at}",
            **_around(around, dice=dice),
            channel=_drawn(export.channels, dice=dice),
            caller_kind=kind,
            name=person,
            phone=phone,
            urgent=category.urgency == "urgent" or dice.random() < self.recipe.marked_urgent,
        )

    def _caller(self, kind: str, *, community: str, street: str) -> tuple[str, str]:
        """Return an invented name and number; both empty for somebody who wants to stay unknown."""
        dice = self.dice
        if kind == "citizen" and dice.random() < self.recipe.anonymous:
            return "", ""
        names: dict[str, Callable[[], str]] = {
            "citizen": lambda: dice.choice(SURNAMES) + dice.choice(MANNERS),
            "business": lambda: dice.choice(SHOPS),
            "community": lambda: community,
            "street": lambda: street,
        }
        return "样例·" + names.get(kind, lambda: dice.choice(OFFICES))(), f"999{dice.randrange(10**7, 10**8)}"


def _around(street: Street, *, dice: Random) -> dict[str, float]:
    return {
        "lat": round(float(street.lat) + dice.uniform(-0.006, 0.006), 6),
        "lon": round(float(street.lon) + dice.uniform(-0.006, 0.006), 6),
    }


def _drawn(weights: Mapping[str, int], *, dice: Random) -> str:
    return dice.choices(list(weights), weights=list(weights.values()))[0]
