"""Two practice filings from beginning to end, their evidence verified; `make demo` runs it.

Everything happens on this machine: a practice copy of each form, and a stand-in for the person,
who fills in made-up values and presses Send. Nothing reaches Meta.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from screen import can_have_one, virtual_display

from filer.browser.display import has_display

ROOT = Path(__file__).resolve().parent.parent
FLOWS = ("facebook", "instagram")
EVIDENCE = ROOT / "demo-evidence"  # not under build/: evidence is never cleaned away
PROGRAM = Path(sys.executable).with_name("filer")
"""As a person types it, so that the commands it prints can be typed too."""


def filer(arguments: list[str], surroundings: Mapping[str, str]) -> list[dict[str, Any]]:
    """filer run with *arguments*; the answers it gave. Its words to the person pass through.

    What is no answer ends the demo, with what was printed instead.
    """
    command = [str(PROGRAM), *arguments, "--json"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    last = done.stdout.strip().rpartition("\n")[2]
    try:
        answer = json.loads(last)
    except ValueError:
        sys.exit(f"filer ended with {done.returncode} and gave no answer: {last!r}")
    results: list[dict[str, Any]] = answer.get("results", [answer])
    return results


def surroundings_of_a_stranger(display: Mapping[str, str]) -> dict[str, str]:
    """*display*'s environment without what you have set for filer, except which browser to use."""
    kept = {"FILER_BROWSER"}
    return {k: v for k, v in display.items() if not k.startswith("FILER_") or k in kept}


def is_filed(result: Mapping[str, Any]) -> bool:
    """Whether one practice filing went as it must: confirmed, sent once, and sealed."""
    return (
        result.get("outcome") == "confirmed"
        and result.get("sent") is True
        and bool(result.get("sealed"))
    )


def went_well(filed: list[dict[str, Any]], verified: list[dict[str, Any]]) -> bool:
    """Whether every flow was filed as it must, and the evidence of each verified."""
    verdicts = [verdict.get("ok") is True for verdict in verified]
    return list(map(is_filed, filed)) == verdicts == [True] * len(FLOWS)


def show(filed: list[dict[str, Any]], verified: list[dict[str, Any]], seconds: float) -> None:
    """The closing words for a newcomer: what happened, and what to open."""
    verdicts = {Path(str(check.get("bundle"))).name: check for check in verified}
    print()
    for result in filed:
        bundle = Path(str(result.get("bundle") or "none"))
        verdict = verdicts.get(bundle.name, {})
        checks = verdict.get("checks", [])
        broken = sum(check.get("ok") is not True for check in checks)
        nothing = len(verdict.get("not_applicable", []))
        print(f"{result.get('flow')}: {result.get('outcome')}", end="")
        print(f", evidence {'verified' if verdict.get('ok') else 'NOT verified'}", end="")
        good = len(checks) - nothing - broken
        print(f" (checks: {good} in order, {nothing} not applicable, {broken} broken)")
        print(f"    {bundle}")
        for picture in sorted(bundle.rglob("*.png")):
            print(f"        {picture.relative_to(bundle)}")
    print(f"\nThis took {seconds:.0f} seconds, and nothing left this machine.")
    first = Path(str(filed[0].get("bundle") or EVIDENCE)) if filed else EVIDENCE
    start = first / "README.html"
    print(f"Open {start if start.exists() else first} to see what evidence looks like.")
    print("Next, at your own pace and on a practice copy of the form:  .venv/bin/filer practice")


def main() -> int:
    """File twice, verify, tell; 1 when not every filing was confirmed and every bundle verified."""
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        display: Mapping[str, str] = os.environ
        if needs_virtual_display():
            display = stack.enter_context(virtual_display())
        surroundings = surroundings_of_a_stranger(display)
        practice = ["practice", *FLOWS, "--stand-in", "willing", "--evidence", str(EVIDENCE)]
        filed = filer(practice, surroundings)
        bundles = [str(result["bundle"]) for result in filed if result.get("bundle")]
        verified = filer(["verify", *bundles], surroundings) if bundles else []
    show(filed, verified, time.monotonic() - began)
    if went_well(filed, verified):
        return 0
    print("\nThis is not how it should be: see above.", file=sys.stderr)
    return 1


def needs_virtual_display() -> bool:
    """Whether there is no screen of one's own here, and a virtual one can be had."""
    return not has_display() and can_have_one()


if __name__ == "__main__":
    sys.exit(main())
