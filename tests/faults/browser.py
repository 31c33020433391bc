"""The browser, its page, its driver and filer itself: killed, frozen or closed at every step."""

from __future__ import annotations

import os
import signal

from tests.crash.killing import (
    carry_out,
    dies,
    event,
    family,
    gone_within,
    kill,
    plan,
    processes,
    recovered,
    wrong,
)
from tests.end_to_end.pages import PLAIN, Site, page
from tests.faults.network import KNOWN, FaultySite
from tests.faults.room import STEPS, Room, Seen, ended_in
from tests.faults.table import fault

GONE = "Browser and driver"
KILLED = "filer itself"
NO = "A clean No: it ends by itself, and the evidence is sealed."
WHOLE = (
    "No line is lost, the next start seals what is left and says what it knows of the send, "
    "and nothing is sent again."
)
PARTS = ("browser", "page", "driver")
LATER = STEPS[:-1]  # after the last one the browser is not needed any more


WHEN_KILLED = {"browser": LATER, "page": LATER[1::3], "driver": LATER[::3]}


@fault(
    GONE,
    "the {} is killed after `{}`",
    KNOWN,
    [(part, step) for part, steps in WHEN_KILLED.items() for step in steps],
)
def killed(room: Room, what: str, step: str) -> Seen:
    """Something that filer leans on is killed at *step*."""
    with FaultySite() as site:
        running = room.practice(site.url)
        room.reached(running, step)
        number = dies(running, what)
        seen = room.ended(running, site.counted)
        return seen.but(note="" if number else f"there was no {what} to kill any more")


FROZEN = ("gate.armed", "send.left")


@fault(
    GONE,
    "the {} freezes after `{}`, and the person presses Ctrl-C",
    "Ctrl-C ends it all the same, with what is known of the send.",
    [(part, step) for part in PARTS for step in FROZEN],
)
def frozen(room: Room, what: str, step: str) -> Seen:
    """Something that filer leans on hangs; the person loses patience."""
    with FaultySite() as site:
        running = room.practice(site.url, env={"FILER_PATIENCE": "6"})
        room.reached(running, step)
        mine = set(family(running.process.pid)[1:])
        dies(running, what, signal.SIGSTOP)
        if not ended_in(running, 8):
            running.interrupt()
        seen = room.ended(running, site.counted)
    for process, _parent, words in processes():
        if process in mine and "filer-browser-" in words:  # frozen, it does not end by itself
            os.kill(process, signal.SIGKILL)
    return seen


BUSY = {
    "once it is there": "addEventListener('load', () => setTimeout(() => { for (;;); }, 1500))",
    "once something is typed": "document.addEventListener('change', () => { for (;;); })",
}


@fault(
    GONE,
    "the page's own script never ends, {}; the person presses Ctrl-C",
    "Ctrl-C ends it all the same, and nothing was sent.",
    [(when,) for when in BUSY],
)
def busy(room: Room, when: str) -> Seen:
    """A page that is busy with itself for ever."""
    with Site(page(PLAIN, script=BUSY[when])) as site:
        running = room.practice(site.url, "absent")
        if ended_in(running, 10):
            return room.ended(running, lambda: len(site.sends)).but(note="it had ended by itself")
        running.interrupt()
        return room.ended(running, lambda: len(site.sends))


@fault(GONE, "the browser that is named is not there", "A sentence and exit 8.")
def no_browser(room: Room) -> Seen:
    """There is no such program."""
    with FaultySite() as site:
        running = room.practice(site.url, env={"FILER_BROWSER": "/nowhere/chromium"})
        return room.ended(running, site.counted, lost=True)


@fault(GONE, "the browser that is named ends at once", "A sentence and exit 8.")
def no_good_browser(room: Room) -> Seen:
    """It is a program, and no browser."""
    with FaultySite() as site:
        running = room.practice(site.url, env={"FILER_BROWSER": "/bin/false"})
        return room.ended(running, site.counted, lost=True)


# --------------------------------------------------------------------------- the person goes


@fault(GONE, "the window is closed at the review", NO)
def closed(room: Room) -> Seen:
    """The person closes the window."""
    with FaultySite() as site:
        return room.ended(room.practice(site.url, "leaver"), site.counted, "stopped")


@fault(GONE, "the page closes its own window once something is typed", NO)
def closes_itself(room: Room) -> Seen:
    """The page calls `window.close`."""
    script = "document.addEventListener('change', () => window.close())"
    with Site(page(PLAIN, script=script)) as site:
        return room.ended(room.practice(site.url, "absent"), lambda: len(site.sends), "stopped")


SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
WHEN_TOLD = ("opened", "reviewed", "send.left")


@fault(KILLED, "{} after `{}`", KNOWN, [(name, step) for name in SIGNALS for step in WHEN_TOLD])
def signalled(room: Room, name: str, step: str) -> Seen:
    """Ctrl-C, a polite kill, a closed terminal."""
    with FaultySite() as site:
        running = room.practice(site.url)
        room.reached(running, step)
        running.process.send_signal(signal.Signals[name])
        return room.ended(running, site.counted)


@fault(KILLED, "`kill -9` after `{}`", WHOLE, [(step,) for step in STEPS])
def killed_at_a_step(room: Room, step: str) -> Seen:
    """filer is killed at *step*."""
    with FaultySite() as site:
        gone = kill(room.filer, site, event(step))
        left = gone_within(gone, 15)
        broken = wrong(room.filer, gone, site, recovered(room.filer))
        seen = room.later(Seen(arrived=site.counted(), broken=tuple(broken)))
        return seen.but("" if left else "its browser is still there")


RANDOM = 5


@fault(
    KILLED,
    f"`kill -9` at {RANDOM} random moments, seed {{}}",
    WHOLE,
    [(seed,) for seed in range(2026, 2030)],
)
def killed_at_random(room: Room, seed: int) -> Seen:
    """filer is killed at any moment, alone or with its browser, and the recovery sometimes too."""
    broken: list[str] = []
    arrived = 0
    for number in range(RANDOM):
        own = room.within(str(number))
        gone, sends = carry_out(own.filer, plan(str(seed), number, 4.0))
        own.put_away()
        broken += [f"{gone.scenario}, {gone.moment.words}: {each}" for each in gone.faults]
        arrived += sends
    return Seen(note=f"{arrived} sends in {RANDOM} sessions, none twice", broken=tuple(broken))
