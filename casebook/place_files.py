"""What people call a place, and points of reference: two files by which addresses and coordinates are looked up."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import StringConstraints

from casebook.configuration import Configured, Folder, Text, wrong
from casebook.directory_files import read_table
from casebook.directory_tables import Directory

ALIASES, POINTS = "places_aliases.csv", "place_points.csv"


class PlaceAlias(Configured):
    """What people call a place (an estate, a building) instead of the community it lies in."""

    alias: Annotated[str, StringConstraints(min_length=2)]
    community: Text


class PlacePoint(Configured):
    """A point of reference of a street or community, in WGS-84 degrees; not its boundary."""

    code: Text
    lat: float
    lon: float


def read_aliases(files: Folder, directory: Directory) -> dict[str, PlaceAlias]:
    """Read the aliases; one that leads to no community is a `ConfigurationError`."""
    aliases = read_table(files, ALIASES, model=PlaceAlias, key="alias")
    communities = {place.code for place in directory.places if place.code != place.street}
    _must_be_places({alias.alias: alias.community for alias in aliases.values()}, communities, name=ALIASES)
    return aliases


def read_points(files: Folder, directory: Directory) -> dict[str, PlacePoint]:
    """Read the points; one of an unknown place is a `ConfigurationError`."""
    points = read_table(files, POINTS, model=PlacePoint, key="code")
    _must_be_places({code: code for code in points}, {place.code for place in directory.places}, name=POINTS)
    return points


def _must_be_places(codes: Mapping[str, str], known: set[str], *, name: str) -> None:
    for key, code in codes.items():
        if code not in known:
            raise wrong(name, key=key, what=f"没有编码“{code}”的地方，请对照 directory/places.csv 更正")
