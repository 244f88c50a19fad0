"""Where a report is about: what its address names, what its coordinates lie near, and whether the two agree.

Where the district has boundaries (`config/place_boundaries.geojson`) coordinates lie in a place or not; else there are
only points of reference (`config/place_points.csv`), and what coordinates say is a suggestion with a distance. Nothing
is corrected by itself; a disagreement is said and a person decides.
"""

from dataclasses import dataclass

from casebook.district import District
from casebook.enforcement import metres_between


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a report says of its place: the community it is registered for, the address, WGS-84 degrees."""

    community: str | None = None
    address: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """What the address names, which places hold the coordinates, each point's distance in metres, what disagrees."""

    by_address: tuple[str, ...]
    by_boundary: tuple[str, ...]
    by_point: tuple[tuple[str, float], ...]
    doubts: tuple[str, ...]


def whereabouts(place: Place, *, district: District) -> Whereabouts:
    """Look a place up in both ways, and hold both against the registered community and against each other."""
    named, near = tuple(sorted(named_in(place.address, district))), _near(place, district)
    holding = tuple(sorted(_holding(place, district)))
    claims = _Claims(place=place, named=named, holding=holding, near=near, district=district)
    doubts = tuple(filter(None, claims.doubts()))
    return Whereabouts(by_address=named, by_boundary=holding, by_point=near, doubts=doubts)


def community_at(lat: float, lon: float, *, district: District) -> str | None:
    """Return the one community in whose boundary a point of WGS-84 lies, or None."""
    found = district.boundaries.holding(lat, lon) & district.communities.keys()
    return next(iter(found)) if len(found) == 1 else None


def _holding(place: Place, district: District) -> frozenset[str]:
    if place.lat is None or place.lon is None:
        return frozenset()
    return district.boundaries.holding(place.lat, place.lon)


def named_in(address: str, district: District) -> set[str]:
    """Return the communities that an address names: the longest names and aliases in it, in a street it names."""
    names = [name for name in district.names_of_communities if name in address]
    whole = [name for name in names if not any(name != other and name in other for other in names)]
    codes = {code for name in whole for code in district.names_of_communities[name]}
    streets = _streets_in(address, district)
    return {code for code in codes if district.communities[code].street in streets} or codes


def _streets_in(address: str, district: District) -> set[str]:
    streets = (place for place in district.places if place.code == place.street)
    return {street.code for street in streets if street.name.removesuffix("道") in address}


def _near(place: Place, district: District) -> tuple[tuple[str, float], ...]:
    if place.lat is None or place.lon is None:
        return ()
    here = (place.lat, place.lon)
    far = {code: metres_between(here, (point.lat, point.lon)) for code, point in district.points.items()}
    return tuple(sorted(far.items(), key=lambda each: each[1]))


@dataclass(frozen=True, kw_only=True)
class _Claims:
    """What a report says of its place in up to three ways, held against each other."""

    place: Place
    named: tuple[str, ...]
    holding: tuple[str, ...]
    near: tuple[tuple[str, float], ...]
    district: District

    def doubts(self) -> list[str]:
        """Return what disagrees, in sentences; an empty one where something agrees."""
        registered = self.district.communities.get(self.place.community or "")
        claimed = {self.district.communities[self.named[0]].street: "地址写的"} if len(self.named) == 1 else {}
        if registered:
            claimed |= {registered.street: "登记的"}
        if self.holding:
            inside = self._inside(registered.code, registered.street) if registered else ""
            return [self._address(registered.code, registered.street) if registered else "", inside]
        far = [self._far(whose, street) for street, whose in claimed.items()]
        return [self._address(registered.code, registered.street) if registered else "", *far]

    def _address(self, community: str, street: str) -> str:
        """Say that the address names another community or street than the registered one."""
        streets = _streets_in(self.place.address, self.district)
        if self.named and community not in self.named:
            written, ours = _names(self.named, self.district), _name(community, self.district)
            return f"地址写的是{written}，登记的是{ours}。"
        if streets and street not in streets:
            written, ours = _names(tuple(sorted(streets)), self.district), _name(street, self.district)
            return f"地址写的是{written}，登记的社区属{ours}。"
        return ""

    def _inside(self, community: str, street: str) -> str:
        """Say that the coordinates lie in another place than the registered one; on a line they lie in both."""
        communities = [code for code in self.holding if code in self.district.communities]
        if community in self.holding or (not communities and street in self.holding):
            return ""
        there = (communities or self.holding)[0]
        return f"坐标在{_name(there, self.district)}的边界内，登记的是{_name(community, self.district)}。"

    def _far(self, whose: str, street: str) -> str:
        """Say that the coordinates lie near another street than the one named."""
        far = dict(self.near)
        if street not in far:
            return ""
        nearest, metres = self.near[0]
        if self.district.street_of(nearest) == street:
            return ""
        if far[street] - metres < self.district.limits.place_doubt_metres:
            return ""
        there, here = _name(nearest, self.district), _name(street, self.district)
        return f"坐标离{there}的参考点约 {metres:.0f} 米，离{whose}{here}约 {far[street]:.0f} 米。"


def _name(code: str, district: District) -> str:
    return next((place.name for place in district.places if place.code == code), code)


def _names(codes: tuple[str, ...], district: District) -> str:
    return "、".join(_name(code, district) for code in codes)
