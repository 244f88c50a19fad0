"""Where a report is about: address and coordinates against each other and against what was registered."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from casebook.boundaries import FILE
from casebook.datum import as_wgs84
from casebook.district import District, load_district
from casebook.errors import ConfigurationError
from casebook.whereabouts import Place, community_at, named_in, whereabouts
from launcher.machine import ROOT

DISTRICT = load_district(ROOT / "config")
BAOCHENG, TAINING, MODERN = "420102002003", "420102002004", "420102400005"
DAZHI, HOUHU = "420102002", "420102017"


def place(address: str = "", *, community: str | None = BAOCHENG, near: str | None = None) -> Place:
    """A report of 保成社区, with the coordinates of a street's point of reference if one is named."""
    point = DISTRICT.points[near] if near else None
    return Place(
        community=community, address=address, lat=point.lat if point else None, lon=point.lon if point else None
    )


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        ("武汉市江岸区大智街道保成社区3号楼", {BAOCHENG}),
        ("保成社区 3 栋", {BAOCHENG}),
        ("大智街保成社区", {BAOCHENG}),
        ("百步亭花园现代城2区301栋", {MODERN}),
        ("百步亭现代城", {MODERN}),
        ("保成社区或泰宁社区", {BAOCHENG, TAINING}),
        ("某路 3 号", set()),
        ("", set()),
    ],
)
def test_an_address_names_communities_by_name_and_by_what_people_call_them(address: str, codes: set[str]) -> None:
    assert codes == named_in(address, DISTRICT)


def test_every_community_is_found_by_street_and_name() -> None:
    streets = {place.code: place.name for place in DISTRICT.places}
    for code, place in DISTRICT.communities.items():
        assert {code} == named_in(f"武汉市江岸区{streets[place.street]}{place.name}8栋", DISTRICT)


def test_a_place_that_agrees_raises_no_doubt() -> None:
    agrees = place("大智街道保成社区3栋", near=DAZHI)
    assert () == whereabouts(agrees, district=DISTRICT).doubts
    assert () == whereabouts(place(), district=DISTRICT).doubts


def test_an_address_elsewhere_is_pointed_out_and_nothing_is_changed() -> None:
    [doubt] = whereabouts(place("泰宁社区5栋"), district=DISTRICT).doubts
    assert "地址写的是泰宁社区，登记的是保成社区。" == doubt
    [doubt] = whereabouts(place("后湖大道（后湖街道）12号"), district=DISTRICT).doubts
    assert "地址写的是后湖街道，登记的社区属大智街道。" == doubt


def test_coordinates_near_another_street_are_pointed_out_with_both_distances() -> None:
    found = whereabouts(place("保成社区", near=HOUHU), district=DISTRICT)
    assert (HOUHU, 0.0) == found.by_point[0]
    [doubt] = found.doubts
    assert doubt.startswith("坐标离后湖街道的参考点约 0 米，离登记的大智街道约 ")


def test_address_and_coordinates_are_held_against_each_other_before_anything_is_registered() -> None:
    [doubt] = whereabouts(place("大智街道保成社区", community=None, near=HOUHU), district=DISTRICT).doubts
    assert "离地址写的大智街道约" in doubt


def test_a_point_given_in_the_datum_of_maps_is_looked_up_where_it_really_is() -> None:
    shown_on_a_map = (30.588, 114.295)  # the middle of 大智街道 in GCJ-02, as in the recipe of the samples
    lat, lon = as_wgs84(shown_on_a_map, datum="gcj02")
    code, metres = whereabouts(Place(lat=lat, lon=lon), district=DISTRICT).by_point[0]
    assert DAZHI == code
    assert metres < 10


def square(west: float, south: float, *, side: float = 0.01) -> dict[str, Any]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def with_boundaries(folder: Path, areas: Mapping[str, object], **members: object) -> District:
    """Return the district with the boundaries of these places."""
    shutil.copytree(ROOT / "config", folder / "config", ignore=shutil.ignore_patterns("samples"))
    features = [
        {"type": "Feature", "properties": {"code": code, "name": "样例"}, "geometry": area}
        for code, area in areas.items()
    ]
    document = {"type": "FeatureCollection", "features": features, **members}
    (folder / "config" / FILE).write_text(json.dumps(document), encoding="utf-8")
    return load_district(folder / "config")


NEIGHBOURS = {BAOCHENG: square(114.28, 30.59), TAINING: square(114.29, 30.59), HOUHU: square(114.28, 30.64)}


def test_coordinates_lie_in_a_community_where_there_are_boundaries(tmp_path: Path) -> None:
    district = with_boundaries(tmp_path, NEIGHBOURS)
    assert BAOCHENG == community_at(30.595, 114.285, district=district)
    assert community_at(30.595, 114.29, district=district) is None  # on the line: in both
    assert community_at(30.645, 114.285, district=district) is None  # of the street alone
    assert community_at(30.70, 114.285, district=district) is None
    found = whereabouts(Place(community=BAOCHENG, lat=30.595, lon=114.295), district=district)
    assert ((TAINING,), ("坐标在泰宁社区的边界内，登记的是保成社区。",)) == (found.by_boundary, found.doubts)
    for lat, lon in ((30.595, 114.285), (30.595, 114.29)):
        assert () == whereabouts(Place(community=BAOCHENG, lat=lat, lon=lon), district=district).doubts
    street = whereabouts(Place(community=BAOCHENG, lat=30.645, lon=114.285), district=district)
    assert ("坐标在后湖街道的边界内，登记的是保成社区。",) == street.doubts


def test_boundaries_of_a_chinese_map_are_converted(tmp_path: Path) -> None:
    district = with_boundaries(tmp_path, NEIGHBOURS, datum="gcj02")
    inside = as_wgs84((30.5905, 114.2805), datum="gcj02")
    assert BAOCHENG == community_at(*inside, district=district)
    assert community_at(30.5999, 114.2899, district=district) is not BAOCHENG


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        ({"999": square(114.28, 30.59)}, "没有这个编码"),
        ({BAOCHENG: {"type": "Point", "coordinates": [114.28, 30.59]}}, "Polygon"),
        ({BAOCHENG: {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}}, "相交"),
        ({BAOCHENG: {"type": "Polygon", "coordinates": "这里"}}, "读不出来"),
        ({BAOCHENG: square(114.28, 30.59), TAINING: square(114.283, 30.59)}, "重叠"),
    ],
)
def test_boundaries_that_cannot_be_meant_are_refused(tmp_path: Path, areas: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        with_boundaries(tmp_path, areas)
