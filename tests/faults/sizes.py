"""Much of everything: a log of 10,000 lines, very long pages, thousands of refused requests."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path

from filer.clock import SystemClock
from filer.evidence import layout
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.reading import read_log
from tests.complaint.making import Cases
from tests.complaint.whole import whole
from tests.end_to_end.command import Run
from tests.end_to_end.pages import EMAIL, PLAIN, REASON, Site, form, page
from tests.faults.room import LONGEST, Room, Seen, ended_in
from tests.faults.table import fault

SIZES = "Sizes"
LINES = 10_000
MB = 1024  # what the system counts memory in is a kilobyte


_MEASURE = """
import resource, subprocess, sys
code = subprocess.run([sys.executable, "-m", "filer", *sys.argv[2:]]).returncode
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""
"""Runs filer out of a small process: the system counts what a program's parent held as its own."""


def measured(room: Room, *arguments: str, env: Mapping[str, str] | None = None) -> tuple[Run, str]:
    """Run filer as a program of its own; what it gave, and in words how long and with how much."""
    most = room.folder / "most"
    command = [sys.executable, "-c", _MEASURE, str(most), *arguments]
    start = time.monotonic()
    ran = room.filer.start_program(command, room.surroundings(env)).finish(LONGEST)
    took = time.monotonic() - start
    return ran, f"{took:.1f} s, {int(most.read_text()) / MB:.0f} MB"


def long_log(root: Path) -> tuple[Path, float]:
    """A sealed bundle whose log has `LINES` lines, and how long sealing it took."""
    clock = SystemClock()
    case = new_case(root, "facebook", practice=False, clock=clock)
    bundle = Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock)
    for number in range(LINES):
        bundle.event("gate.refused", method="POST", address="https://x.example/", why=str(number))
    start = time.monotonic()
    bundle.seal({"outcome": "stopped", "reason": None, "sent": False})
    return bundle.path, time.monotonic() - start


@fault(
    SIZES,
    f"a log of {LINES:,} lines: sealing with its start page, `verify`, `status`, `export`",
    "Each ends well within 10 s and 300 MB.",
    alone=True,
)
def many_lines(room: Room) -> Seen:
    """A session that went on and on."""
    bundle, took = long_log(room.filer.evidence)
    notes, broken = [f"sealing {took:.1f} s"], []
    broken += [] if took < 10 else ["sealing takes too long"]
    for arguments in (
        ("verify", str(bundle)),
        ("status", "--json"),
        ("export", str(bundle.parent), "--to", str(room.folder / "copy"), "--json"),
    ):
        ran, words = measured(room, *arguments)
        notes.append(f"{arguments[0]} {words}")
        broken += [] if ran.code == 0 else [f"{arguments[0]}: exit {ran.code} {ran.stderr[-200:]}"]
        broken += [] if _within(words, 10, 300) else [f"{arguments[0]} takes {words}"]
    size = (bundle / "README.html").stat().st_size
    return Seen(
        verified=0, note=f"{'; '.join(notes)}; start page {size / 1e3:.0f} KB", broken=tuple(broken)
    )


def _within(words: str, seconds: float, megabytes: float) -> bool:
    took, _s, used, _mb = words.split()
    return float(took) < seconds and float(used) < megabytes


@fault(
    SIZES,
    f"a complaint about a filing whose log has {LINES:,} lines",
    "The dossier is made within 30 s and 500 MB.",
    alone=True,
)
def complaint(room: Room) -> Seen:
    """A dossier over it all."""
    cases = Cases(room.filer.evidence)
    case = whole(cases, practice=False, pictures=3)
    clock = cases.clock
    bundle = Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock)
    for number in range(LINES):
        bundle.event("gate.refused", method="POST", address="https://x.example/", why=str(number))
    bundle.seal({"outcome": "stopped", "reason": None, "sent": False})
    ran, words = measured(
        room,
        *("complaint", str(case), "--to", "ap", "--folder", str(room.folder), "--json"),
        *("--name", "Anna Example", "--address", "Street 1, 1000 AA Town", "--country", "nl"),
    )
    return Seen(code=ran.code, note=words).but(
        "" if ran.code == 0 else ran.stderr[-300:],
        "" if _within(words, 30, 500) else "it takes too much",
    )


# --------------------------------------------------------------------------- pages

PARAGRAPH = "<p>Lorem ipsum dolor sit amet, consectetur adipiscing elit.</p>"
PAGES = {
    "20,000 paragraphs around the form": PARAGRAPH * 10_000 + PLAIN + PARAGRAPH * 10_000,
    "5,000 paragraphs within the form": form(EMAIL, PARAGRAPH * 5_000, REASON),
    "a form of 300,000 pixels": form(EMAIL, '<div style="height: 300000px"></div>', REASON),
    "300 further fields": form(
        EMAIL,
        *(f'<p><label>Field {n} <input name="n{n}"></label></p>' for n in range(300)),
        REASON,
    ),
    "a paragraph of 5 MB": form(EMAIL, f"<p>{'word ' * 1_000_000}</p>", REASON),
}


@fault(
    SIZES,
    "a very long page: {}",
    "It ends by itself within 90 s with one send or none; the evidence is whole, or says what it "
    "does not show.",
    [(what,) for what in PAGES],
    alone=True,
)
def long_page(room: Room, what: str) -> Seen:
    """A page that has no end."""
    with Site(page(PAGES[what])) as site:
        running = room.practice(site.url, env={"FILER_PATIENCE": "20"})
        seen = room.ended(running, lambda: len(site.sends))
    shots = [path.stat().st_size for path in room.filer.evidence.rglob("*.png")]
    withheld = room.events().count("capture.withheld")
    return seen.but(note=f"{len(shots)} pictures, {sum(shots) / 1e6:.1f} MB; {withheld} withheld")


NOISE = {
    "20 times a second": "setInterval(ask, 50)",
    "as often as it can, and the person presses Ctrl-C": "setInterval(ask, 0); setInterval(ask, 0)",
}
ASK = """
const ask = () => fetch('/tick', {method: 'POST', headers: {'Content-Type': 'text/plain'},
  body: 'v=' + encodeURIComponent(document.querySelector('input').value)});
"""


@fault(
    SIZES,
    "a page that tells what is typed while it may not, {}",
    "Nothing of it leaves; where it asks more often than filer can refuse, Ctrl-C ends it.",
    [(how,) for how in NOISE],
    alone=True,
)
def noisy(room: Room, how: str) -> Seen:
    """A page that never stops asking."""
    with Site(page(PLAIN, script=ASK + NOISE[how])) as site:
        running = room.practice(site.url, env={"FILER_PATIENCE": "8"})
        room.reached(running, "gate.armed")
        if "Ctrl-C" in how and not ended_in(running, 15):
            running.interrupt()
        seen = room.ended(running, lambda: sum("/tick" not in each.path for each in site.posts))
        told = [each for each in site.posts if "/tick" in each.path and each.values.get("v")]
    lines = [
        sum(1 for _line in read_log(bundle / layout.DATA / layout.LOG)) for bundle in room.bundles()
    ]
    return seen.but(
        f"{len(told)} requests left with what was typed" if told else "",
        note=f"{lines[0]:,} lines in the log, {len(site.posts)} requests before anything was typed",
    )
