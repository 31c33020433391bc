"""A replay from its first step to its seal: its pace, what stands beside it, what it compares."""

from __future__ import annotations

import base64
import contextlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from filer import replay, telling, words
from filer.browser.window import Window
from filer.errors import FromTheStart
from filer.evidence import layout
from filer.evidence.bundle import Bundle
from filer.evidence.thumbnails import thumbnail
from filer.flow import Flow, HandOver, HumanSends, Keep, Open
from filer.human import replayed
from filer.human.guide.page import body
from filer.human.guide.window import GuideWindow
from filer.human.replayed import Beside
from filer.human.shown import inline
from filer.human.terminal import Terminal
from filer.ports import Pace, Recorder, Told
from filer.replay import Finding, Recording, Watched
from filer.words import _

_A_MOMENT = 0.05
"""Seconds that the form's window lives on between two looks at what the person wants."""


@dataclass
class Replay:
    """Implements `filing.Rehearsal`: a *flow*, or what a bundle has *recorded* of it.

    *slow* are the seconds between two steps. *voice* is the terminal, which also hears what is
    typed between them; *beside* a window of our own, outside the form's browser, or None.
    """

    flow: Flow
    slow: float
    voice: Terminal
    language: str
    practice: bool
    recorded: Recording | None = None
    beside: GuideWindow | None = None
    compared: dict[int, tuple[Finding, ...]] = field(default_factory=dict)

    def begin(self, bundle: Bundle) -> None:
        """See `filing.Rehearsal`. The log gets names, numbers and hashes alone."""
        recorded = self.recorded
        sha256 = layout.sha256(self.flow.as_json().encode())
        if recorded is None:
            bundle.event("replay.of", flow=sha256, practice=self.practice)
            return
        known = layout.bundle_name(recorded.bundle.resolve().name)
        seal = None
        with contextlib.suppress(OSError):
            seal = layout.hash_file(recorded.bundle / layout.TAGMANIFEST)[0]
        bundle.event(
            "replay.of",
            bundle=str(known) if known else None,
            seal=seal,
            flow=recorded.sha256,
            changed=list(recorded.changed) if recorded.changed is not None else None,
            broken=list(recorded.broken),
            left_out=len(recorded.left_out),
            practice=self.practice,
        )

    def watch(self, window: Window, kept: Recorder) -> tuple[Recorder, Pace]:
        """See `filing.Rehearsal`."""
        watched = Watched(kept)
        if self.beside is not None:
            self.beside.on_urgent = window.interrupt
        return watched, _Steps(self, window, watched)

    def end(self, bundle: Bundle) -> None:
        """See `filing.Rehearsal`."""
        if self.recorded is not None:
            data = replay.as_data(self.compared, self.flow)
            text = json.dumps(data, indent=2, ensure_ascii=False)
            bundle.put("replay/compared.json", text.encode("utf-8", "backslashreplace") + b"\n")

    def say(self, sentence: str, what: str = "replay") -> None:
        """Tell the person *sentence*."""
        if sentence:
            self.voice.tell(Told(what, {"words": sentence}))


