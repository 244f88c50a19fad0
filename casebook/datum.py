"""GCJ-02 and WGS-84: what Chinese maps and platforms give, and what satellites, browsers and our casebook mean.

GCJ-02 moves a point by some 500 m, differently at each place. The forward formula is the published one; the way back is
found by approaching it. Degrees throughout. Source: the algorithm as in eviltransform and coordtransform (MIT).
"""

from math import cos, pi, radians, sin, sqrt

from casebook.reports import Datum

Point = tuple[float, float]
AXIS_METRES, ECCENTRICITY_SQUARED = 6_378_245.0, 0.006_693_421_622_965_943
NEAR_DEGREES = 1e-9  # a tenth of a millimetre
STEPS_MOST = 30


def gcj02_of(point: Point) -> Point:
    """Return where a map in GCJ-02 shows a point (latitude, longitude) of WGS-84; inside China only."""
    lat, lon = point
    north, east = _shift(lon - 105.0, lat - 35.0)
    curve = 1 - ECCENTRICITY_SQUARED * sin(radians(lat)) ** 2
    of_lat = AXIS_METRES * (1 - ECCENTRICITY_SQUARED) / (curve * sqrt(curve)) * pi / 180
    of_lon = AXIS_METRES / sqrt(curve) * cos(radians(lat)) * pi / 180
    return lat + north / of_lat, lon + east / of_lon


def wgs84_of(point: Point) -> Point:
    """Return the point of WGS-84 that a map in GCJ-02 shows at `point`; the inverse to a millimetre."""
    lat, lon = point
    for _ in range(STEPS_MOST):
        shown_lat, shown_lon = gcj02_of((lat, lon))
        off_lat, off_lon = shown_lat - point[0], shown_lon - point[1]
        lat, lon = lat - off_lat, lon - off_lon
        if max(abs(off_lat), abs(off_lon)) < NEAR_DEGREES:
            break
    return lat, lon


def as_wgs84(point: Point, *, datum: Datum) -> Point:
    """Return a point of either datum in WGS-84."""
    return wgs84_of(point) if datum == "gcj02" else point


def _shift(x: float, y: float) -> Point:
    """Return by how many metres a point is moved to the north and to the east."""
    wave = (20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave
    north += (20 * sin(pi * y) + 40 * sin(pi * y / 3)) * 2 / 3
    north += (160 * sin(pi * y / 12) + 320 * sin(pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave
    east += (20 * sin(pi * x) + 40 * sin(pi * x / 3)) * 2 / 3
    east += (150 * sin(pi * x / 12) + 300 * sin(pi * x / 30)) * 2 / 3
    return north, east
