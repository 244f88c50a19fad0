"""Where a report is about: address and coordinates against each other and against what was registered."""

import pytest

from casebook.datum import as_wgs84
from casebook.district import load_district
from casebook.whereabouts import Place, named_in, whereabouts
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
