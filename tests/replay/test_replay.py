"""Replays in a browser: nothing arrives, whoever presses, and the bundle says what it is."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from filer import filing, flow, settings
from filer.browser.find import find_browser
from filer.browser.window import Window
from filer.evidence.reading import read_bundle, read_log
from filer.evidence.verify import verify
from filer.filing import Filing
from filer.flow import Flow
from filer.human.terminal import Terminal
from filer.ports import Result
from filer.practice.scenarios import scenario
from filer.practice.site import PracticeSite
from filer.practice.standin import OWN_VALUES, StandIn
from filer.profile import Profile
from filer.replay import read_recording
from filer.replaying import Replay
from tests.end_to_end.command import Command
from tests.replay.conftest import KNOWN

NAMES = flow.names()
RENDERINGS = ("desktop", "mobile", "app")


class Practice:
    """A counting practice site, and sessions on it with a stand-in that is willing to all."""

    def __init__(self, playwright: Playwright, folder: Path, site: PracticeSite) -> None:
        self.playwright, self.site = playwright, site
        self.found = settings.read(
            {}, default_evidence=folder / "evidence", visible=False, choices=folder / "choices.json"
        )
        self.said = io.StringIO()

    def run(self, wanted: Flow, *, replayed: Path | None = None, replay: bool = False) -> Result:
        """A filing of *wanted*; or its replay, of the bundle *replayed* if given."""
        port = int(self.site.url.rpartition(":")[2])
        voice = Terminal(self.said, io.StringIO(""), "en")
        recorded = read_recording(replayed, KNOWN, live=False) if replayed else None
        shown = recorded.flow if recorded else wanted
        job = Filing(
            shown,
            Profile({name: OWN_VALUES[name] for name in wanted.needs()}),
            self.found,
            find_browser(os.environ.get("FILER_BROWSER")),
            visible=False,
            port=port,
            scenario=self.site.scenario.name,
            stand_in="willing",
            replay=Replay(shown, 0, voice, "en", practice=True, recorded=recorded)
            if replay
            else None,
        )
        human = StandIn("willing", port, 10, voice)
        windows: list[Window | None] = []
        return filing.run(job, self.playwright, human, windows.append)


@pytest.fixture
def practice(
    playwright: Playwright, tmp_path: Path
) -> Callable[[str], contextlib.AbstractContextManager[Practice]]:
    """Makes such a site of a scenario."""

    @contextlib.contextmanager
    def make(name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a context manager
        with PracticeSite(scenario(name)) as site:
            yield Practice(playwright, tmp_path, site)

    return make


Make = Callable[[str], contextlib.AbstractContextManager[Practice]]


def test_ten_presses_and_nothing_arrives(practice: Make) -> None:
    """A filing arrives once; its replay never, though the stand-in says yes and presses ten times.

    The replay's bundle says what it is, names what is the same, and verifies.
    """
    with practice("desktop") as here:
        filed = here.run(flow.load("facebook"))
        assert 1 == len(here.site.sends())
        result = here.run(flow.load("facebook"), replayed=Path(str(filed.bundle)), replay=True)
        posts = [a for a in here.site.arrivals if a.method != "GET"]
    bundle = Path(str(result.bundle))
    lines = list(read_log(bundle / "data/session.jsonl"))
    events = [line.event for line in lines]
    page = (bundle / "README.html").read_text(encoding="utf-8")

    assert ("stopped", "replay", False) == (result.outcome, result.reason, result.sent)
    assert 1 == len(posts)
    assert result.refused_requests >= 10
    assert "practice-01-replay" == bundle.name
    assert "facebook-replay-" in bundle.parent.name
    assert "replay" == lines[0].data["kind"]
    assert "This is a replay. Nothing could leave the window." in page
    assert "a replay: nothing in it could be sent" in (bundle / "bag-info.txt").read_text()
    assert {"gate.unlocked", "confirmed", "send.left", "pressed"}.isdisjoint(events)
    assert [] == [c for line in lines for c in line.data.get("different", [])]
    assert verify(bundle).ok
    compared = json.loads((bundle / "data/replay/compared.json").read_text())
    assert all(f["same"] for step in compared for f in step["findings"])
    said = here.said.getvalue()
    assert "The same as recorded: labels" in said
    assert 1 == said.count("filer stopped it: this is a replay.")
    assert 1 == said.count("times in all. filer stopped each.")


@pytest.mark.proof
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rendering", RENDERINGS)
def test_every_flow_and_rendering(practice: Make, name: str, rendering: str) -> None:
    """No replay of a flow arrives, in no rendering."""
    with practice(rendering) as here:
        result = here.run(flow.load(name), replay=True)
        sends = here.site.sends()

    assert [] == sends
    assert ("stopped", "replay") == (result.outcome, result.reason)
    assert "replay" == read_bundle(Path(str(result.bundle))).kind
    assert verify(Path(str(result.bundle))).ok


@pytest.mark.proof
def test_another_form_than_recorded(practice: Make) -> None:
    """A bundle of one rendering replayed on another: what differs is said, nothing arrives."""
    with practice("desktop") as here:
        filed = here.run(flow.load("facebook"))
    with practice("mobile") as there:
        result = there.run(flow.load("facebook"), replayed=Path(str(filed.bundle)), replay=True)
        sends = there.site.sends()

    assert [] == sends
    assert "replay" == result.reason
    assert "Different: " in there.said.getvalue()


def test_the_real_form_out_of_reach(filer: Command) -> None:
    """With --live and no network there is no form: 5, a bundle marked replay, none in status."""
    run = filer("replay", "facebook", "--live", "--headless", "--slow", "0", "--json", timeout=60)
    bundle = Path(run.result["bundle"])

    assert (5, "unavailable", False) == (run.code, run.result["outcome"], run.result["sent"])
    assert "01-replay" == bundle.name
    assert re.search(r"^\d{4}-\d\d-\d\d-facebook-replay-", bundle.parent.name)
    assert verify(bundle).ok
    assert [] == filer("status", "--json").results


@pytest.mark.proof
def test_the_command_on_a_bundle(filer: Command) -> None:
    """Of a broken bundle: it is replayed, says so, and ends with 7; of a whole one with 0."""
    base = ("--stand-in", "willing", "--headless", "--json")
    bundle = Path(filer("practice", "facebook", *base).result["bundle"])
    whole = filer("replay", str(bundle), *base, "--slow", "0")
    form = next((bundle / "data/form").iterdir())
    form.write_text(form.read_text() + " ")
    broken = filer("replay", str(bundle), *base, "--slow", "0")

    assert (0, "replay") == (whole.code, whole.result["reason"])
    assert (7, "replay") == (broken.code, broken.result["reason"])
    assert "BROKEN" in broken.stderr
    assert "The flow is the same today." in whole.stderr


@pytest.mark.proof
def test_at_a_terminal(filer: Command) -> None:
    """Pause, a step, back to the start and stop, by letters, while a window is open."""
    running = filer.start(
        *("replay", "facebook", "--headless", "--slow", "60000", "--json"), terminal=True
    )
    running.until_said("Only Enter means: go")
    running.type("go")
    running.until_said("Step 1 of")
    running.type("p")
    running.until_said("Paused.")
    running.type("n")
    running.until_said("Step 2 of")
    running.type("b")
    running.until(lambda: running.stderr.count("Step 1 of") == 2)
    running.type("s")
    run = running.finish()

    assert (9, "stopped") == (run.code, json.loads(run.stdout)["results"][0]["outcome"])


@pytest.mark.proof
def test_in_a_visible_window(filer: Command) -> None:
    """With a display the form's window and the one beside it are shown, and nothing is sent."""
    shown = {name: os.environ.get(name, "") for name in ("DISPLAY", "XAUTHORITY")}
    run = filer(
        *("replay", "instagram", "--stand-in", "willing", "--headed", "--slow", "50", "--json"),
        env=shown,
    )

    assert (0, "replay", False) == (run.code, run.result["reason"], run.result["sent"])


