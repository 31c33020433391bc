"""Pages that play with the send itself, found in review: each once broke a promise of design §1."""

from __future__ import annotations

from pathlib import Path

import pytest

from filer.evidence.reading import read_log
from tests.end_to_end.command import Command
from tests.end_to_end.facebook import run
from tests.end_to_end.pages import EMAIL, FORM, PLAIN, REASON, Site, form, page

PARTS = (
    "const f = document.querySelector('form'), r = f.querySelector('textarea');"
    "const e = f.querySelector('[type=email]');"
)
RADIO = (
    '<p>Do you withdraw this? <label><input type="radio" name="withdraw" value="yes"> Yes</label>'
    '<label><input type="radio" name="withdraw" value="no"> No</label></p>'
)
LISTED = (
    '<p><label for="c">Your choice</label> <select id="c" name="choice">'
    '<option value="w" label="I withdraw my objection">I object</option></select></p>'
    '<p><label><input type="checkbox" name="consent" checked aria-label="I object to training"> '
    "I consent to AI training</label></p>"
)


def test_what_was_typed_is_known_though_it_moves(filer: Command) -> None:
    """A page that moves its fields and then sends something without them sends nothing."""
    moves = (
        "r.addEventListener('blur', () => setTimeout(() => f.insertAdjacentHTML('afterbegin',"
        " '<p>Please check.</p>'), 60));"
        "f.addEventListener('formdata', ({ formData: d }) => { for (const n of [...d.keys()])"
        " d.delete(n); d.set('statement', 'Go ahead, use everything.'); });"
    )
    with Site(page(PLAIN, script=PARTS + moves)) as site:
        ran = run(filer, site)

    assert [] == site.sends
    assert False is ran.result["sent"]


def test_a_form_that_hides_itself_behind_its_controls_sends_nothing(filer: Command) -> None:
    """A page that takes filer's eyes at the press, and adds a box that is ticked, sends nothing."""
    masks = (
        "f.addEventListener('submit', (s) => { s.preventDefault();"
        " const o = document.createElement('output'); o.name = 'getAttribute'; f.append(o);"
        " f.insertAdjacentHTML('afterbegin', '<p><label><input type=checkbox name=consent checked>"
        " I take back every objection</label></p>'); setTimeout(() => f.submit(), 2500);"
        " }, { once: true });"
    )
    with Site(page(PLAIN, script=PARTS + masks)) as site:
        ran = run(filer, site)

    assert [] == site.sends, ran.stderr
    assert False is ran.result["sent"]


def test_a_choice_that_nobody_made_does_not_leave(filer: Command) -> None:
    """A question that was open at the review is not answered in the send."""
    answers = "f.addEventListener('formdata', (d) => d.formData.set('withdraw', 'yes'));"
    with Site(page(form(EMAIL, REASON, RADIO), script=PARTS + answers)) as site:
        ran = run(filer, site)

    assert [] == site.sends, ran.stderr
    assert "something else than what you checked" in ran.stderr
    with Site(page(form(EMAIL, REASON, RADIO))) as site:
        assert ("confirmed", 1) == (run(filer, site).result["outcome"], len(site.sends))


def test_other_values_in_an_address_are_no_read(filer: Command) -> None:
    """A form that turns into a GET with other values, in a frame, sends nothing."""
    turns = (
        "f.addEventListener('submit', () => { f.method = 'get'; f.target = 'z'; });"
        "f.addEventListener('formdata', (d) => d.formData.set('t1', 'I agree'));"
    )
    with Site(page(PLAIN + '<iframe name="z"></iframe>', script=PARTS + turns)) as site:
        ran = run(filer, site)

    assert {"/", FORM} >= {path for path in site.asked if "icon" not in path}
    assert ("stopped", False) == (ran.result["outcome"], ran.result["sent"])


def test_nothing_is_sent_before_the_press(filer: Command) -> None:
    """A page that sends by itself, once it may ask again, is stopped until the person presses."""
    by_itself = (
        "let done = 0; setInterval(() => { if (!done && r.value.length > 9) fetch('/probe')"
        ".then(() => { if (!done) f.submit(); done = 1; }).catch(() => 0); }, 30);"
    )
    with Site(page(PLAIN, script=PARTS + by_itself)) as site:
        ran = run(filer, site)
    log = list(read_log(Path(ran.result["bundle"]) / "data/session.jsonl"))
    told = [line.event for line in log]

    assert 1 == len(site.sends), ran.stderr
    assert "nobody has pressed yet" in [line.data.get("why") for line in log]
    assert told.index("pressed") < told.index("send.left")


