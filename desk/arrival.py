"""到场: where the person's browser says it is, when it says so."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from casebook import enforcement
from casebook.enforcement import Arrival
from desk.office import Office

WAIT_SECONDS = 12.0
POSITION = """new Promise(done => navigator.geolocation
  ? navigator.geolocation.getCurrentPosition(
      found => done([found.coords.latitude, found.coords.longitude]),
      () => done(null), { enableHighAccuracy: true, timeout: 8000, maximumAge: 60000 })
  : done(null))"""


async def hand_in_arrival(office: Office, order: dict[str, Any], *, place: str) -> bool:
    """Report an arrival with the browser's coordinates if it gives them, else with the place in words."""
    lat, lon = await _position()
    arrival = Arrival(lat=lat, lon=lon, place=place)
    number = order["work_order_id"]
    return await office.attempt(
        lambda casebook, now: enforcement.arrive(casebook, number, arrival, now=now, district=office.district),
        done="已报到。" if lat is not None else "已报到，地点以所写为准。",
    )


def arrival_button(office: Office, order: dict[str, Any], *, refresh: Callable[[], Any]) -> None:
    """Draw one button for somebody on the spot with a telephone; without a position the form asks for the place."""

    async def arrived() -> None:
        if await hand_in_arrival(office, order, place=""):
            refresh()

    ui.button("到达", on_click=arrived).props("unelevated size=lg").classes("w-full arrived")


async def _position() -> tuple[float | None, float | None]:
    try:
        found = await ui.run_javascript(POSITION, timeout=WAIT_SECONDS)
    except TimeoutError:  # the browser asked its person, who did not answer
        found = None
    match found:
        case [float() | int() as lat, float() | int() as lon]:
            return float(lat), float(lon)
        case _:
            return None, None
