"""A whole practice filing with its evidence beside a bare Playwright script on the same form."""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from figures import ROOT, Call, Part, Row, busy, in_turn, megabytes, ratio, seconds

from filer.browser.find import find_browser
from filer.practice.scenarios import scenario
from filer.practice.site import PracticeSite

TURNS = 5
_ENDS = {
    "opened": "starting the browser",
    "captured": "capturing, three times",
    "page.seen": "waiting for pages to settle",
    "answer.read": "waiting for the answer to be read",
}
"""What the time before such a line of the log was spent on."""
_WHY = (
    "filer loads its guide, its evidence and its gate before it begins (half a second of a "
    "processor, the script needs a tenth), waits at each page until it has settled, takes the "
    "values, the text and a masked picture at each capture where the script takes a picture, and "
    "searches, lists and seals what it kept."
)
BARE = Path(__file__).with_name("bare.py")


def measure() -> Part:
    """Both from process start to process end, on one practice site that runs beside them."""
    browser = find_browser(os.environ.get("FILER_BROWSER")).path
    with tempfile.TemporaryDirectory() as folder, PracticeSite(scenario("default"), "en") as site:
        port = site.url.rpartition(":")[2]
        ours = _practice(site.url, folder)
        both = Call([*ours[:4], "instagram", *ours[4:]])
        calls = {
            "bare": Call([sys.executable, BARE, str(browser), port, folder]),
            "filer": Call(ours),
            "two": both,
        }
        runs = in_turn(calls, TURNS)
        acts, inner = _told(ours)
        stretches = _stretches(Path(folder))
        pictures = len(list(Path(folder).rglob("shots/*.png"))) / _filings(folder)
    second = statistics.median(
        b.seconds - a.seconds for a, b in zip(runs["filer"], runs["two"], strict=True)
    )
    return Part(
        "A whole practice filing, headless, from process start",
        (
            Row(
                "bare Playwright script",
                seconds(runs["bare"]),
                "s",
                f"median of {TURNS}; three pictures; {megabytes(runs['bare']):.0f} MB",
            ),
            Row(
                "filer practice, with evidence",
                seconds(runs["filer"]),
                "s",
                f"median of {TURNS}; {pictures:.0f} pictures; {megabytes(runs['filer']):.0f} MB",
            ),
            Row(
                "filer against the bare script",
                ratio(runs["filer"], runs["bare"]),
                "×",
                f"{busy(runs['filer']):.2g} s of a processor against {busy(runs['bare']):.2g} s",
                at_most=1.3,
                cause=_WHY,
            ),
            *(
                Row(f"of filer's, {what}", took, "s", "median, from its log")
                for what, took in stretches.items()
            ),
            Row("each further form in the same run", second, "s"),
            Row("acts of the person in it", acts, "acts", "log in, confirm, press Send"),
            Row(
                "seconds in filer's hands in it",
                inner,
                "s",
                "first window to last line; the stand-in answers at once",
            ),
        ),
    )


def _practice(site: str, folder: str) -> list[str]:
    command = [sys.executable, "-m", "filer", "practice", "facebook", "--site", site]
    command += ["--stand-in", "willing", "--headless", "--json", "--language", "en"]
    return [*command, "--evidence", str(Path(folder) / "evidence")]


def _told(command: list[str]) -> tuple[int, float]:
    """How often the person acted, and the seconds, as filer itself tells."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)["results"][0]
    if result["outcome"] != "confirmed":
        sys.exit(f"The filing ended with {result['outcome']}.")
    return result["human_actions"], result["seconds"]


def _stretches(folder: Path) -> dict[str, float]:
    """What the filings spent their time on, as the lines of their logs tell: median seconds."""
    found: dict[str, list[float]] = {}
    for log in folder.rglob("session.jsonl"):
        lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        spent: dict[str, float] = dict.fromkeys(_ENDS.values(), 0.0)
        for before, line in itertools.pairwise(lines):
            if what := _ENDS.get(line["event"]):
                spent[what] += (line["mono_ns"] - before["mono_ns"]) / 1e9
        for what, took in spent.items():
            found.setdefault(what, []).append(took)
    return {what: statistics.median(took) for what, took in found.items()}


def _filings(folder: str) -> int:
    return len(list(Path(folder).rglob("seal.sha256")))