@dataclass
class _Steps:
    """Implements `ports.Pace` for one walk."""

    told: Replay
    window: Window
    watched: Watched
    paused: bool = False
    shown: int = 0
    findings: Sequence[Finding] = ()
    of: int = 0

    def before(self, number: int) -> bool:
        """See `ports.Pace`: name the step in the terminal and beside the form, then wait."""
        told = self.told
        step = told.flow.steps[number]
        self.watched.event("replay.step", number=number + 1, verb=type(step).__name__)
        told.say(
            _("Step %(number)s of %(total)s: %(words)s")
            % {
                "number": number + 1,
                "total": len(told.flow.steps),
                "words": inline(self._words(number)),
            }
        )
        self._show(number)
        goes_on = self._wait(number)
        self._show(number, asks=isinstance(step, HandOver | HumanSends))
        return goes_on

    def after(self, number: int) -> None:
        """See `ports.Pace`: say what is the same as recorded, and what is not."""
        told = self.told
        if told.recorded is None:
            return
        found = replay.compare(number, told.flow, told.recorded.facts, self.watched.facts)
        self.findings = told.compared[number] = found
        self.of = number + 1
        if not found:
            return
        self.watched.event(
            "replay.compared",
            number=number + 1,
            same=[f.what for f in found if f.same],
            different=[f.what for f in found if f.same is False],
            unknown=[f.what for f in found if f.same is None],
        )
        told.say(replayed.same_in_words(found))
        for finding in found:
            if finding.same is False:
                told.say(replayed.difference_in_words(finding), "replay differs")
        told.say(replayed.unknown_in_words(found))
        self._show(number, asks=isinstance(told.flow.steps[number], HumanSends))

    # ------------------------------------------------------------------ waiting

    def _wait(self, number: int) -> bool:
        """Wait until the step's time has come, or the person wants something; False for a stop."""
        until = time.monotonic() + self.told.slow
        while True:
            match self._asked(number):
                case "stop":
                    return False
                case "back":
                    raise FromTheStart
                case "next":
                    self.paused = True
                    return True
                case "pause" if not self.paused:
                    self._pause(number, paused=True)
                case "go on":
                    self._pause(number, paused=False)
                    return True
            if not self.paused and time.monotonic() >= until:
                return True
            self.window.pump(_A_MOMENT)

    def _pause(self, number: int, *, paused: bool) -> None:
        self.paused = paused
        if paused:
            self.told.say(
                _("Paused. n: next step, g: go on, b: back to the start, s: stop. Then Enter.")
            )
        self._show(number)

    def _asked(self, number: int) -> str | None:
        """What the person wants, from the terminal or from the window beside."""
        line = self.told.voice.heard()
        if line is not None:
            meant = replayed.meant(line)
            if meant is None:
                self.told.say(_("Between two steps, type p, n, g, b or s, then Enter."))
            return meant
        beside = self.told.beside
        act = beside.take() if beside is not None else None
        if act is None:
            return None
        if act.kind in {"stop", "closed"}:
            return "stop"
        if act.kind == "language":
            self.told.language = words.speak(act.language)
            self._show(number)
        return act.answer if act.answer in replayed.KEYS.values() else None

    # ------------------------------------------------------------------ the window beside

    def _show(self, number: int, *, asks: bool = False) -> None:
        told = self.told
        if told.beside is None:
            return
        self.shown += 1
        page = replayed.step_page(
            Beside(
                number=number + 1,
                total=len(told.flow.steps),
                words=self._words(number),
                of=self.of,
                findings=self.findings,
                picture=self._picture(number),
                practice=told.practice,
                paused=self.paused and not asks,
                asks=asks,
            )
        )
        told.beside.whole()
        html = body(page, told.language)
        told.beside.show(html, self.shown, page.title, told.language, keep=self.shown > 1)

    def _words(self, number: int) -> str:
        step = self.told.flow.steps[number]
        said = telling.step_in_words(step, self.told.language)
        return f"{said} {', '.join(step.addresses)}" if isinstance(step, Open) else said

    def _picture(self, number: int) -> tuple[str, str] | None:
        """What was recorded at this step or next after it: a caption and a small picture."""
        recorded = self.told.recorded
        found = recorded.picture(number) if recorded is not None else None
        small = thumbnail(found[1]) if found else None
        if recorded is None or found is None or small is None:
            return None
        titles = {layout.slug(s.title): s.title for s in recorded.flow.steps if isinstance(s, Keep)}
        caption = _("Recorded at %(time)s: %(what)s") % {
            "time": replayed.time_in_words(recorded.began),
            "what": _(titles.get(found[0], found[0])),
        }
        return caption, f"data:image/jpeg;base64,{base64.b64encode(small.jpeg).decode()}"
