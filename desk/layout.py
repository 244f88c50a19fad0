"""How a page looks: its frame, and the few pieces that all pages are made of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from nicegui import ui

from casebook import words
from desk.office import Office

STYLE = Path(__file__).with_name("desk.css").read_text(encoding="utf-8")
NAVIGATION = (
    ("/", "指挥中心"),
    ("/units", "单位工作台"),
    ("/inspections", "督查"),
    ("/callbacks", "回访"),
    ("/directory", "单位目录"),
    ("/route", "派单预演"),
    ("/memory", "派单记忆"),
    ("/assessment", "考核"),
    ("/reports", "通报"),
    ("/register", "登记诉求"),
    ("/intake", "收件"),
    ("/texts", "短信文本"),
    ("/handset", "虚拟手机"),
)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LIGHT_WORDS = words.LIGHTS | {"green": "正常", "ended": "已结束"}


@contextmanager
def staff_frame(office: Office) -> Iterator[None]:
    """Frame a page of the district: name, ways to the other pages, content."""
    ui.add_css(STYLE)
    ui.colors(primary="#1c5c9e", positive="#2c9a5b", negative="#d3302f", warning="#b77900")
    path = ui.context.client.request.url.path
    with ui.element("header").classes("top"), ui.element("div").classes("top-inside"):
        ui.link(f"{office.district.name} 民呼我应", "/").classes("brand")
        for target, name in NAVIGATION:
            ui.link(name, target).classes("top-link here" if path == target else "top-link")
    with ui.element("main").classes("page"):
        yield


@contextmanager
def citizen_frame(office: Office) -> Iterator[None]:
    """Frame a page for callers: nothing but what they came for; its address, a secret, is told to nobody."""
    ui.add_head_html('<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">')
    ui.add_css(STYLE)
    ui.colors(primary="#1c5c9e", positive="#2c9a5b", negative="#d3302f", warning="#b77900")
    with ui.element("main").classes("citizen"):
        ui.label(f"{office.district.name} 民呼我应").classes("muted")
        yield


def heading(text: str, *, level: int = 2) -> None:
    """Write a heading."""
    with ui.element(f"h{level}"):
        ui.label(text)


@contextmanager
def card(title: str = "") -> Iterator[None]:
    """Put things on one sheet."""
    with ui.element("section").classes("card"):
        if title:
            heading(title)
        yield


def light(name: str) -> None:
    """Show a light as a dot with its word."""
    ui.label(LIGHT_WORDS.get(name, name)).classes(f"light {name}")


def muted(text: str) -> ui.label:
    """Write something of lesser weight."""
    return ui.label(text).classes("muted")


def facts(pairs: list[tuple[str, str]]) -> None:
    """List names and values; what has no value is left out."""
    with ui.element("dl").classes("facts"):
        for name, value in pairs:
            if value:
                with ui.element("dt"):
                    ui.label(name)
                with ui.element("dd"):
                    ui.label(value)


def remaining(instant: datetime | None, *, now: datetime) -> str:
    """Return how far off a limit is, in words."""
    if instant is None:
        return "正在计算期限"
    left = instant - now
    return f"还剩 {_span(left)}" if left > timedelta(0) else f"已超 {_span(-left)}"


def _span(length: timedelta) -> str:
    if length >= DAY:
        return f"{length // DAY} 天 {length % DAY // HOUR} 小时"
    if length >= HOUR:
        return f"{length // HOUR} 小时 {length % HOUR // timedelta(minutes=1)} 分"
    return f"{max(1, length // timedelta(minutes=1))} 分钟"
