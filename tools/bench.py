"""How long the parts take that people wait for, and how large they are; `make bench` runs it.

One function a benchmark; each gives rows of a table. It is no test: a machine that is busy with
something else is slow, and that is no fault. Name benchmarks to run these alone.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filer.browser.find import find_browser
from filer.browser.launching import Driver, Launch, playwright_running
from filer.browser.window import Window
from filer.clock import SystemClock
from filer.evidence.bundle import Bundle, new_case
from filer.gate import Gate, Ground
from filer.practice.scenarios import RENDERINGS, scenario
from filer.practice.site import PracticeSite
from flows.facebook import FLOW

REPEATS = 15


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, what came out, what it should be at most."""

    what: str
    measured: float
    unit: str
    target: float | None = None
    note: str = ""

    @property
    def over(self) -> bool:
        """Whether it is more than it should be."""
        return self.target is not None and self.measured > self.target


def capture() -> list[Row]:
    """One capture of the filled form, on each rendering of the practice site."""
    times: list[float] = []
    sizes: list[float] = []
    rows = []
    with playwright_running() as playwright:
        for rendering in RENDERINGS:
            mine, size = _captures(playwright, rendering)
            rows.append(
                Row(f"capture, {rendering}", statistics.median(mine), "ms", note=_spread(mine))
            )
            times += mine
            sizes.append(size)
    rows.append(Row("capture, all three", statistics.median(times), "ms", 300, _spread(times)))
    rows.append(Row("its picture", statistics.median(sizes) / 1e6, "MB", 0.8))
    return rows


def _captures(playwright: Driver, rendering: str) -> tuple[list[float], float]:
    """Milliseconds of each capture after the first, and the size of the picture in bytes."""
    browser = find_browser(os.environ.get("FILER_BROWSER"))
    with PracticeSite(scenario(rendering), "en") as site:
        gate = Gate(FLOW, Ground(int(site.url.rpartition(":")[2])), time.monotonic)
        launch = Launch(str(browser.path), visible=False, language="en")
        window = Window(playwright, launch, FLOW, gate)
        try:
            window.open(f"https://{FLOW.hosts[0]}/help/contact/712876720715583")
            window.settle(3)
            window.arm()
            for field in FLOW.fields:
                found = window.find(field, FLOW)
                if found is not None:
                    window.fill(found, "someone@example.org" if field.kind == "email" else _REASON)
            times, size = [], 0
            for _each in range(REPEATS + 1):
                start = time.perf_counter()
                shot = window.capture("The form", FLOW)
                times.append((time.perf_counter() - start) * 1000)
                if shot.png is None:
                    sys.exit(f"The {rendering} form was not pictured: {shot.withheld}")
                size = len(shot.png)
        finally:
            window.close()
    return times[1:], size


def sealing() -> list[Row]:
    """Closing the bundle of a filing: the search for secrets, the start page, lists and seal."""
    with tempfile.TemporaryDirectory() as folder:
        times = []
        for _each in range(5):
            bundle = _bundle(Path(folder), pictures=12, size=1 << 20)
            start = time.perf_counter()
            bundle.seal({"outcome": "stopped", "sent": False}, ["a-cookie-value-of-24-chars"])
            times.append(time.perf_counter() - start)
    return [Row("sealing 12 MB", statistics.median(times), "s", 1.0, "median of 5")]


def verifying() -> list[Row]:
    """`filer verify` on 1 GB beside `sha256sum -c`, both as commands, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        bundle = _bundle(Path(folder), pictures=16, size=1 << 26)
        # The search for secrets is no part of verifying, and 1 GB of it takes its time.
        bundle.seal({"outcome": "stopped", "sent": False})
        listed = ["sha256sum", "-c", "--quiet", "manifest-sha256.txt"]
        ours = [sys.executable, "-m", "filer", "verify", str(bundle.path)]
        for command in (listed, ours):  # once before, so that both read from memory
            _seconds(command, bundle.path)
        theirs_took = min(_seconds(listed, bundle.path) for _each in range(3))
        ours_took = min(_seconds(ours, bundle.path) for _each in range(3))
    return [
        Row("sha256sum -c, 1 GB", theirs_took, "s", note="best of 3"),
        Row("filer verify, 1 GB", ours_took, "s", note="best of 3, with its start"),
        Row("time against sha256sum", ours_took / theirs_took, "x", 1.25),
    ]


_COMPLAIN = """
import resource, sys, time
from pathlib import Path
from filer import complaining
from tests.complaint.making import Cases
from tests.complaint.whole import made_of, whole
from filer.complaint.dossier import as_pdf

case = whole(Cases(Path(sys.argv[1]) / "evidence"), pictures=int(sys.argv[2]))
matter = made_of(case)
for made in complaining.dossiers(matter)[:2]:
    start, used = time.perf_counter(), time.process_time()
    size = len(as_pdf(made))
    took = time.perf_counter() - start, time.process_time() - used
    print(*took, size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def dossier() -> list[Row]:
    """The dossier of a case with so many exhibits and four mails, in full and light, as PDF."""
    rows = []
    for exhibits, target in ((12, 2.0), (60, None), (240, None)):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-c", _COMPLAIN, folder, str(exhibits)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        for kind, line in zip(("full", "light"), done.stdout.splitlines(), strict=True):
            took, used, size, most = map(float, line.split())
            note = f"{used:.2g} s of a processor, {size / 1e6:.3g} MB, memory {most / 1e6:.0f} MB"
            rows.append(Row(f"dossier, {exhibits}, {kind}", took, "s", target, note))
    return rows


def _bundle(root: Path, *, pictures: int, size: int) -> Bundle:
    """An open bundle with so many files of so many bytes; none is like the other."""
    case = new_case(root, "facebook", practice=False, clock=SystemClock())
    bundle = Bundle.begin(case, "filing", flow="facebook", practice=False, clock=SystemClock())
    noise = os.urandom(1 << 20) * (size >> 20)
    for number in range(pictures):
        bundle.put(f"shots/{number:03d}.bin", noise[number:] + noise[:number])
    return bundle


def _seconds(command: Sequence[str], folder: Path) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        sys.exit(f"{command[0]} ended with {done.returncode}.")
    return time.perf_counter() - start


_REASON = "I object to the use of my posts for training AI. " * 20


def _spread(values: Sequence[float]) -> str:
    tenths = statistics.quantiles(values, n=10)
    return f"median of {len(values)}; 10 % under {tenths[0]:.0f}, 10 % over {tenths[-1]:.0f}"


BENCHMARKS: Mapping[str, Callable[[], list[Row]]] = {
    "capture": capture,
    "sealing": sealing,
    "verifying": verifying,
    "dossier": dossier,
}
"""Every benchmark by its name."""


def machine() -> str:
    """The machine and the day, for whoever reads the figures later."""
    today = dt.datetime.now(dt.UTC).date().isoformat()
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    browser = find_browser(os.environ.get("FILER_BROWSER"))
    return f"{today}; {system}; Python {platform.python_version()}; {browser.name}"


def main(names: Sequence[str]) -> int:
    """Run the benchmarks *names*, or all; 1 if a figure is over its target, 2 for a wrong name."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}; there are: {', '.join(BENCHMARKS)}.")
        return 2
    print(machine())
    over = False
    for name in names or BENCHMARKS:
        for row in BENCHMARKS[name]():
            target = "" if row.target is None else f"at most {row.target:g} {row.unit}"
            said = "OVER" if row.over else ""
            print(
                f"{row.what:<28}{row.measured:>9.3g} {row.unit:<4}{target:<18}{said:<6}{row.note}"
            )
            over = over or row.over
    return int(over)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
