"""The plot: every target as a bar, and how the figures grow; SVG without a library.

The colours are those of Okabe and Ito, told apart also by the colour-blind; lines have their own
dashes and marks beside.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from html import escape

from figures import Curve, Part

WIDE = 960
_BAR = 22
_PANEL_HIGH, _PANELS_BESIDE = 250, 2
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
_DASHES = ("", "7 4", "2 3", "9 3 2 3")
_GOOD, _MISSED, _GREY = "#0072B2", "#D55E00", "#666"


def drawn(parts: Sequence[Part]) -> str:
    """The whole picture."""
    bars = [(row.what, of, row.missed) for p in parts for row in p.rows if (of := row.of_target)]
    panels: dict[str, list[Curve]] = {}
    for part in parts:
        for curve in part.curves:
            panels.setdefault(curve.panel, []).append(curve)
    top = 60 + len(bars) * _BAR
    rows = math.ceil(len(panels) / _PANELS_BESIDE)
    high = top + 30 + rows * _PANEL_HIGH
    inside = [*_bars(bars)]
    wide = WIDE / _PANELS_BESIDE
    for number, (title, curves) in enumerate(panels.items()):
        x = number % _PANELS_BESIDE * wide
        y = top + 20 + number // _PANELS_BESIDE * _PANEL_HIGH
        inside += _panel(x, y, wide, title, curves)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" '
        f'font-family="sans-serif" font-size="12" role="img">\n'
        f"<title>filer measured: every target, and how the figures grow</title>\n"
        f'<rect width="{WIDE}" height="{high}" fill="#fff"/>\n' + "\n".join(inside) + "\n</svg>\n"
    )


def _bars(bars: Sequence[tuple[str, float, bool]]) -> Iterator[str]:
    """One bar a target, as a share of what is allowed, on a scale of powers of two."""
    left, right, low, most = 350, WIDE - 70, -6.0, 6.0

    def at(share: float) -> float:
        power = min(max(math.log2(share), low), most)
        return left + (power - low) / (most - low) * (right - left)

    yield _text(16, 24, "Share of what is allowed: left of the line is met", weight="bold", size=14)
    end = 50 + len(bars) * _BAR
    for power in range(int(low), int(most) + 1, 2):
        x = at(2.0**power)
        yield _line(x, 44, x, end, "#ddd")
        label = f"{2**power}" if power >= 0 else f"1/{2**-power}"
        yield _text(x, 40, label, anchor="middle", fill=_GREY)
    for number, (name, share, missed) in enumerate(bars):
        y = 50 + number * _BAR
        yield _text(left - 20, y + 14, name, anchor="end")
        start, colour = at(2.0**low), _MISSED if missed else _GOOD
        yield (
            f'<rect x="{start:.1f}" y="{y + 3}" width="{max(2.0, at(share) - start):.1f}" '
            f'height="{_BAR - 7}" fill="{colour}"/>'
        )
        told = f"{share:.2g}{' missed' if missed else ''}"
        yield _text(at(share) + 5, y + 14, told, fill=_GREY)
    yield _line(at(1), 44, at(1), end, "#000")


def _panel(x: float, y: float, wide: float, title: str, curves: Sequence[Curve]) -> Iterator[str]:
    """One plot with both scales logarithmic; its legend tells the power each grows with."""
    left, right, top, bottom = x + 60, x + wide - 24, y + 34, y + _PANEL_HIGH - 36
    points = [point for curve in curves for point in curve.points]
    (x0, x1), (y0, y1) = (_ends([p[axis] for p in points]) for axis in (0, 1))

    def across(value: float) -> float:
        return left + (math.log10(value) - x0) / (x1 - x0) * (right - left)

    def up(value: float) -> float:
        return bottom - (math.log10(value) - y0) / (y1 - y0) * (bottom - top)

    yield _text(x + 16, y + 18, title, weight="bold", size=14)
    for value in _ticks(x0, x1):
        yield _line(across(value), top, across(value), bottom, "#ddd")
        yield _text(across(value), bottom + 15, f"{value:g}", anchor="middle", fill=_GREY)
    for value in _ticks(y0, y1):
        yield _line(left, up(value), right, up(value), "#ddd")
        yield _text(left - 6, up(value) + 4, f"{value:g}", anchor="end", fill=_GREY)
    for number, curve in enumerate(curves):
        colour, dash = _COLOURS[number % 4], _DASHES[number % 4]
        for (n, v), (m, w) in itertools.pairwise(curve.points):
            yield _line(across(n), up(v), across(m), up(w), colour, 2, dash)
        for n, value in curve.points:
            yield f'<circle cx="{across(n):.1f}" cy="{up(value):.1f}" r="3.5" fill="{colour}"/>'
        legend = top + 14 + number * 16
        yield _line(left + 8, legend - 4, left + 40, legend - 4, colour, 2, dash)
        yield _text(left + 46, legend, f"{curve.name} (power {curve.exponent:.2f})")


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """The powers of ten that a scale runs between, with a little room."""
    low, high = math.log10(min(values)), math.log10(max(values))
    room = max(0.08, (high - low) * 0.06)
    return low - room, high + room * 3


def _ticks(low: float, high: float) -> Iterator[float]:
    """Round numbers on a scale between two powers of ten: few where it is long."""
    steps = (1,) if high - low > 2.5 else (1, 2, 5)
    for power in range(math.floor(low), math.ceil(high) + 1):
        yield from (s * 10.0**power for s in steps if low <= math.log10(s * 10.0**power) <= high)


def _line(
    x: float, y: float, to_x: float, to_y: float, colour: str, thick: float = 1, dash: str = ""
) -> str:
    return (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" '
        f'stroke="{colour}" stroke-width="{thick}" stroke-dasharray="{dash}"/>'
    )


def _text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    fill: str = "#000",
    weight: str = "normal",
    size: int = 12,
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" '
        f'font-weight="{weight}" font-size="{size}">{escape(words)}</text>'
    )
