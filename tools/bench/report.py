"""The results as a page and a plot in `docs/`, and as a table in the README."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from collections.abc import Iterable, Sequence

from figures import ROOT, Part, Row
from plot import drawn

from filer.browser.find import find_browser

PAGE = ROOT / "docs" / "bench.md"
PLOT = ROOT / "docs" / "bench.svg"
README = ROOT / "README.md"
_HEAD = """\
Made by `make bench`; not edited by hand.
Two programs are run in turn, and a ratio is the median over the turns.
Memory is the peak of the largest process."""
_MARKED = re.compile("(<!-- bench -->\n).*(<!-- /bench -->)", re.DOTALL)


def machine() -> str:
    """The machine, the day and how busy it is, for whoever reads the figures later."""
    today = dt.datetime.now(dt.UTC).date()
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    browser = find_browser(os.environ.get("FILER_BROWSER"))
    load = os.getloadavg()[0]
    busy = f"load before it {load:.1f}"
    if load > (os.cpu_count() or 1) / 2:
        busy += ": busy with other things, so seconds are longer than at rest"
    return (
        f"{today.day} {today:%B %Y}; {system}; Python {platform.python_version()}; "
        f"{browser.name} {browser.version}; {busy}"
    )


def write(parts: Sequence[Part], where: str) -> None:
    """Write the page, the plot and the README's table; *where* names machine and day."""
    PAGE.parent.mkdir(exist_ok=True)
    PLOT.write_text(drawn(parts), encoding="utf-8")
    PAGE.write_text(_page(parts, where), encoding="utf-8")
    aimed = [row for part in parts for row in part.rows if row.target]
    short = f"{where}.\n\n{_table(aimed)}\n"
    readme = README.read_text(encoding="utf-8")
    README.write_text(_MARKED.sub(lambda m: m[1] + short + m[2], readme), encoding="utf-8")


def _page(parts: Sequence[Part], where: str) -> str:
    missed = [row for part in parts for row in part.rows if row.missed]
    pieces = [
        "# Measured",
        _HEAD,
        f"{where}.",
        "![Every target, and how the figures grow](bench.svg)",
    ]
    for part in parts:
        pieces += [f"## {part.title}", _table(part.rows)]
    curves = [curve for part in parts for curve in part.curves]
    grows = [
        (f"{c.panel}: {c.name}", f"{c.points[-2][0]:g} to {c.points[-1][0]:g}", f"{c.exponent:.2f}")
        for c in curves
    ]
    pieces += [
        "## How it grows",
        "The power of the size between the two largest sizes: 1 is linear, 0 does not grow.",
        _lines(("what", "between", "power"), grows),
        "## Targets missed",
    ]
    if not missed:
        pieces.append("None.")
    for row in missed:
        cause = row.cause or "The cause is not known; a busy machine can be one."
        pieces.append(f"- {row.what}: {said(row)}, {row.target.strip()}. {cause}")
    return "\n\n".join(pieces) + "\n"


def said(row: Row) -> str:
    """The figure with its unit, three digits of it."""
    digits = max(0, 2 - len(str(int(abs(row.measured)))) + 1)
    return f"{row.measured:,.{digits}f} {row.unit}".strip()


def _table(rows: Iterable[Row]) -> str:
    return _lines(
        ("what", "measured", "target", "", "note"),
        [(row.what, said(row), row.target, _verdict(row), row.note) for row in rows],
    )


def _verdict(row: Row) -> str:
    return "" if not row.target else "MISSED" if row.missed else "met"


def _lines(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
