"""The Open311 GeoReport v2 door under `/open311/v2/`: other programs report, ask and add, in XML or JSON."""

from desk.open311.doors import make_open311_router

__all__ = ["make_open311_router"]