@pytest.mark.proof
def test_own_values_only_when_asked(filer: Command) -> None:
    """The person's values are typed with --own-values alone."""
    own = {"FILER_EMAIL": "kwikstaart@example.org", "FILER_REASON": "My own reason, long enough."}
    base = ("replay", "facebook", "--stand-in", "willing", "--headless", "--slow", "0", "--json")
    forms = []
    for more in ((), ("--own-values",)):
        bundle = Path(filer(*base, *more, env=own).result["bundle"])
        forms.append("".join(f.read_text() for f in (bundle / "data/form").iterdir()))

    assert [False, True] == ["kwikstaart@example.org" in form for form in forms]
    assert [False, True] == ["My own reason" in form for form in forms]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("facebook", "--live", "--stand-in", "willing"), 2),
        (("facebook", "--email", "a@example.org"), 2),
        (("nothing-of-that-name",), 2),
        (("facebook", "--slow", "-1"), 2),
        ((), 2),
    ],
)
def test_wrong_usage(filer: Command, arguments: tuple[str, ...], code: int) -> None:
    """What makes no sense opens nothing."""
    run = filer("replay", *arguments, "--headless", "--json")

    assert (code, []) == (run.code, run.results)


def test_hostile_bundles(filer: Command, recorded: Callable[..., Path]) -> None:
    """A flow that breaks a law ends with 3, a bundle without one with 7; no window opens."""
    hostile = json.loads(flow.load("facebook").as_json())
    hostile["steps"][0]["addresses"] = ["javascript:alert(1)"]
    lawless = filer("replay", str(recorded(json.dumps(hostile))), "--headless", "--json")
    bundle = recorded()
    (bundle / "data/flow/facebook.json").unlink()
    empty = filer("replay", str(bundle), "--headless", "--json")

    assert (3, []) == (lawless.code, lawless.results)
    assert (7, []) == (empty.code, empty.results)
    assert not filer.evidence.exists()
