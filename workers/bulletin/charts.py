"""Charts as SVG, written by hand from the figures: the same figures give the same bytes."""

from collections.abc import Sequence
from html import escape

from casebook.report_figures import Day

FONT = "Noto Sans CJK SC"
INK, GRID, BAR, LINE, PALE = "#333333", "#d9d9d9", "#9e2a2b", "#1f4e79", "#e6c9c9"
WIDTH, ROW, LABELS = 620, 26, 170
HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 250, 48, 12, 34, 30
STEPS = (1, 2, 5)
DAY_LABELS_MOST = 16


def bars(rows: Sequence[tuple[str, float, str]], *, most: float | None = None) -> str:
    """Return a chart of lying bars: each a label, a length and what is written behind it."""
    longest = max([most or 0.0, *(value for _, value, _ in rows)], default=0.0) or 1.0
    room = WIDTH - LABELS - 70
    parts = []
    for index, (label, value, said) in enumerate(rows):
        top = index * ROW + 6
        length = room * value / longest
        parts.append(_text(label, x=LABELS - 8, y=top + 13, anchor="end"))
        parts.append(f'<rect x="{LABELS}" y="{top}" width="{length:.1f}" height="17" fill="{BAR}"/>')
        parts.append(_text(said, x=round(LABELS + length + 6, 1), y=top + 13))
    return _drawing(max(len(rows) * ROW + 10, ROW), parts)


def columns(days: Sequence[Day]) -> str:
    """Return a chart by day: received as columns, closed as a line."""
    top = _round_up(max([1, *(max(day.received, day.closed) for day in days)]))
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    slot = width / max(len(days), 1)
    parts = [*_scale(top, height=height)]
    points = []
    every = -(-len(days) // DAY_LABELS_MOST)
    for index, day in enumerate(days):
        x, tall = LEFT + slot * index, height * day.received / top
        parts.append(
            f'<rect x="{x + slot * 0.18:.1f}" y="{TOP + height - tall:.1f}" width="{slot * 0.64:.1f}" '
            f'height="{tall:.1f}" fill="{PALE}" stroke="{BAR}" stroke-width="0.8"/>'
        )
        points.append(f"{x + slot / 2:.1f},{TOP + height - height * day.closed / top:.1f}")
        if index % every == 0:
            parts.append(_text(f"{day.day.day}日", x=round(x + slot / 2, 1), y=HEIGHT - 10, anchor="middle"))
    parts.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{LINE}" stroke-width="2"/>')
    return _drawing(HEIGHT, [*parts, *_legend()])


def _scale(top: int, *, height: int) -> list[str]:
    parts = []
    for quarter in range(5):
        y = TOP + height - height * quarter / 4
        parts.append(
            f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{GRID}" stroke-width="0.8"/>'
        )
        parts.append(_text(f"{top * quarter / 4:g}", x=LEFT - 6, y=round(y + 4, 1), anchor="end"))
    return parts


def _legend() -> list[str]:
    return [
        f'<rect x="{LEFT}" y="8" width="14" height="11" fill="{PALE}" stroke="{BAR}" stroke-width="0.8"/>',
        _text("受理（件）", x=LEFT + 20, y=18),
        f'<line x1="{LEFT + 100}" y1="14" x2="{LEFT + 124}" y2="14" stroke="{LINE}" stroke-width="2"/>',
        _text("办结（件）", x=LEFT + 130, y=18),
    ]


def _round_up(value: int) -> int:
    """Return the next round number that four equal steps lead to."""
    size = 4
    while True:
        for step in STEPS:
            if size * step >= value:
                return size * step
        size *= 10


def _text(text: str, *, x: float, y: float, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _drawing(height: int, parts: Sequence[str]) -> str:
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    look = f'font-family="{FONT}" font-size="12" fill="{INK}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><g {look}>{"".join(parts)}</g></svg>'
