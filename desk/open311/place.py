"""Where a report is about: its community by code, by the name in the address, and its coordinates."""

from casebook.whereabouts import community_at, named_in
from desk.open311.answers import BAD_REQUEST, Refused, both
from desk.open311.reading import Call

WHERE = both(
    "请用 address_id 给出社区代码（见 communities.json），或在 address_string 里写出唯一的社区名，或给出坐标；"
    "只有本区提供了社区边界、坐标在一个社区之内时，坐标才能推出社区。",
    "Give the community's code as address_id (see communities.json), its unique name in address_string, or "
    "coordinates; these tell the community only where the district has boundaries and they lie in one.",
)
OUTSIDE = both(
    "lat、long 应成对，是 WGS-84，并在本区之内。", "lat and long come together, in WGS-84, and inside the district."
)


def community_of(call: Call) -> str:
    """Return the code of the community; a report without one cannot be dispatched."""
    district = call.office.district
    given = call.one("address_id")
    if given is not None and given.strip() in district.communities:
        return given.strip()
    found = named_in(call.one("address_string") or "", district)
    if given is not None or len(found) > 1:
        raise Refused(BAD_REQUEST, WHERE)
    if code := next(iter(found), _inside(call)):
        return code
    raise Refused(BAD_REQUEST, WHERE)


def _inside(call: Call) -> str | None:
    """Return the community in whose boundary the coordinates lie; what is wrong with them is said elsewhere."""
    try:
        lat, lon = coordinates_of(call)
    except Refused:
        return None
    return None if lat is None or lon is None else community_at(lat, lon, district=call.office.district)


def coordinates_of(call: Call) -> tuple[float | None, float | None]:
    """Return latitude and longitude, both or neither."""
    given = (call.one("lat"), call.one("long"))
    if given == (None, None):
        return None, None
    try:
        lat, lon = (float(value or "") for value in given)
    except ValueError:
        raise Refused(BAD_REQUEST, OUTSIDE) from None
    if not call.office.district.bounds.hold(lat, lon):
        raise Refused(BAD_REQUEST, OUTSIDE)
    return lat, lon