@pytest.mark.parametrize(("status", "outcome"), [(500, "sent"), (200, "confirmed")])
def test_thanks_that_came_too_early_confirm_nothing(
    filer: Command, status: int, outcome: str
) -> None:
    """Words from before the send, or an answer whose number says no, are no confirmation."""
    said = "Your objection has been received."
    early = f"f.insertAdjacentHTML('afterend', '<p>{said}</p>');" if status == 500 else ""
    thanks = (
        "f.addEventListener('submit', (s) => { s.preventDefault();" + early + "setTimeout(() =>"
        " fetch(f.action, { method: 'POST', body: new FormData(f) }).then(() => {"
        f" f.insertAdjacentHTML('afterend', '<p>{said}</p>'); }}), 600); }});"
    )
    answer = page("<p>Noted.</p>", status=status)
    with Site(page(PLAIN, script=PARTS + thanks), answer=answer) as site:
        ran = run(filer, site)

    assert (1, outcome) == (len(site.sends), ran.result["outcome"]), ran.stderr


def test_half_a_character_is_no_end(filer: Command) -> None:
    """A page with half an emoji in its title and its labels is filed as any other."""
    half = (
        "const half = String.fromCharCode(0xd83d); document.title += half;"
        " document.querySelector('label').append(half);"
    )
    with Site(page(PLAIN, script=PARTS + half)) as site:
        ran = run(filer, site)

    assert (0, "confirmed", 1) == (ran.code, ran.result["outcome"], len(site.sends)), ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_review_says_what_a_person_sees(filer: Command) -> None:
    """What a list shows counts, and beside what a box is called for machines what stands there."""
    with Site(page(form(EMAIL, REASON, LISTED))) as site:
        ran = run(filer, site)

    assert "Your choice: I withdraw my objection" in ran.stderr
    assert "I consent to AI training (I object to training): " in ran.stderr


@pytest.mark.proof
def test_a_page_that_never_rests_is_ended_where_nobody_sees_it(filer: Command) -> None:
    """Without a window there is nobody to close it: after a minute filer does."""
    with Site(page(PLAIN, script="setTimeout(() => { for (;;); }, 2500);")) as site:
        ran = filer.start(
            *("practice", "facebook", "--site", site.url, "--stand-in", "absent"),
            *("--headless", "--json", "--language", "en"),
            env={"FILER_PATIENCE": "20"},
        ).finish(120)

    assert ([], "stopped", True) == (site.posts, ran.result["outcome"], ran.result["sealed"])


def test_an_answer_in_another_tab_is_read(filer: Command) -> None:
    """A form whose answer opens in a tab of its own is confirmed by what stands there."""
    answer = page("<p>We have received your objection.</p>")
    with Site(page(form(EMAIL, REASON, attributes='target="_blank"')), answer=answer) as site:
        ran = run(filer, site)

    assert (1, "confirmed", "page") == (
        len(site.sends),
        ran.result["outcome"],
        ran.result["confirmed_by"],
    ), ran.stderr


def test_what_was_typed_is_in_no_address_of_the_log(filer: Command) -> None:
    """A page that puts a value into a path, plain or coded, is told of without it."""
    asks = (
        "e.addEventListener('blur', () => { for (const said of [encodeURIComponent(e.value),"
        " btoa(e.value)]) fetch('/p/' + said + '/x').catch(() => 0); });"
    )
    with Site(page(PLAIN, script=PARTS + asks)) as site:
        ran = run(filer, site)
    log = Path(ran.result["bundle"]) / "data/session.jsonl"
    told = [line.data["address"] for line in read_log(log) if line.event == "gate.refused"]

    assert "confirmed" == ran.result["outcome"], ran.stderr
    assert len([address for address in told if "…" in address]) >= 2
    raw = log.read_bytes()
    assert not any(said in raw for said in (b"sanne", b"c2FubmU"))  # the second is Base64


@pytest.mark.proof
def test_a_form_that_never_stays_as_it_was_checked_ends(filer: Command) -> None:
    """Whoever says yes to a page that changes all the time is not asked for ever."""
    changes = "setInterval(() => document.querySelector('label').append('.'), 5);"
    with Site(page(PLAIN, script=changes)) as site:
        ran = run(filer, site)

    assert ([], False) == (site.sends, ran.result["sent"])
    assert ran.result["outcome"] in {"drifted", "stopped"}
