"""The pace of a replay: each step is named, and between two steps the person has the say."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from filer.browser.window import Window
from filer.errors import FromTheStart, WindowClosed
from filer.human.guide.window import Act, GuideWindow
from filer.human.replayed import meant
from filer.human.terminal import Terminal
from filer.replaying import Replay
from tests.replay.conftest import FLOW, shot
from tests.replay.test_recording import Dropping, read


class Living:
    """A window that lives on; `closes` looks later it is gone."""

    def __init__(self, closes: int = 100) -> None:
        self.left = closes

    def pump(self, seconds: float) -> None:
        """Another moment."""
        assert seconds > 0
        self.left -= 1
        if self.left < 0:
            raise WindowClosed

    def interrupt(self) -> None:
        """Nobody does that here."""


class Beside:
    """A window beside the form, in which the person does *acts*, one for each look."""

    def __init__(self, *acts: Act | None) -> None:
        self.acts = list(acts)
        self.pages: list[str] = []
        self.on_urgent: Callable[[], None] = lambda: None

    def take(self) -> Act | None:
        """The next act."""
        return self.acts.pop(0) if self.acts else None

    def whole(self) -> bool:
        """It always is."""
        return True

    def show(self, html: str, number: int, title: str, language: str, *, keep: bool) -> None:
        """Keep what is shown."""
        assert (number, language, keep) == (len(self.pages) + 1, "en", number > 1)
        self.pages.append(f"{title}\n{html}")


class Played:
    """A replay in which the person types *lines*, one for each look."""

    def __init__(
        self,
        *lines: str,
        slow: float = 0.0,
        beside: Beside | None = None,
        recorded: Path | None = None,
        closes: int = 100,
    ) -> None:
        self.out = io.StringIO()
        self.voice = _Voice(self.out, list(lines))
        self.recorder = _Noting()
        replay = Replay(
            FLOW,
            slow,
            self.voice,
            "en",
            practice=True,
            recorded=read(recorded) if recorded else None,
            beside=cast("GuideWindow | None", beside),
        )
        self.replay = replay
        window = cast("Window", Living(closes))
        self.watched, self.pace = replay.watch(window, self.recorder)


class _Voice(Terminal):
    """A terminal whose lines come one for each look, so that no thread decides the order."""

    def __init__(self, out: io.StringIO, lines: list[str]) -> None:
        super().__init__(out, io.StringIO(""), "en")
        self.lines = lines

    def heard(self) -> str | None:
        """The next line."""
        return self.lines.pop(0) if self.lines else None


class _Noting(Dropping):
    """A recorder that notes the events."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, object]]] = []

    def event(self, name: str, who: str = "tool", **data: object) -> int:
        """Note it."""
        assert "tool" == who
        self.events.append((name, data))
        return len(self.events)


def test_each_step_is_named_and_logged() -> None:
    """Every step is in the terminal and in the log before it is taken."""
    played = Played()
    went = [played.pace.before(number) for number in range(len(FLOW.steps))]

    assert [True] * len(FLOW.steps) == went
    for number, verb in enumerate(type(s).__name__ for s in FLOW.steps):
        assert f"Step {number + 1} of {len(FLOW.steps)}: " in played.out.getvalue()
        assert ("replay.step", {"number": number + 1, "verb": verb}) == played.recorder.events[
            number
        ]


def test_it_waits_between_two_steps() -> None:
    """A slow replay lets the window live until its time has come."""
    played = Played(slow=60, closes=5)

    with pytest.raises(WindowClosed):
        played.pace.before(0)


def test_pause_next_and_go_on() -> None:
    """Paused, nothing goes on by itself; a step at a time; then on its own again."""
    played = Played("p", "n", closes=5)

    assert played.pace.before(0)
    assert "Paused." in played.out.getvalue()
    with pytest.raises(WindowClosed):
        played.pace.before(1)
    again = Played("p", "g", closes=5)
    assert again.pace.before(0)
    assert again.pace.before(1)


def test_back_and_stop() -> None:
    """Back begins anew, stop ends it."""
    with pytest.raises(FromTheStart):
        Played("b").pace.before(3)
    assert not Played("s").pace.before(3)
    assert not Played("what?", "stop", slow=5).pace.before(3)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        *(("p", "pause"), ("pause", "pause"), ("n", "next"), ("step", "next"), ("", "next")),
        *(("g", "go on"), ("b", "back"), ("again", "back"), ("s", "stop"), ("stop", "stop")),
        ("yes", None),
    ],
)
def test_letters_and_words(line: str, what: str | None) -> None:
    """A letter or a word asks for the same; a word for something else asks for nothing."""
    assert what == meant(line)


def test_the_window_beside(recorded: Callable[..., Path]) -> None:
    """It names the step, shows the recorded picture's caption, and can stop the replay."""
    beside = Beside(None, Act("answer", answer="pause"), Act("stop"))
    played = Played(slow=60, beside=beside, recorded=recorded())

    assert not played.pace.before(0)
    assert "Replay: step 1 of" in beside.pages[0]
    assert "Sent so far: nothing. This is a replay: nothing can leave." in beside.pages[0]
    assert "Go on" in beside.pages[1]


def test_what_is_the_same_and_what_is_not(recorded: Callable[..., Path]) -> None:
    """After a step both are said, shown beside, and logged by name alone."""
    beside = Beside()
    played = Played(beside=beside, recorded=recorded())
    number = 2
    played.pace.before(number)
    played.watched.keep(shot("the empty form", "Jouw \x1b[31mmail"))
    played.pace.after(number)
    name, data = played.recorder.events[-1]

    assert ("replay.compared", ["labels"]) == (name, data["different"])
    assert "Recorded: Email address. Now: Jouw ‹U+001B›[31mmail." in played.out.getvalue()
    assert "The same as recorded: names of the fields" in played.out.getvalue()
    assert "Recorded: Email address. Now:" in beside.pages[-1]
    assert "mail" not in str(data).replace("mailed", "")


def test_a_stranger_s_words_do_nothing_beside(recorded: Callable[..., Path]) -> None:
    """Markup out of a bundle is shown as text, in a page without scripts of anybody's."""
    beside = Beside()
    bundle = recorded()
    for form in (bundle / "data/form").iterdir():
        form.write_text(form.read_text().replace("Explain", "<script>x</script>"))
    played = Played(beside=beside, recorded=bundle)
    played.watched.keep(shot("the empty form"))
    played.pace.before(2)
    played.pace.after(2)

    assert "&lt;script&gt;x" in beside.pages[-1]
    assert "<script>x" not in "".join(beside.pages)


def test_what_is_kept(recorded: Callable[..., Path]) -> None:
    """The bundle of a replay says what was replayed, by hashes and numbers, and what differed."""
    kept = _Keeping()
    played = Played(recorded=recorded())
    played.replay.begin(kept)  # type: ignore[arg-type]
    for number in range(3):
        played.pace.before(number)
        played.pace.after(number)
    played.replay.end(kept)  # type: ignore[arg-type]
    name, data = kept.events[0]

    assert ("replay.of", "practice-01-filing") == (name, data["bundle"])
    assert 64 == len(str(data["flow"])) == len(str(data["seal"]))
    assert ["replay/compared.json"] == list(kept.files)


class _Keeping(_Noting):
    """A recorder that keeps files as well."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}

    def put(self, relative: str, content: bytes) -> object:
        """Keep it."""
        self.files[relative] = content
        return relative
