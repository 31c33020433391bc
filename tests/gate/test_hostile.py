"""Hostile pages: what arrives at a server that counts, whatever the page tries.

The default suite runs the channels in groups, several on one page; `proof` runs each alone.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from tests.gate.channels import CHANNELS
from tests.gate.conftest import EMAIL, REASON, Run
from tests.gate.hostile_site import TRANSPORTS, Behaviour, HostileSite

Start = Callable[..., Run]

NAMES = tuple(CHANNELS)
GROUPS = tuple(NAMES[n::6] for n in range(6))
"""Each sixth channel: neighbours, which are alike, come into different groups."""


def script(*names: str) -> str:
    """The scripts of these channels, each in a block of its own."""
    return "\n".join(f"{{ {CHANNELS[name]} }}" for name in names)


def after(site: HostileSite, seconds: float = 1.0) -> HostileSite:
    """Give whatever is still on its way the time to arrive."""
    time.sleep(seconds)
    return site


def nobody_sends(run: Start, names: tuple[str, ...], stand_in: str) -> None:
    """A run whose person never presses: nothing of theirs may arrive."""
    with HostileSite(Behaviour(script(*names), "urlencoded")) as site:
        ended = run(site.url, stand_in).wait()

        assert [] == after(site).leaks()
        assert [] == site.sends()
        # A page that never comes to rest may also end as one that filer does not know.
        assert ended.outcome in {"stopped", "drifted"}, ended.said
        assert False is ended.result["sent"]


def willing_sends(run: Start, names: tuple[str, ...], transport: str) -> None:
    """A run whose person presses: one send arrives, and no value beside it."""
    with HostileSite(Behaviour(script(*names), transport, late=900)) as site:
        ended = run(site.url, "willing", patience=4).wait()

        assert [] == after(site).leaks(), ended.said
        assert 1 == len(site.sends()), ended.said
        assert True is ended.result["sent"]


def test_an_honest_page_gets_exactly_one_send(run: Start) -> None:
    """Without any hostility: the form once, whole, and confirmed."""
    with HostileSite(Behaviour()) as site:
        ended = run(site.url, "willing", patience=4).wait()

        assert "confirmed" == ended.outcome, ended.said
        (sent,) = [parse_qs(a.body.decode()) for a in site.sends()]
        arrived = {value.replace("\r\n", "\n") for values in sent.values() for value in values}
        assert {EMAIL, REASON} <= arrived
        assert [] == site.leaks()


@pytest.mark.parametrize(
    ("number", "stand_in"),
    [(0, "absent"), (1, "hesitant"), (2, "leaver"), (3, "absent"), (4, "hesitant"), (5, "leaver")],
)
def test_nothing_arrives_where_nobody_presses(run: Start, number: int, stand_in: str) -> None:
    """Every channel at typing, during the review and at the end: no value arrives."""
    nobody_sends(run, GROUPS[number], stand_in)


QUIET = (
    ("shared worker", "fetch header", "image", "websocket early", "webrtc turn"),
    ("cookie", "referer", "beacon", "event source", "speculation prefetch"),
)
"""Channels that leave the form alone, so that a press is certain to come."""


@pytest.mark.parametrize("names", QUIET, ids=["workers", "reads"])
def test_one_send_arrives_where_the_person_presses(run: Start, names: tuple[str, ...]) -> None:
    """While the gate is unlocked and after the send: one send, and no value beside it."""
    willing_sends(run, names, "urlencoded")


@pytest.mark.proof
@pytest.mark.parametrize("number", range(len(GROUPS)))
def test_at_most_one_send_arrives_from_a_raging_page(run: Start, number: int) -> None:
    """All channels at once, with a person who presses: one send at most, no value beside it."""
    with HostileSite(Behaviour(script(*GROUPS[number]), "urlencoded", late=900)) as site:
        ended = run(site.url, "willing", patience=4).wait()

        assert [] == after(site).leaks(), ended.said
        assert 1 >= len(site.sends())


@pytest.mark.proof
@pytest.mark.parametrize("stand_in", ["absent", "hesitant", "leaver"])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_arrives_by_one_channel(run: Start, name: str, stand_in: str) -> None:
    """Each channel alone: no value arrives."""
    nobody_sends(run, (name,), stand_in)


@pytest.mark.proof
@pytest.mark.parametrize("transport", ["urlencoded", "native"])
@pytest.mark.parametrize("name", NAMES)
def test_one_send_beside_one_channel(run: Start, name: str, transport: str) -> None:
    """Each channel alone, with a press: one send, and no value beside it."""
    willing_sends(run, (name,), transport)


# ------------------------------------------------------------------ filer dies


AT_THE_END = (
    ("shared worker", "keepalive", "websocket early", "fetch later", "webrtc turn"),
    ("nested worker", "beacon", "frame early", "send address", "event source"),
)


@pytest.mark.parametrize(
    "names", [AT_THE_END[0], pytest.param(AT_THE_END[1], marks=pytest.mark.proof)]
)
def test_nothing_arrives_when_filer_is_killed(run: Start, names: tuple[str, ...]) -> None:
    """`kill -9` at the review: the way out is gone with filer, whatever the browser still does."""
    with HostileSite(Behaviour(script(*names), "urlencoded")) as site:
        running = run(site.url, "absent", patience=60)
        reached = running.reached("reviewed")
        os.kill(running.process.pid, signal.SIGKILL)
        running.wait()

        assert reached
        assert [] == after(site, 3).leaks()
        assert [] == site.sends()


# ------------------------------------------------------------------ changed values

TAMPERINGS = {
    "e-mail address": "({...v, email: 'eve@example.net'})",
    "reason cut by one character": "({...v, reason: v.reason.slice(0, -1)})",
    "reason reworded": "({...v, reason: v.reason.replace('object', 'agree')})",
    "reason appended to": "({...v, reason: v.reason + ' Never mind, use it.'})",
    "reason emptied": "({...v, reason: ''})",
    "reason dropped": "({email: v.email})",
    "second e-mail address": "({...v, contact: 'eve@example.net'})",
}
ALL_TAMPERED = [(way, how) for way in ("native", *TRANSPORTS) for how in TAMPERINGS]
USUAL = {
    ("native", "e-mail address"),
    ("gzip", "reason cut by one character"),
}


@pytest.mark.parametrize(
    ("transport", "how"),
    [
        pytest.param(*case, marks=() if case in USUAL else pytest.mark.proof)
        for case in ALL_TAMPERED
    ],
)
def test_changed_values_never_arrive(run: Start, transport: str, how: str) -> None:
    """What the page changes between the review and the press stays here, in every transport."""
    with HostileSite(Behaviour("", transport, TAMPERINGS[how])) as site:
        ended = run(site.url, "willing", patience=2.5).wait()

        assert [] == after(site, 0.3).sends()
        assert [] == site.leaks()
        assert False is ended.result["sent"]
        assert 9 == ended.code, ended.said


@pytest.mark.parametrize(
    "transport",
    [
        pytest.param(name, marks=() if name == "multipart" else pytest.mark.proof)
        for name in TRANSPORTS
    ],
)
def test_reviewed_values_arrive_in_every_transport(run: Start, transport: str) -> None:
    """However a page wraps them, the reviewed values arrive once."""
    with HostileSite(Behaviour("", transport)) as site:
        ended = run(site.url, "willing", patience=4).wait()

        assert "confirmed" == ended.outcome, ended.said
        assert 1 == len(after(site, 0.3).sends())


# ------------------------------------------------------------------ more than one send

TWICE = {
    "twice at once": "f.addEventListener('submit', () => setTimeout(() => post(), 0));",
    "again later": "f.addEventListener('submit', () => { for (const n of [300, 900, 1500]) "
    "setTimeout(() => post('/ajax/help/contact/submit/?n=' + n), n); });",
    "double click": "f.addEventListener('submit', () => setTimeout(() => f.requestSubmit(), 5), "
    "{once: true});",
    "by beacon": "f.addEventListener('submit', () => setTimeout(() => navigator.sendBeacon("
    "'/ajax/help/contact/submit/', new URLSearchParams(values())), 200));",
    "worker that races": (
        "const wr = new SharedWorker(URL.createObjectURL(new Blob(['onconnect = (c) => {"
        " c.ports[0].onmessage = () => setInterval(() => fetch(\"' + OWN + '/ajax/help/contact/"
        'submit/", {method: "POST", mode: "no-cors", body: "email=eve@example.net"})'
        ".catch(() => 0), 5); }']))); wr.port.start();"
        "e.addEventListener('input', () => wr.port.postMessage(1), {once: true});"
    ),
}
USUALLY_TWICE = {"twice at once", "worker that races"}


@pytest.mark.parametrize(
    "how",
    [pytest.param(h, marks=() if h in USUALLY_TWICE else pytest.mark.proof) for h in TWICE],
)
def test_a_page_that_sends_twice_sends_once(run: Start, how: str) -> None:
    """A second send by whatever hand does not leave."""
    with HostileSite(Behaviour(TWICE[how], "urlencoded")) as site:
        run(site.url, "willing", patience=4).wait()

        sends = after(site).sends()
        assert 1 == len(sends)
        assert [True] == [a.marked for a in sends]


@pytest.mark.parametrize(
    ("answer", "transport"),
    [
        ("307", "urlencoded"),
        pytest.param("307", "native", marks=pytest.mark.proof),
        pytest.param("308", "urlencoded", marks=pytest.mark.proof),
        pytest.param("308", "native", marks=pytest.mark.proof),
        pytest.param("307 elsewhere", "urlencoded", marks=pytest.mark.proof),
        ("307 elsewhere", "native"),
    ],
)
def test_a_redirect_does_not_repeat_the_send(run: Start, answer: str, transport: str) -> None:
    """An answer that asks to send again, to the same or another host, is not followed."""
    with HostileSite(Behaviour("", transport, answer=answer)) as site:
        ended = run(site.url, "willing", patience=3).wait()

        assert 1 == len(after(site).sends())
        assert ended.outcome in {"sent", "unknown"}, ended.said


@pytest.mark.parametrize(
    "transport", ["native", pytest.param("urlencoded", marks=pytest.mark.proof)]
)
def test_a_thank_you_by_redirect_is_read(run: Start, transport: str) -> None:
    """A 303 to another page is a read: it is followed, and the send stays one."""
    with HostileSite(Behaviour("", transport, answer="303")) as site:
        ended = run(site.url, "willing", patience=4).wait()

        assert 1 == len(after(site, 0.3).sends())
        assert "confirmed" == ended.outcome, ended.said
        assert 1 == sum(a.path == "/thanks" for a in site.arrivals)


@pytest.mark.parametrize(
    "transport", ["native", pytest.param("urlencoded", marks=pytest.mark.proof)]
)
def test_a_connection_reset_after_the_send_is_not_repeated(run: Start, transport: str) -> None:
    """Chromium repeats a POST on a reset connection by itself; here it does not get out again."""
    with HostileSite(Behaviour("", transport, answer="reset")) as site:
        ended = run(site.url, "willing", patience=3).wait()

        assert 1 == len(after(site).sends())
        assert "unknown" == ended.outcome, ended.said
        assert None is ended.result["sent"]


# ------------------------------------------------------------------ the person, the page, the press


@pytest.mark.parametrize(
    "transport", ["native", pytest.param("urlencoded", marks=pytest.mark.proof)]
)
def test_an_early_press_does_not_arrive(run: Start, transport: str) -> None:
    """Pressed before the review: nothing; pressed after it: once."""
    with HostileSite(Behaviour("", transport)) as site:
        running = run(site.url, "eager", patience=4)
        ended = running.wait()
        pressed_at = [e for e in running.events() if "gate.unlocked" in e.values()]

        assert 1 == len(after(site, 0.3).sends())
        assert 1 <= len(pressed_at)
        assert 1 <= int(ended.result["refused_requests"])


CHANGING = {
    "text": "setTimeout(() => document.querySelector('h1').insertAdjacentHTML('afterend', "
    "'<p>x</p>'), 0);",
    "value": "let done = 0; f.addEventListener('submit', (event) => { if (done++) return; "
    "event.preventDefault(); event.stopImmediatePropagation(); r.value = r.value + ' Or not.'; });",
}


def test_a_form_that_changes_at_the_press_is_reviewed_again(run: Start) -> None:
    """A value that changes after the review makes the yes void; what arrives was reviewed last."""
    with HostileSite(Behaviour(CHANGING["value"], "native")) as site:
        running = run(site.url, "willing", patience=4)
        running.wait()
        reviews = sum("reviewed" in e.values() for e in running.events())

        assert 2 <= reviews
        assert 1 >= len(after(site, 0.3).sends())


TAKING_AWAY = (
    "let kept = ''; const away = setInterval(() => { const t = e.value + r.value;"
    " if (!loaded(t)) return; kept = t; if (r.value) { f.remove(); clearInterval(away); } }, 100);"
    "setInterval(() => kept && fetch(OWN + '/leak/kept', {method: 'POST', body: kept})"
    ".catch(() => 0), 100);"
)


def test_a_page_that_takes_its_form_away_gets_nothing(run: Start) -> None:
    """The gate opens again when a form is gone; a page that tried to send is thrown away first."""
    with HostileSite(Behaviour(TAKING_AWAY, "urlencoded")) as site:
        ended = run(site.url, "absent").wait()

        assert any("form.left" in e.values() for e in ended.events())
        assert [] == after(site).leaks()
        assert [] == site.sends()


@pytest.mark.proof
def test_the_reason_is_what_was_typed(run: Start) -> None:
    """The reason that arrives is the file's, to the letter."""
    with HostileSite(Behaviour("", "utf-16")) as site:
        run(site.url, "willing", patience=4).wait()

        assert 1 == sum(
            REASON.split("\n")[0] in a.body.decode("utf-16", "replace") for a in site.sends()
        )
