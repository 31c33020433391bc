"""Finding fields, on pages of our own: filed as it should, given to the person, or refused.

Every page is looked at in a window that stays open. Of some, and with `make proof` of all, a whole
filing is made, and the server looks at what arrived: no value may stand in a field it is not for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from _pytest.mark import ParameterSet
from playwright.sync_api import Playwright

from filer.browser.window import Window
from filer.flow import Fill
from filer.ports import Place
from filer.practice.standin import OWN_VALUES
from flows.facebook import FLOW
from tests.end_to_end.command import Command, Run
from tests.end_to_end.pages import (
    BY_SCRIPT,
    EMAIL,
    FORM,
    NOTED,
    PLAIN,
    REASON,
    Page,
    Site,
    form,
    labelled,
    page,
)
from tests.end_to_end.windows import window_on

ADDRESS = OWN_VALUES["email"]
WHY = OWN_VALUES["reason"]
NAME = OWN_VALUES["name"]
BOTH = {"m1": ADDRESS, "t1": WHY}
BY_LABEL = {"email": "label", "reason": "label"}
BY_STRUCTURE = {"email": "structure", "reason": "structure"}


@dataclass(frozen=True)
class Case:
    """A page, how its fields should be found, and what should arrive."""

    page: Page
    fields: Mapping[str, str]
    arrives: Mapping[str, str] = field(default_factory=lambda: BOTH)


FILED: dict[str, Case] = {
    "label": Case(page(PLAIN), BY_LABEL),
    "label around the field": Case(
        page(
            form(
                '<p><label>Email address <input type="email" name="m1"></label></p>',
                '<p><label>Explanation (optional) <textarea name="t1"></textarea></label></p>',
            )
        ),
        BY_LABEL,
    ),
    "row": Case(
        page(
            form(
                '<div><div>Email address</div><div><input type="email" name="m1"></div></div>',
                "<div><div>Why do you object?</div><textarea name=t1></textarea></div>",
            )
        ),
        {"email": "row", "reason": "row"},
    ),
    "structure": Case(
        page(
            form(
                labelled("m1", "Where may we write to you?", '<input type="email"'),
                labelled("t1", "In your own words", "<textarea"),
            )
        ),
        BY_STRUCTURE,
    ),
    "aria-labelledby": Case(
        page(
            form(
                '<p><span id="x1">Email</span> <b>*</b> <input aria-labelledby="x1" name="m1"></p>',
                '<p><i id="x2">Your reason</i>'
                '<textarea aria-labelledby="x2" name="t1"></textarea></p>',
            )
        ),
        BY_LABEL,
    ),
    "aria-label": Case(
        page(
            form(
                '<input aria-label="E-mail address" name="m1">',
                '<textarea aria-label="Your explanation" name="t1"></textarea>',
            )
        ),
        BY_LABEL,
    ),
    "placeholder alone": Case(
        page(
            form(
                '<input placeholder="Your email" name="m1">',
                '<textarea placeholder="Explain your objection" name="t1"></textarea>',
            )
        ),
        BY_LABEL,
    ),
    "labels of another language than the page": Case(
        page(
            form(
                labelled("m1", "E-Mail-Adresse:", '<input type="text"'),
                labelled("t1", "Begründung (freiwillig)", "<textarea"),
                send="Absenden",
            ),
            language="pt",
            title="KI und deine Beiträge",
        ),
        BY_LABEL,
    ),
    "prefilled with the same": Case(
        page(
            form(labelled("m1", "Email address", f'<input type="email" value="{ADDRESS}"'), REASON)
        ),
        BY_LABEL,
    ),
    "prefilled with another": Case(
        page(
            form(
                labelled("m1", "Email address", '<input type="email" value="o@example.net"'), REASON
            )
        ),
        BY_LABEL,
        {"m1": "o@example.net", "t1": WHY},
    ),
    "an e-mail that cannot be changed": Case(
        page(
            form(
                labelled("m1", "Email address", '<input readonly value="o@example.net"'),
                REASON,
            )
        ),
        BY_LABEL,
        {"m1": "o@example.net", "t1": WHY},
    ),
    "five honeypots": Case(
        page(
            form(
                f'<div style="display:none">{labelled("h1", "Email address", "<input")}</div>',
                f'<div style="position:absolute;left:-9999px">{labelled("h2", "Email", "<input")}'
                "</div>",
                f'<div style="opacity:0">{labelled("h3", "Your email", "<input")}</div>',
                '<div style="width:0;height:0;overflow:hidden">'
                f"{labelled('h4', 'Email address', '<input')}</div>",
                f'<div aria-hidden="true">{labelled("h5", "Explanation", "<textarea")}</div>',
                EMAIL,
                REASON,
            )
        ),
        BY_LABEL,
        {**BOTH, "h1": "", "h2": "", "h3": "", "h4": "", "h5": ""},
    ),
    "a newsletter below": Case(
        page(
            PLAIN
            + '<footer><form method="post" action="/news"><label>Email address '
            + '<input type="email" name="n"></label><button>Subscribe</button></form></footer>'
        ),
        BY_LABEL,
    ),
    "a search box above": Case(
        page(
            '<header><form role="search" action="/search"><input type="search" name="q" '
            'aria-label="Search help"><button>Search</button></form>'
            '<form action="/find"><input name="find" placeholder="What do you need?">'
            "<button>Go</button></form></header>" + PLAIN
        ),
        BY_LABEL,
    ),
    "editable text": Case(
        page(
            '<div role="form"><p id="l1">Email address</p>'
            '<input data-name="m1" aria-labelledby="l1"><p id="l2">Explanation</p>'
            '<div contenteditable="true" role="textbox" aria-multiline="true" data-name="t1" '
            'aria-labelledby="l2" style="min-height:3em;border:1px solid"></div>'
            '<button type="button" id="go">Send</button></div>',
            script=BY_SCRIPT,
        ),
        BY_LABEL,
    ),
    "two large fields, one by its label": Case(
        page(form(EMAIL, REASON, labelled("t2", "Tell us what you like", "<textarea"))),
        BY_LABEL,
        {**BOTH, "t2": ""},
    ),
    "no form element": Case(
        page(
            '<div><div>Email address</div><input type="email" data-name="m1"></div>'
            '<div><div>Explanation</div><textarea data-name="t1"></textarea></div>'
            '<div><button id="go">Send</button></div>',
            script=BY_SCRIPT,
        ),
        {"email": "row", "reason": "row"},
    ),
    "an unknown language": Case(
        page(
            '<div role="dialog"><div>ელფოსტა</div><input inputmode="email" data-name="m1">'
            '<div>ახსენით</div><textarea data-name="t1"></textarea>'
            '<div role="button" tabindex="0" id="go">გაგზავნა</div></div>',
            title="უარი",
            language="ka",
            script=BY_SCRIPT,
        ),
        BY_STRUCTURE,
    ),
    "right to left": Case(
        page(
            form(
                labelled("m1", "כתובת דואר אלקטרוני", '<input type="email"'),
                labelled("t1", "הסבר (לא חובה)", "<textarea"),
                send="שליחה",
                attributes='dir="rtl"',
            ),
            language="he",
        ),
        BY_STRUCTURE,
    ),
    "words without a break": Case(
        page(
            form(
                labelled("m1", "Megszentségteleníthetetlenség" * 20, '<input type="email"'),
                labelled("t1", "Käyttötietojenkäsittelynvastustamisperuste" * 20, "<textarea"),
                send="Küldésindítógombfelirat" * 10,
            ),
            language="hu",
        ),
        BY_STRUCTURE,
    ),
    "Greek rows": Case(
        page(
            form(
                '<div>Διεύθυνση ηλεκτρονικού ταχυδρομείου<br><input name="m1"></div>',
                "<div>Αιτιολόγηση<br><textarea name=t1></textarea></div>",
                send="Αποστολή",
            ),
            language="el",
        ),
        BY_STRUCTURE,
    ),
    "a cancel button as well": Case(
        page(form(EMAIL, REASON, '<button type="button" onclick="history.back()">Cancel</button>')),
        BY_LABEL,
    ),
    "the cancel button last": Case(
        page(
            '<div role="form"><p id="l1">Email address</p>'
            '<input data-name="m1" aria-labelledby="l1"><p id="l2">Explanation</p>'
            '<textarea data-name="t1" aria-labelledby="l2"></textarea>'
            '<button id="go">Send</button> <button id="no">Cancel</button></div>',
            script=BY_SCRIPT,
        ),
        BY_LABEL,
    ),
    "a shadow root": Case(
        page(
            '<our-form><template shadowrootmode="open">' + PLAIN + "</template></our-form>",
        ),
        BY_LABEL,
    ),
    "multipart": Case(
        page(form(EMAIL, REASON, attributes='enctype="multipart/form-data"')), BY_LABEL
    ),
    "a question before it sends": Case(
        page(form(EMAIL, REASON, attributes="onsubmit=\"return confirm('Send it now?')\"")),
        BY_LABEL,
    ),
}

TO_THE_PERSON: dict[str, Case] = {
    "a limit of the page": Case(
        page(form(EMAIL, labelled("t1", "Explanation", '<textarea maxlength="60"'))),
        {"email": "label", "reason": "person"},
        {"m1": ADDRESS, "t1": "I object to the use of my data for AI."},
    ),
    "the e-mail address twice": Case(
        page(
            form(EMAIL, labelled("m2", "Type it once more", '<input type="email" required'), REASON)
        ),
        {**BY_LABEL, "m2": "person"},
        {**BOTH, "m2": ADDRESS},
    ),
    "new required fields": Case(
        page(
            form(
                EMAIL,
                labelled("n1", "Full name *", '<input type="text"'),
                '<label>Country <select name="s1" required><option value="">Choose</option>'
                '<option value="NL">Netherlands</option></select></label>',
                '<label><input type="checkbox" name="k1" value="yes" required> It is true</label>',
                REASON,
            )
        ),
        {**BY_LABEL, "n1": "person", "s1": "person", "k1": "person"},
        {**BOTH, "n1": NAME, "s1": "NL", "k1": "yes"},
    ),
    "a new required text": Case(
        page(form(EMAIL, labelled("n1", "Full name *", '<input type="text"'), REASON)),
        {**BY_LABEL, "n1": "person"},
        {**BOTH, "n1": NAME},
    ),
    "a new required tick": Case(
        page(
            form(
                EMAIL,
                REASON,
                '<label><input type="checkbox" name="k1" value="yes" required> It is true</label>',
            )
        ),
        {**BY_LABEL, "k1": "person"},
        {**BOTH, "k1": "yes"},
    ),
    "a new required choice": Case(
        page(
            form(
                EMAIL,
                '<label>Country <select name="s1" required><option value="">Choose</option>'
                '<option value="NL">Netherlands</option></select></label>',
                REASON,
            )
        ),
        {**BY_LABEL, "s1": "person"},
        {**BOTH, "s1": "NL"},
    ),
}


def run(filer: Command, site: Site, patience: str = "6") -> Run:
    """The willing stand-in at *site*."""
    return filer(
        *("practice", "facebook", "--site", site.url, "--stand-in", "willing"),
        *("--headless", "--json", "--language", "en"),
        env={"FILER_PATIENCE": patience},
    )


def check_filed(filer: Command, case: Case) -> None:
    """Run on the page of *case*: it arrives once, as it should, and fields say how."""
    with Site(case.page) as site:
        ran = run(filer, site)

    assert [dict(case.arrives)] == site.sends, ran.stderr
    assert dict(case.fields) == ran.result["fields"]
    assert (0, "confirmed", "person") == (
        ran.code,
        ran.result["outcome"],
        ran.result["confirmed_by"],
    )


@pytest.fixture(scope="module")
def looked_at(playwright: Playwright) -> Iterator[Callable[[Page], Window]]:
    """Puts a page into one window for all of them."""
    with Site(page(PLAIN)) as site, window_on(playwright, site) as window:

        def put(shown: Page) -> Window:
            site.form = shown
            assert window.open(f"https://www.facebook.com{FORM}") is None
            window.settle(1)
            return window

        yield put


@pytest.mark.parametrize("name", FILED)
def test_found(looked_at: Callable[[Page], Window], name: str) -> None:
    """Each value has one field on the page, its own, found as `fields` will say."""
    case = FILED[name]
    window = looked_at(case.page)
    found = {
        step.field.name: window.find(step.field, FLOW)
        for step in FLOW.steps
        if isinstance(step, Fill)
    }
    view = window.look(FLOW)

    assert Place.FORM is view.place
    assert dict(case.fields) == {name: each.how for name, each in found.items() if each}
    assert [] == [each for each in found.values() if each and each.name not in {"", "m1", "t1"}]
    assert 2 == len({each.path for each in found.values() if each})


USUAL = {
    "five honeypots",
    "editable text",
    "an unknown language",
    "the cancel button last",
    "a question before it sends",
}
"""The kinds of page that are filed each time; `proof` files all."""


def usual(names: Mapping[str, object], chosen: set[str]) -> list[ParameterSet]:
    """All *names*; those that are not *chosen* are proof."""
    assert chosen <= set(names)
    return [pytest.param(n, marks=() if n in chosen else pytest.mark.proof) for n in names]


@pytest.mark.parametrize("name", usual(FILED, USUAL))
def test_filed(filer: Command, name: str) -> None:
    """Each value arrives in its own field, and `fields` says how each was found."""
    check_filed(filer, FILED[name])


@pytest.mark.parametrize(
    "name",
    usual(
        TO_THE_PERSON, {"a limit of the page", "the e-mail address twice", "new required fields"}
    ),
)
def test_given_to_the_person(filer: Command, name: str) -> None:
    """What filer cannot or must not fill, the person fills; nothing is shortened or guessed."""
    check_filed(filer, TO_THE_PERSON[name])


def test_a_login_first(filer: Command) -> None:
    """A page that asks for a password is the person's; nothing of the objection is typed there."""
    login = page(
        '<form method="post" action="/our/login"><label>Email address <input type="email" '
        'name="user"></label><label>Explanation <textarea name="t1"></textarea></label>'
        '<label>Password <input type="password" name="pass"></label><button>Submit</button></form>'
    )
    with Site(login, others={"/our/login": page(PLAIN)}) as site:
        ran = run(filer, site)

    assert "" == site.posts[0].values["t1"]
    assert [BOTH] == site.sends, ran.stderr
    assert BY_LABEL == ran.result["fields"]


