"""In which community or street a point lies, for a district that has their boundaries (`place_boundaries.geojson`).

GeoJSON (RFC 7946): a feature for each place with its `code`, longitude before latitude. In WGS-84 as that standard
says, or with a member `datum` of the collection as Chinese maps give it. Without the file nothing is said.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import shapely
from pydantic import Field
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from casebook.configuration import Configured, Folder, validated, wrong
from casebook.datum import as_wgs84
from casebook.directory_tables import Directory
from casebook.reports import Datum

FILE = "place_boundaries.geojson"
AREAS = ("Polygon", "MultiPolygon")
OVERLAP_SHARE = 0.01  # of the smaller of two places of one kind: so much is an inaccurate line, more a mistake


class Properties(Configured):
    """Which place a feature is; what else a map knows of it may stand beside."""

    model_config = Configured.model_config | {"extra": "ignore"}

    code: str


class Feature(Configured):
    """One place and its area."""

    type: Literal["Feature"]
    properties: Properties
    geometry: Mapping[str, Any]

    model_config = Configured.model_config | {"extra": "ignore"}


class Collection(Configured):
    """The whole file."""

    type: Literal["FeatureCollection"]
    datum: Datum = "wgs84"
    features: Annotated[tuple[Feature, ...], Field(min_length=1)]

    model_config = Configured.model_config | {"extra": "ignore"}


class Boundaries:
    """The areas by the codes of their places, in WGS-84."""

    def __init__(self, areas: Mapping[str, BaseGeometry]) -> None:
        """Make the index."""
        self._codes, self._tree = tuple(areas), shapely.STRtree(list(areas.values()))

    @property
    def codes(self) -> frozenset[str]:
        """The places that have a boundary."""
        return frozenset(self._codes)

    def holding(self, lat: float, lon: float) -> frozenset[str]:
        """Return the places in which a point of WGS-84 lies; on a line between two it lies in both."""
        found = self._tree.query(shapely.Point(lon, lat), predicate="intersects")
        return frozenset(self._codes[place] for place in found)


def read_boundaries(files: Folder, directory: Directory) -> Boundaries:
    """Read the file if there is one; ConfigurationError for unknown places, no areas, lines that cross, overlaps."""
    if not files.names(FILE):
        return Boundaries({})
    collection = validated(Collection, files.json(FILE), name=FILE)
    places = {place.code: place.code == place.street for place in directory.places}
    areas: dict[str, BaseGeometry] = {}
    for feature in collection.features:
        code = feature.properties.code
        if code not in places:
            raise wrong(FILE, key=code, what="没有这个编码的地方，请对照 directory/places.csv 更正")
        if code in areas:
            raise wrong(FILE, key=code, what="有两个边界，请合成一个（MultiPolygon）")
        areas[code] = _area(feature, datum=collection.datum)
    _must_not_overlap(areas, is_street=places)
    return Boundaries(areas)


def _area(feature: Feature, *, datum: Datum) -> BaseGeometry:
    code = feature.properties.code
    try:
        area = shape(feature.geometry)
    except (TypeError, ValueError, KeyError, AttributeError, shapely.errors.ShapelyError) as error:
        raise wrong(FILE, key=code, what="边界的坐标读不出来，请按 GeoJSON 更正") from error
    if area.geom_type not in AREAS or area.is_empty:
        raise wrong(FILE, key=code, what="边界应是 Polygon 或 MultiPolygon")
    if not area.is_valid:
        raise wrong(FILE, key=code, what="边界线自己相交或没有围成一片，请更正")
    return shapely.transform(area, lambda points: [_converted(*point[:2], datum=datum) for point in points])


def _converted(lon: float, lat: float, *, datum: Datum) -> tuple[float, float]:
    there = as_wgs84((lat, lon), datum=datum)
    return there[1], there[0]


def _must_not_overlap(areas: Mapping[str, BaseGeometry], *, is_street: Mapping[str, bool]) -> None:
    codes = list(areas)
    tree = shapely.STRtree(list(areas.values()))
    for one, other in zip(*tree.query(list(areas.values()), predicate="overlaps"), strict=True):
        first, second = codes[one], codes[other]
        shared = areas[first].intersection(areas[second]).area
        if is_street[first] is is_street[second] and shared > OVERLAP_SHARE * min(
            areas[first].area, areas[second].area
        ):
            raise wrong(FILE, key=first, what=f"和“{second}”重叠得太多，请核对两处边界")
