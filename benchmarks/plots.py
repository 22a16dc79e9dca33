"""Plots as SVG, small enough to be read as text: horizontal bars, and lines over a logarithmic axis."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LABELS, VALUES, ROW, HEAD = 760, 300, 110, 26, 40
HEIGHT, LEFT, BOTTOM, RIGHT = 320, 70, 50, 200
OURS, THEIRS, INK, FAINT = "#c2410c", "#94a3b8", "#1e293b", "#cbd5e1"
COLOURS = ("#c2410c", "#0f766e", "#1d4ed8", "#7e22ce", "#a16207", "#475569")
TICKS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """`low` and `high` are the spread of its rounds."""

    label: str
    value: float
    low: float
    high: float
    ours: bool = True


def bars(title: str, unit: str, shown: Sequence[Bar]) -> str:
    largest = max((max(bar.value, bar.high) for bar in shown), default=0) or 1

    def length(value: float) -> float:
        return max(value, 0) / largest * (WIDTH - LABELS - VALUES)

    parts = [_text(10, 22, f"{title}, {unit}", weight="bold")]
    for row, bar in enumerate(shown):
        top = HEAD + row * ROW
        middle, colour = top + ROW / 2, OURS if bar.ours else THEIRS
        parts += [
            _text(LABELS - 8, middle + 4, bar.label, anchor="end"),
            f'<rect x="{LABELS}" y="{top + 4}" width="{length(bar.value):.1f}" height="{ROW - 8}"'
            f' fill="{colour}"/>',
            _line(LABELS + length(bar.low), middle, LABELS + length(bar.high), middle, INK),
            _text(LABELS + length(max(bar.value, bar.high)) + 6, middle + 4, number(bar.value)),
        ]
    return _svg(WIDTH, HEAD + len(shown) * ROW + 10, title, parts)


def lines(
    title: str,
    along: str,
    unit: str,
    series: Mapping[str, Sequence[tuple[float, float]]],
    marked: bool = True,
) -> str:
    """Each series is `(x, y)` in order of x. `marked`: a few points, each marked, over a logarithmic axis of
    x above 0; otherwise many, over a plain one."""
    points = [point for each in series.values() for point in each]
    first, last = min(x for x, _ in points), max(x for x, _ in points)
    top = _round_up(max(y for _, y in points))
    across, up = WIDTH - LEFT - RIGHT, HEIGHT - HEAD - BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        if last == first:
            share = 0.5
        elif marked:
            share = math.log(x / first) / math.log(last / first)
        else:
            share = (x - first) / (last - first)
        return LEFT + share * across, HEIGHT - BOTTOM - y / top * up

    parts = [_text(10, 22, f"{title}, {unit}", weight="bold")]
    for tick in range(TICKS + 1):
        y = place(first, top * tick / TICKS)[1]
        parts += [
            _line(LEFT, y, LEFT + across, y, FAINT),
            _text(LEFT - 6, y + 4, number(top * tick / TICKS), "end"),
        ]
    for x in sorted({x for x, _ in points}) if marked else _ticks(first, last):
        parts.append(_text(place(x, 0)[0], HEIGHT - BOTTOM + 18, number(x), "middle"))
    parts.append(_text(LEFT + across / 2, HEIGHT - 12, along, "middle"))
    for colour, values in zip(COLOURS, series.values(), strict=False):
        placed = [place(x, y) for x, y in values]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if marked:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in placed]
    for row, (colour, label) in enumerate(zip(COLOURS, series, strict=False)):
        y = HEAD + 10 + row * 20
        parts += [
            _line(WIDTH - RIGHT + 14, y, WIDTH - RIGHT + 34, y, colour, 3),
            _text(WIDTH - RIGHT + 40, y + 4, label),
        ]
    return _svg(WIDTH, HEIGHT, title, parts)


def number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:g}" if value == int(value) else f"{value:.2f}"


def _ticks(first: float, last: float) -> list[float]:
    return [first + (last - first) * tick / TICKS for tick in range(TICKS + 1)]


def _round_up(value: float) -> float:
    """To 1, 2 or 5 times a power of ten, so that the ticks are round."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)


def _text(x: float, y: float, text: str, anchor: str = "start", weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" fill="{INK}">'
        f"{escape(text)}</text>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1.0) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"'
        f' stroke-width="{width:g}"/>'
    )


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img"'
        f' font-family="system-ui, sans-serif" font-size="12">'
    )
    paper = f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>'
    return "\n".join([head, f"<title>{escape(title)}</title>", paper, *parts, "</svg>", ""])
