"""Pages that play with what filer sees, found in review: each once broke a promise of design §1."""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.command import Command
from tests.end_to_end.facebook import run
from tests.end_to_end.pages import EMAIL, PLAIN, REASON, Page, Site, form, labelled, page

AFTER_TYPING = """
let once = 0;
document.querySelector('textarea').addEventListener('blur', () => { if (!once++) act(); });
const whole = document.querySelector('form');
"""
ADDRESSES = ("712876720715583", "6359191084165019", "367438723733209")


def test_a_form_that_hides_at_the_review_is_no_yes(filer: Command) -> None:
    """A form that goes away at the review and comes back to send itself sends nothing."""
    hide = AFTER_TYPING + (
        "const act = () => setTimeout(() => { whole.style.display = 'none';"
        " setTimeout(() => { whole.style.display = ''; }, 3000);"
        " setTimeout(() => whole.requestSubmit(), 5000); }, 1500);"
    )
    with Site(page(PLAIN, script=hide)) as site:
        ran = run(filer, site, "absent", "8")

    assert [] == site.posts, ran.stderr
    assert ("stopped", False) == (ran.result["outcome"], ran.result["sent"])


def test_a_hidden_form_has_not_left(filer: Command) -> None:
    """A page that hides its form, asks whether the way is open and then sends, sends nothing."""
    ping = AFTER_TYPING + (
        "const act = () => setTimeout(() => { whole.setAttribute('aria-hidden', 'true');"
        " setInterval(() => fetch('/ping').then(() => fetch('/draft', {method: 'POST',"
        " body: new URLSearchParams(new FormData(whole))})).catch(() => 0), 60); }, 600);"
    )
    with Site(page(PLAIN, script=ping)) as site:
        ran = run(filer, site, "absent", "4")

    assert [] == site.posts, ran.stderr
    assert False is ran.result["sent"]


def test_words_nobody_can_see_confirm_nothing(filer: Command) -> None:
    """An answer that says "received" where nobody can read it is not confirmed by the page."""
    answer = page("<p hidden>We have received your objection.</p><p>That was that.</p>")
    with Site(page(PLAIN), answer=answer) as site:
        ran = run(filer, site, "willing", "4")

    assert (6, "sent", None) == (ran.code, ran.result["outcome"], ran.result["confirmed_by"])


def test_a_feed_is_never_evidence(filer: Command) -> None:
    """Whoever is sent home to a feed finds no friend's words in the bundle."""
    feed = page(
        "<main><article>Piet Jansen: my son is ill</article></main>", title="Home", language="nl"
    )
    home = Page("", status=302, headers={"Location": "/"})
    paths = {f"/help/contact/{number}": home for number in ADDRESSES}
    with Site(home, others={**paths, "/": feed}) as site:
        ran = run(filer, site, "willing", "3")

    assert ("unavailable", "sent home") == (ran.result["outcome"], ran.result["reason"])
    kept = [p for p in Path(ran.result["bundle"]).rglob("*") if p.is_file()]
    assert kept
    assert [] == [p for p in kept if b"Jansen" in p.read_bytes()]
    assert not list(Path(ran.result["bundle"]).rglob("*.png"))


def test_an_unknown_email_field_is_drift_not_absence(filer: Command) -> None:
    """A form with two unnamed lines is the form, and which is the e-mail is the person's to say."""
    rows = (
        labelled("n1", "What do they call you", "<input"),
        labelled("m1", "Where can we write to you", "<input"),
        REASON,
    )
    title = "Object to the use of your information for AI at Meta"
    with Site(page(form(*rows), title=title)) as site:
        ran = run(filer, site, "willing", "4")

    assert [] == site.sends, ran.stderr
    assert (5, "drifted", "not found: email") == (
        ran.code,
        ran.result["outcome"],
        ran.result["reason"],
    )