def appeal(language: str) -> Page:
    """A page with a form against the removal of a post."""
    title, email, reason, send = APPEALS[language]
    body = form(
        labelled("m1", email, '<input type="email"'),
        labelled("t1", reason, "<textarea"),
        send=send,
    )
    return page(body, title=title, language=language)


APPEALS = {
    "en": ("Appeal a removed post", "Email address", "Explanation", "Submit"),
    "nl": ("Beroep tegen een verwijderd bericht", "E-mailadres", "Toelichting", "Verzenden"),
    "de": ("Einspruch gegen das Entfernen deines Beitrags", "E-Mail", "Erklärung", "Senden"),
    "fr": ("Contester la suppression de votre publication", "E-mail", "Explication", "Envoyer"),
}


@pytest.mark.parametrize("language", APPEALS)
def test_an_appeal_is_another_form(looked_at: Callable[[Page], Window], language: str) -> None:
    """A form of the same shape for another request is never one that filer is sure of.

    In German the word for an appeal is one for an objection too: there nothing but the shape fits.
    """
    view = looked_at(appeal(language)).look(FLOW)

    assert (Place.FORM if language == "de" else Place.OTHER_FORM) is view.place
    assert "wording" != view.recognised


@pytest.mark.parametrize("language", usual(APPEALS, {"nl", "de"}))
def test_an_appeal(filer: Command, language: str) -> None:
    """A form of the same shape for another request is not filled in."""
    with Site(appeal(language)) as site:
        ran = run(filer, site)

    assert [] == site.posts
    assert {} == ran.result["fields"], ran.stderr
    assert (5, "drifted", False) == (ran.code, ran.result["outcome"], ran.result["sent"])


