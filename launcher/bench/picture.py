"""A picture of `bench jobs`: a bar for each contender, its median, and a line from slowest to fastest round."""

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

NAMES = {"ours": "民呼我应", "java": "官方 Java 客户端", "stock_pyzeebe": "原样的 pyzeebe"}
COLOURS = {"ours": "#0f766e", "java": "#64748b", "stock_pyzeebe": "#b45309"}
WIDTH, LEFT, BAR, GAP, TOP = 760, 170, 26, 16, 48
FONT = "Noto Sans CJK SC, sans-serif"


def backlog_picture(backlog: Mapping[str, Any]) -> str:
    """Return an SVG of the backlog's jobs a second."""
    rounds = {name: [entry["jobs_per_second"] for entry in backlog[name]["rounds"]] for name in NAMES}
    scale = (WIDTH - LEFT - 90) / max(max(speeds) for speeds in rounds.values())
    rows = []
    for place, name in enumerate(NAMES):
        top = TOP + place * (BAR + GAP)
        middle, median = top + BAR / 2, backlog[name]["jobs_per_second"]
        slowest, fastest = (LEFT + bound(rounds[name]) * scale for bound in (min, max))
        rows += [
            _text(LEFT - 10, middle + 5, text=NAMES[name], anchor="end"),
            f'<rect x="{LEFT}" y="{top}" width="{median * scale:.1f}" height="{BAR}" fill="{COLOURS[name]}"/>',
            f'<path d="M{slowest:.1f} {middle}H{fastest:.1f}" stroke="#111827" stroke-width="2"/>',
            _text(max(fastest, LEFT + median * scale) + 8, middle + 5, text=f"{median:.0f}"),
        ]
    height = TOP + len(NAMES) * (BAR + GAP)
    title = "积压时每秒完成的空任务（中位数；细线为各轮的最慢与最快）"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="{FONT}" font-size="14">'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>{_text(10, 26, text=title)}{"".join(rows)}</svg>\n'
    )


def _text(x: float, y: float, *, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#111827">{escape(text)}</text>'