def test_options_before_the_command_count(filer: Command) -> None:
    """`filer --json verify` means what `filer verify --json` means."""
    assert filer("--json", "flows").stdout == filer("flows", "--json").stdout
    assert filer("--language", "xx", "flows").code == filer("flows", "--language", "xx").code == 2


def test_the_form_keeps_its_own_email_field(filer: Command) -> None:
    """The plain form is still filed, so that the pages above are refused for what they do."""
    with Site(page(form(EMAIL, REASON))) as site:
        ran = run(filer, site, "willing", "4")

    assert ("confirmed", 1) == (ran.result["outcome"], len(site.sends))


def test_a_page_that_keeps_quiet_and_remembers_tells_nothing(filer: Command) -> None:
    """A page that drops its form, waits for the gate and sends from memory sends nothing."""
    remember = AFTER_TYPING + (
        "const act = () => setTimeout(() => {"
        " const said = new URLSearchParams(new FormData(whole));"
        " localStorage.said = String(said); whole.remove();"
        " setInterval(() => fetch('/draft', {method: 'POST', body: said}), 2500); }, 400);"
        " if (localStorage.said) fetch('/draft', {method: 'POST', body: localStorage.said});"
    )
    with Site(page(PLAIN, script=remember)) as site:
        ran = run(filer, site, "absent", "4")

    assert [] == site.posts, ran.stderr
    assert False is ran.result["sent"]


SEND_WHEN_OPEN = (
    "setInterval(() => fetch('/ping').then(() => fetch('/draft', {method: 'POST',"
    " body: new URLSearchParams({kept})})).catch(() => 0), 60);"
)
BY_HAND = form(labelled("m1", "Email address", '<input type="email" maxlength="8"'), REASON)


def test_a_form_that_goes_at_the_first_letter_tells_nothing(filer: Command) -> None:
    """A page that drops its form while filer types, and sends what it heard, sends nothing."""
    heard = (
        "const whole = document.querySelector('form'); let kept = '';"
        "document.querySelector('input[type=email]').addEventListener('input', (e) => {"
        " if (kept) return; kept = e.target.value; whole.remove();" + SEND_WHEN_OPEN + "});"
    )
    with Site(page(PLAIN, script=heard)) as site:
        ran = run(filer, site, "absent", "1")

    assert [] == site.posts, ran.stderr
    assert False is ran.result["sent"]


def test_a_form_that_goes_while_the_person_types_tells_nothing(filer: Command) -> None:
    """So it is with what the person types by hand: in memory, in a cookie, in a store."""
    heard = (
        "const whole = document.querySelector('form'); let kept = '';"
        "const e = document.querySelector('input[type=email]');"
        "e.addEventListener('focus', () => e.removeAttribute('maxlength'));"
        "e.addEventListener('input', () => { if (e.value.length < 3 || kept) return;"
        " kept = e.value; document.cookie = 'said=' + kept; localStorage.said = kept;"
        " setTimeout(() => { whole.remove();" + SEND_WHEN_OPEN + "}); });"
    )
    with Site(page(BY_HAND, script=heard)) as site:
        ran = run(filer, site, "willing", "1")

    assert '"task":"field"' in (Path(ran.result["bundle"]) / "data/session.jsonl").read_text(
        encoding="utf-8"
    ), "the person was not asked to type"
    assert ([], []) == (site.posts, [c for c in site.cookies if "said" in c]), ran.stderr
    assert False is ran.result["sent"]


def test_what_a_page_reports_of_itself_is_no_press(filer: Command) -> None:
    """Nobody is told that they pressed too early because a page counts its visitors."""
    counts = (
        "setInterval(() => fetch('/ajax/bz', {method: 'POST', body: 't=1'}).catch(() => 0), 200);"
    )
    with Site(page(PLAIN, script=counts)) as site:
        ran = run(filer, site, "willing", "6")

    assert "confirmed" == ran.result["outcome"], ran.stderr
    assert ran.result["refused_requests"] > 0
    assert "too early" not in ran.stderr
    assert "something else" not in ran.stderr
