"""The one reader of `config/`: everything this district decided, as one frozen model."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from pydantic import InstanceOf, StringConstraints

from casebook.agreement import (
    must_be_open,
    must_be_texts,
    must_outlast_repeats,
    read_clock,
    read_gateways,
    read_reports,
)
from casebook.boundaries import Boundaries, read_boundaries
from casebook.clock_rules import ClockRules
from casebook.configuration import Configured, Folder, Text, validated, wrong
from casebook.directory_files import read_directory, read_table
from casebook.directory_tables import Directory, Person, Place, Unit
from casebook.gateways import Gateways
from casebook.open311_rules import PLATFORM_PREFIX, Open311, Questions, read_open311, read_questions
from casebook.place_files import PlaceAlias, PlacePoint, read_aliases, read_points
from casebook.platforms import OWN_DOORS, Platform
from casebook.rating_rules import RatingRules
from casebook.report_rules import ReportRules
from casebook.rules import (
    Bounds,
    Calendar,
    Category,
    Channel,
    DirectoryRules,
    Limits,
    Privacy,
    ReturnReason,
    SameMatter,
    SmsRules,
    Texts,
    UrgencyRule,
    Weights,
)
from casebook.scoring_rules import Scoring, read_scoring
from casebook.working_hours import WorkingHours

Entry = TypeVar("Entry", bound=Configured)
__all__ = ["Category", "Channel", "District", "Person", "Place", "Platform", "Unit", "load_district"]


class Decided(Configured):
    """What stands in `district.toml` itself."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    name: Text
    area: Text
    zone: ZoneInfo
    rules_version: Text
    limits: Limits
    directory: DirectoryRules
    sms: SmsRules
    urgency: UrgencyRule
    same_matter: SameMatter
    weights: Weights
    bounds: Bounds
    privacy: Privacy


class District(Decided, Directory):
    """Everything in `config/`; of the directory what its files say, which a fresh casebook begins with."""

    calendar: Calendar
    catalogue: Mapping[str, Category]
    channels: Mapping[str, Channel]
    platforms: Mapping[str, Platform]
    open311: Open311
    questions: Questions
    texts: Texts
    roles: Mapping[str, str]
    kinds: Mapping[str, str]
    hours: Mapping[str, WorkingHours]
    clock: ClockRules
    return_reasons: Mapping[str, ReturnReason]
    gateways: Gateways
    scoring: Scoring
    rating: RatingRules
    aliases: Mapping[str, PlaceAlias]
    points: Mapping[str, PlacePoint]
    boundaries: InstanceOf[Boundaries]
    reports: ReportRules

    @cached_property
    def communities(self) -> Mapping[str, Place]:
        """The communities by code."""
        return {place.code: place for place in self.places if place.code != place.street}

    @cached_property
    def community_codes(self) -> Mapping[str, str]:
        """What a platform may call a community (its code; its name; street and name), to its code."""
        streets = {place.code: place.name for place in self.places}
        occurrences = Counter(place.name for place in self.communities.values())
        codes = {code: code for code in self.communities}
        for code, place in self.communities.items():
            codes[streets[place.street] + place.name] = code
            if occurrences[place.name] == 1:
                codes[place.name] = code
        return codes

    @cached_property
    def names_of_communities(self) -> Mapping[str, frozenset[str]]:
        """What an address may call a community (as platforms do, or by an alias), to the codes it may mean."""
        names: dict[str, set[str]] = {name: {code} for name, code in self.community_codes.items()}
        for code, place in self.communities.items():
            names.setdefault(place.name, set()).add(code)
        for alias in self.aliases.values():
            names.setdefault(alias.alias, set()).add(alias.community)
        return {name: frozenset(codes) for name, codes in names.items()}

    def street_of(self, place: str) -> str:
        """Return the street of a community, or a street itself."""
        return next((each.street for each in self.places if each.code == place), place)

    def platform_name(self, code: str) -> str:
        """Return what a platform, or a client of the Open311 door, is called."""
        clients = {client.platform: client.name for client in self.open311.clients.values()}
        named = clients | dict(OWN_DOORS)
        return self.platforms[code].name if code in self.platforms else named.get(code, code)

    @cached_property
    def _units_of_roles(self) -> Mapping[str, tuple[Unit, ...]]:
        roles: dict[str, tuple[Unit, ...]] = {}
        for unit in sorted(self.units, key=lambda unit: unit.code):
            roles[unit.role] = (*roles.get(unit.role, ()), unit)
        return roles

    def unit_for(self, role: str, *, community: str) -> Unit | None:
        """Return the unit that plays `role` for a community: its own, its street's, the district's.

        This is what `casebook.directory.unit_for` finds once these files are imported; a test keeps both equal.
        """
        units = self._units_of_roles.get(role, ())
        place = self.communities.get(community)
        for area in (community, place.street if place else None):
            if found := next((unit for unit in units if unit.area == area), None):
                return found
        return next((unit for unit in units if unit.level in {"district", "city"}), None)