REFUSED: dict[str, tuple[Page, str, int]] = {
    "a newsletter alone": (
        page('<form method="post"><input type="email" name="m"><button>Submit</button></form>'),
        "unavailable",
        5,
    ),
    "a search box alone": (
        page('<form role="search"><input type="search" name="q"><button>Send</button></form>'),
        "unavailable",
        5,
    ),
    "two e-mail fields nobody can tell apart": (
        page(
            form(
                labelled("m1", "Yours", '<input type="email"'),
                labelled("m2", "Theirs", '<input type="email"'),
                REASON,
            )
        ),
        "unavailable",
        5,
    ),
    "two large fields nobody can tell apart": (
        page(
            form(
                EMAIL,
                labelled("t1", "What we did", "<textarea"),
                labelled("t2", "What you want", "<textarea"),
            )
        ),
        "drifted",
        5,
    ),
    "a limit that only a script knows": (
        page(
            form(
                EMAIL,
                labelled(
                    "t1", "Explanation", '<textarea oninput="this.value=this.value.slice(0,50)"'
                ),
            )
        ),
        "drifted",
        5,
    ),
    "a password on the form itself": (
        page(form(EMAIL, REASON, '<input type="password" name="p" aria-label="Password">')),
        "unavailable",
        5,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_no_one_field_is_certain(looked_at: Callable[[Page], Window], name: str) -> None:
    """Where nobody can tell which field is meant, none is found; elsewhere at most its own."""
    shown, outcome, _code = REFUSED[name]
    window = looked_at(shown)
    found = [window.find(s.field, FLOW) for s in FLOW.steps if isinstance(s, Fill)]

    assert outcome == "drifted" or [None, None] == found
    assert outcome == "unavailable" or window.look(FLOW).place is Place.FORM


@pytest.mark.parametrize(
    "name",
    usual(
        REFUSED,
        {
            "a newsletter alone",
            "two large fields nobody can tell apart",
            "a limit that only a script knows",
            "a password on the form itself",
        },
    ),
)
def test_refused(filer: Command, name: str) -> None:
    """Where no one field is certain, nothing is filed unless the person does it."""
    shown, outcome, code = REFUSED[name]
    with Site(shown) as site:
        ran = run(filer, site, patience="3")

    assert not any(WHY[:20] in value for post in site.posts for value in post.values.values())
    assert (code, outcome, False) == (ran.code, ran.result["outcome"], ran.result["sent"])
    assert ran.result["sealed"]


@pytest.mark.parametrize(
    ("answer", "outcome", "by", "code"),
    [
        pytest.param(
            page(NOTED, title="გმადლობთ", language="ka"), "confirmed", "person", 0, id="unknown"
        ),
        pytest.param(
            page('<p data-practice-outcome="refused">No.</p>'), "refused", None, 6, id="refused"
        ),
        pytest.param(
            page("<p>Oops</p>", status=500), "sent", None, 6, id="error", marks=pytest.mark.proof
        ),
        pytest.param(page("<p>Well.</p>"), "sent", None, 6, id="unclear"),
        pytest.param(
            page("<script>alert('Thank you. We have received your objection.')</script>"),
            "confirmed",
            "page",
            0,
            id="alert",
        ),
    ],
)
def test_answers(filer: Command, answer: Page, outcome: str, by: str | None, code: int) -> None:
    """What the answer means is read from known wordings, else by the person, else left open."""
    with Site(page(PLAIN), answer) as site:
        ran = run(filer, site)

    assert [BOTH] == site.sends
    assert (outcome, by, code) == (ran.result["outcome"], ran.result["confirmed_by"], ran.code)
    assert ran.result["sent"] is True


def test_the_form_of_another_window(filer: Command) -> None:
    """A form that opens in a further tab after the page was continued is found there."""
    first = page(f'<a data-practice-continue href="{FORM}/on" target="_blank">Go on</a>')
    with Site(first, others={f"{FORM}/on": page(PLAIN)}) as site:
        ran = run(filer, site)

    assert [BOTH] == site.sends, ran.stderr
    assert BY_LABEL == ran.result["fields"]
