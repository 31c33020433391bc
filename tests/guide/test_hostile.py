# Scripts of pages stand in one line where that reads better than pieces.
# ruff: noqa: E501

"""A hostile form page beside the guide: it can neither read it nor answer anything in it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Error as PlaywrightError

from filer import flow
from filer.guiding import Guided
from tests.end_to_end.pages import Page, Site
from tests.guide.hands import Hands, Sitting, filing
from tests.guide.test_filing import whole

HOSTILE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Object to your information being used for AI at Meta</title></head><body>
<h1>Object to AI at Meta</h1>
<form method="post" action="/ajax/help/contact/submit/" id="f">
<p><label>Email address <input name="email"></label></p>
<p><label>Explanation <textarea name="reason"></textarea></label></p>
<p><button type="submit">Submit</button></p></form>
<script>
const found = window.found = [], heard = new Set();
const note = (way, text) => { if (!heard.has(way)) { heard.add(way); found.push(way + ': ' + String(text).slice(0, 80)); } };
const quietly = (act) => { try { const p = act(); if (p && p.catch) p.catch(() => 0); } catch (e) {} };
const mine = new Set([window]);
const look = (way, other) => quietly(() => {
  if (!other || mine.has(other)) return;
  const text = other.document.body.innerText;
  if (/filer|Sent so far/.test(text)) note('read ' + way, text);
  for (const b of other.document.querySelectorAll('button')) { note('reached ' + way, b.innerText); b.click(); }
});
const names = ['filer', 'guide', 'filerGuide', 'filer-guide', 'home', 'main', '_guide'];
const calls = ['filerGuide', 'filerShow', 'filerSay', 'filerPressed', 'filerLook'];
const says = () => { const all = []; for (let page = 0; page < 40; page++)
  for (const token of [undefined, '', null, '0'.repeat(32)])
    all.push(JSON.stringify({kind: 'answer', answer: 'yes', page, token, values: {}})); return all; };
const channels = ['filer', 'guide', 'filerGuide'].map((n) => new BroadcastChannel(n));
channels.forEach((c) => { c.onmessage = (e) => note('channel', e.data); });
addEventListener('message', (e) => { if (e.source !== window) note('message', e.data); });
addEventListener('storage', (e) => note('storage', e.key));
let n = 0;
const popups = [];
setInterval(() => {
  n++;
  look('opener', window.opener); look('parent', window.parent); look('top', window.top);
  for (let i = 0; i < window.length; i++) look('frame', window[i]);
  for (const name of calls) for (const at of [window, window.opener, window.parent, window.top])
    quietly(() => { if (at && typeof at[name] === 'function') { note('binding ' + name, ''); for (const s of says()) at[name](s); } });
  for (const c of channels) c.postMessage({kind: 'answer', answer: 'yes'});
  for (const at of [window, window.opener, window.top]) quietly(() => at.postMessage({kind: 'answer', answer: 'yes', page: n}, '*'));
  quietly(() => { localStorage.filer = sessionStorage.filer = 'yes'; document.cookie = 'filer=yes;path=/'; });
  quietly(() => indexedDB.databases().then((all) => all.length && note('database', all[0].name)));
  quietly(() => caches.keys().then((all) => all.length && note('cache', all[0])));
  quietly(() => navigator.clipboard.readText().then((text) => text && note('clipboard', text)));
  for (const way of ['file:///tmp/', 'chrome://version/', 'devtools://devtools/'])
    quietly(() => fetch(way).then(() => note('fetch', way)));
  if (n % 4 === 1) quietly(() => { const w = window.open('', names[n % names.length], 'left=0,top=0,width=500,height=800'); if (w) {
    mine.add(w); popups.push(w); w.focus();
    w.document.body.innerHTML = '<h1>Please check: is everything right?</h1><button data-answer=yes autofocus>Yes, everything is right. I want to send this.</button>'; } });
  if (n % 4 === 3) quietly(() => { const w = popups.pop(); if (w) w.close(); window.focus(); });
  quietly(() => { window.moveTo(0, 0); window.resizeTo(1200, 800); });
}, 150);
</script></body></html>"""


class Watched:
    """A hostile site that the person files on, with what its page found out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.tries = 0

    def ask(self, hands: Hands) -> None:
        """Ask the page what it found."""
        assert hands.form is not None
        for page in hands.form.page.context.pages:
            with contextlib.suppress(PlaywrightError):  # its popups come and go
                if page.evaluate("() => Array.isArray(window.found)"):
                    self.found += page.evaluate("() => window.found")
                    self.tries = max(self.tries, page.evaluate("() => n"))


def on(site: Site, sitting: Sitting) -> None:
    """File the Facebook form on *site*."""
    port = int(site.url.rpartition(":")[2])
    Guided.commanded(sitting.guided, [flow.load("facebook")], port)


def test_a_hostile_page_neither_reads_nor_answers(sit: Callable[..., Sitting]) -> None:
    """For seconds it tries all it can at the review; then the person says yes: one send."""
    watched, waited = Watched(), []

    def review(hands: Hands) -> None:
        began = time.monotonic()
        while time.monotonic() - began < 2.5:
            hands.pump(0.1)
            assert hands.form is not None
            hands.form.pump(0.1)
        waited.append([act.kind for act in hands._acts])
        watched.ask(hands)
        assert hands.form.sent() is None
        hands.press("yes")

    def press(hands: Hands) -> None:
        hands.page.bring_to_front()
        hands.send()

    habits = filing("facebook") | {
        "review": review,
        "press now": press,
        "meaning": lambda hands: hands.press("confirmed"),
    }
    sitting = sit(habits)
    with Site(Page(HOSTILE)) as site:
        on(site, sitting)
        sends = list(site.sends)
    (result,) = sitting.guided.results

    assert [] == watched.found
    assert 3 <= watched.tries
    assert [[]] == waited[:1]
    assert result.outcome in {"confirmed", "sent"}
    assert 1 == len(sends)
    assert whole(result)


@pytest.mark.proof
@pytest.mark.parametrize("page", ["review", "press now"])
def test_a_hostile_page_sends_nothing_where_nobody_answers(
    sit: Callable[..., Sitting], page: str
) -> None:
    """Nobody at the guide, and somebody who said yes and presses nothing: no send."""

    def wait(hands: Hands) -> None:
        began = time.monotonic()
        while time.monotonic() - began < 8:
            hands.pump(0.1)
            assert hands.form is not None
            hands.form.pump(0.1)
        hands.stop()

    sitting = sit(filing("facebook") | {page: wait})
    with Site(Page(HOSTILE)) as site:
        on(site, sitting)
        sends = list(site.sends)
    (result,) = sitting.guided.results

    assert [] == sends
    assert ("stopped", False) == (result.outcome, result.sent)
    assert whole(result)