class Role(Configured):
    """A part that units play, by which they are found."""

    role: Text
    name: Text


class Names(Configured):
    """Chinese names by code."""

    names: Mapping[str, Text]


def load_district(folder: Path) -> District:
    """Read the configuration folder; `ConfigurationError` names the first file and key that cannot be used."""
    files = Folder(folder)
    decided = validated(Decided, files.toml("district.toml"), name="district.toml")
    catalogue = read_table(files, "catalogue.csv", model=Category, key="code")
    channels = _sections(files, "channels.toml", model=Channel)
    roles = {code: role.name for code, role in read_table(files, "roles.csv", model=Role, key="role").items()}
    hours = _sections(files, "working_hours.toml", model=WorkingHours)
    kinds = validated(Names, {"names": files.toml("kinds.toml")}, name="kinds.toml").names
    directory = read_directory(files, area=decided.area, roles=roles, hours=hours)
    must_outlast_repeats(decided.privacy, urgency=decided.urgency, limits=decided.limits)
    texts = validated(Texts, files.toml("texts.toml"), name="texts.toml")
    must_be_texts(decided.sms, texts, same_matter=decided.same_matter)
    return District(
        **dict(decided),
        **dict(directory),
        calendar=validated(Calendar, files.toml("calendar.toml"), name="calendar.toml"),
        catalogue=catalogue,
        channels=channels,
        platforms=_platforms(files, catalogue=catalogue, channels=channels),
        texts=texts,
        open311=read_open311(files, channels=channels),
        questions=read_questions(files, categories=catalogue),
        roles=roles,
        hours=hours,
        kinds=kinds,
        clock=read_clock(files, kinds=kinds),
        return_reasons=_sections(files, "return_reasons.toml", model=ReturnReason),
        gateways=read_gateways(files, texts),
        scoring=read_scoring(files, roles=roles),
        rating=validated(RatingRules, files.toml("rating.toml"), name="rating.toml"),
        aliases=read_aliases(files, directory),
        points=read_points(files, directory),
        boundaries=read_boundaries(files, directory),
        reports=read_reports(files, roles=roles, categories=catalogue, texts=texts),
    )


def _sections(files: Folder, name: str, *, model: type[Entry]) -> dict[str, Entry]:
    """Read a TOML file of sections; a model that has a `code` gets the section's name for it."""
    sections: dict[str, Entry] = {}
    for code, table in files.toml(name).items():
        if not isinstance(table, dict):
            raise wrong(name, key=code, what=f"应为一节，例如 [{code}]")
        named = table | {"code": code} if "code" in model.model_fields else table
        sections[code] = validated(model, named, name=name, at=code)
    return sections


def _platforms(
    files: Folder, *, catalogue: Mapping[str, Category], channels: Mapping[str, Channel]
) -> dict[str, Platform]:
    platforms: dict[str, Platform] = {}
    for name in files.names("platforms/*.toml"):
        code = PurePosixPath(name).stem
        if code in OWN_DOORS or code.startswith(PLATFORM_PREFIX):
            raise wrong(name, key=code, what="这个代码已由本系统自用，请给平台文件另取一个名字")
        platform = validated(Platform, files.toml(name) | {"code": code}, name=name)
        _must_lead_to(catalogue, platform.categories, name=name, section="categories")
        _must_lead_to(channels, platform.channels, name=name, section="channels")
        _must_lead_to(channels, {"": platform.default_channel}, name=name, section="default_channel")
        used = {f"channels.{theirs}": ours for theirs, ours in platform.channels.items()}
        for key, channel in ({"default_channel": platform.default_channel} | used).items():
            must_be_open(channels, platform.levels, channel=channel, where=(name, key))
        platforms[code] = platform
    return platforms


def _must_lead_to(known: Mapping[str, object], codes: Mapping[str, str], *, name: str, section: str) -> None:
    for theirs, ours in codes.items():
        if ours not in known:
            key = f"{section}.{theirs}" if theirs else section
            raise wrong(name, key=key, what=f"没有编码“{ours}”，请对照 catalogue.csv 或 channels.toml 更正")
