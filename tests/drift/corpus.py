"""Changed forms: what Meta may do to its form, each with what filer must make of it.

Pages of our own, in the plain words of `tests.end_to_end.pages`; none is copied from a form of
Meta's. `ends` says how a filing by the willing stand-in ends, `says` what the check names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from filer.practice.standin import OWN_VALUES, own_value
from flows.meta import UNAVAILABLE
from tests.end_to_end.pages import BY_SCRIPT, EMAIL, PLAIN, REASON, Page, form, labelled, page

ADDRESS = OWN_VALUES["email"]
NAME = OWN_VALUES["name"]
SHORT = "I object to the use of my data for AI."
BY_LABEL = {"email": "label", "reason": "label"}
NOT_AI = "Tell us what you think"


@dataclass(frozen=True)
class Changed:
    """A changed form. *fields* and *arrives* of a filing; of none, nothing may arrive.

    *ends* is the outcome and the reason, None for one that is not looked at; *expected* whether
    the check finds the form as expected; *says* are the findings it names, in order.
    """

    page: Page
    ends: tuple[str, str | None] = ("confirmed", None)
    fields: Mapping[str, str] = field(default_factory=dict)
    arrives: Mapping[str, str] | None = None
    expected: bool = False
    says: tuple[str, ...] = ()
    language: str = "en"
    others: Mapping[str, Page] = field(default_factory=dict)
    patience: str = "3"

    @property
    def kind(self) -> str:
        """Which of the three it is: filed, filed with the person's hand, or reported."""
        if self.arrives is None:
            return "reported"
        return "with the person" if "person" in self.fields.values() else "filed"


def filed(
    shown: Page,
    email: str = "label",
    reason: str = "label",
    *,
    expected: bool = True,
    says: tuple[str, ...] = (),
    language: str = "en",
    patience: str = "3",
    **more: str,
) -> Changed:
    """A form that filer fills in by itself; *more* arrives besides the two values."""
    values = {"m1": ADDRESS, "t1": own_value("reason", language)}
    return Changed(
        shown,
        fields={"email": email, "reason": reason},
        arrives={**values, **more},
        expected=expected,
        says=says,
        language=language,
        patience=patience,
    )


def helped(
    shown: Page, fields: Mapping[str, str], more: Mapping[str, str], *says: str, expected: bool
) -> Changed:
    """A form of which the person fills a part."""
    values = {"m1": ADDRESS, "t1": own_value("reason", "en")}
    return Changed(
        shown,
        fields={**BY_LABEL, **fields},
        arrives={**values, **more},
        expected=expected,
        says=says,
    )


def reported(shown: Page, outcome: str, reason: str | None, *says: str, **others: Page) -> Changed:
    """A form that is not filed, for the reason it names; nothing arrives."""
    return Changed(shown, (outcome, reason), says=says, others=others)


def why(reason: str) -> str:
    """A wording by which a page says that there is no form, for *reason*."""
    return next(
        wording
        for u in UNAVAILABLE
        if u.reason == reason
        for wording in u.label.texts.get("en", ())
    )


SELECT = (
    '<p><label>Country <select name="s1" required><option value="">Choose</option>'
    '<option value="NL">Netherlands</option></select></label></p>'
)
TICK = '<p><label><input type="checkbox" name="k1" value="yes" required> It is true</label></p>'
MAILADRES = labelled("m1", "Mailadres", '<input type="email"')
IN_OWN_WORDS = labelled("t1", "In your own words", "<textarea")
EDITABLE = (
    '<p id="l2">Explanation</p><div contenteditable="true" role="textbox" aria-multiline="true" '
    'data-name="t1" aria-labelledby="l2" style="min-height:3em;border:1px solid"></div>'
)
LATE = (
    "setTimeout(() => document.querySelector('main').append("
    "document.querySelector('template').content), 10000);"
)

CORPUS: Mapping[str, Changed] = {
    # ------------------------------------------------------------------ other words
    "a renamed label": filed(
        page(
            form(MAILADRES, labelled("t1", "Toelichting", "<textarea"), send="Verzenden"),
            language="nl",
            title="Bezwaar tegen AI bij Meta",
        ),
        email="structure",
        expected=False,
        says=("renamed",),
        language="nl",
    ),
    "another label for the reason": filed(
        page(form(EMAIL, IN_OWN_WORDS)), reason="structure", expected=False, says=("renamed",)
    ),
    "both labels renamed": filed(
        page(form(labelled("m1", "Where may we write to?", '<input type="email"'), IN_OWN_WORDS)),
        email="structure",
        reason="structure",
        expected=False,
        says=("renamed", "renamed"),
    ),
    "a renamed send button": filed(
        page(form(EMAIL, REASON, send="Off it goes")), expected=False, says=("renamed",)
    ),
    "capitals and stars": filed(
        page(
            form(
                labelled("m1", "EMAIL ADDRESS *", '<input type="email"'),
                labelled("t1", "EXPLANATION:", "<textarea"),
                send="SUBMIT",
            )
        )
    ),
    "a word in brackets": filed(
        page(form(EMAIL, labelled("t1", "Explanation (optional)", "<textarea")))
    ),
    "a language without wordings": filed(
        page(
            form(
                labelled("m1", "ელფოსტა", '<input type="email"'),
                labelled("t1", "ახსენით", "<textarea"),
                send="გაგზავნა",
            ),
            language="ka",
            title="AI უარი",
        ),
        email="structure",
        reason="structure",
        says=("unread", "unread", "unread"),
    ),
    "labels in another language than the page": filed(
        page(
            form(
                labelled("m1", "E-Mail-Adresse", '<input type="email"'),
                labelled("t1", "Begründung", "<textarea"),
                send="Absenden",
            )
        )
    ),
    # ------------------------------------------------------------------ another make
    "placeholder only": filed(
        page(
            form(
                '<input placeholder="Your email" name="m1">',
                '<textarea placeholder="Explain your objection" name="t1"></textarea>',
            )
        )
    ),
    "a table": filed(
        page(
            form(
                '<table><tr><td>Email address</td><td><input type="email" name="m1"></td></tr>'
                '<tr><td>Explanation</td><td><textarea name="t1"></textarea></td></tr></table>'
            )
        ),
        email="row",
        reason="row",
    ),
    "editable text instead of a text box": filed(
        page(
            '<div role="form"><p id="l1">Email address</p><input data-name="m1" '
            f'aria-labelledby="l1">{EDITABLE}<button type="button" id="go">Send</button></div>',
            script=BY_SCRIPT,
        )
    ),
    "a dialog instead of a form": filed(
        page(
            '<div role="dialog"><div>Email address</div><input inputmode="email" data-name="m1">'
            '<div>Explanation</div><textarea data-name="t1"></textarea>'
            '<div role="button" tabindex="0" id="go">Submit</div></div>',
            script=BY_SCRIPT,
        ),
        email="row",
        reason="row",
    ),
    "a shadow root": filed(
        page('<our-form><template shadowrootmode="open">' + PLAIN + "</template></our-form>")
    ),
    "a text field for the e-mail address": filed(
        page(form(labelled("m1", "Email address", '<input type="text"'), REASON))
    ),
    "a text field with a new name": filed(
        page(form(labelled("m1", "Your mailbox", '<input type="text"'), REASON)),
        email="structure",
        expected=False,
        says=("renamed",),
    ),
    "one line for the reason": reported(
        page(form(EMAIL, labelled("t1", "Explanation", '<input type="text"'))),
        "unavailable",
        "no form",
        "guess",
    ),
    "the other way round": filed(page(form(REASON, EMAIL))),
    "slow by ten seconds": filed(
        page(f"<main></main><template>{PLAIN}</template>", script=LATE), patience="15"
    ),
    # ------------------------------------------------------------------ more beside it
    "a trap for robots": filed(
        page(
            form(
                f'<div style="display:none">{labelled("h1", "Email address", "<input")}</div>',
                EMAIL,
                REASON,
            )
        ),
        h1="",
    ),
    "a newsletter above": filed(
        page(
            '<form method="post" action="/news"><label>Email address <input type="email" '
            'name="n"></label><button>Subscribe</button></form>' + PLAIN
        )
    ),
    "a search box above": filed(
        page(
            '<form role="search" action="/search"><input type="search" name="q" '
            'aria-label="Search help"><button>Search</button></form>' + PLAIN
        )
    ),
    "a field that may stay empty": filed(
        page(form(EMAIL, labelled("n1", "Nickname", '<input type="text"'), REASON)),
        says=("new choice",),
        n1="",
    ),
    "a cancel button": filed(
        page(form(EMAIL, REASON, '<button type="button" onclick="history.back()">Cancel</button>'))
    ),
    # ------------------------------------------------------------------ the person fills a part
    "a new required text": helped(
        page(form(EMAIL, labelled("n1", "Full name *", '<input type="text"'), REASON)),
        {"n1": "person"},
        {"n1": NAME},
        "new",
        expected=False,
    ),
    "a new required choice": helped(
        page(form(EMAIL, SELECT, REASON)), {"s1": "person"}, {"s1": "NL"}, "new", expected=False
    ),
    "a new required tick": helped(
        page(form(EMAIL, REASON, TICK)), {"k1": "person"}, {"k1": "yes"}, "new", expected=False
    ),
    "the e-mail address twice": helped(
        page(
            form(EMAIL, labelled("m2", "Type it once more", '<input type="email" required'), REASON)
        ),
        {"m2": "person"},
        {"m2": ADDRESS},
        "new",
        expected=False,
    ),
    "a limit": helped(
        page(form(EMAIL, labelled("t1", "Explanation", '<textarea maxlength="60"'))),
        {"reason": "person"},
        {"t1": SHORT},
        "limit",
        expected=True,
    ),
    # ------------------------------------------------------------------ reported
    "two large fields": reported(
        page(
            form(
                EMAIL,
                labelled("t1", "What we did", "<textarea"),
                labelled("t2", "What you want", "<textarea"),
            )
        ),
        "drifted",
        "not found: reason",
        "which",
    ),
    "two e-mail addresses": reported(
        page(
            form(
                labelled("m1", "Yours", '<input type="email"'),
                labelled("m2", "Theirs", '<input type="email"'),
                REASON,
            )
        ),
        "unavailable",
        "no form",
        "guess",
        "which",
    ),
    "no field for the e-mail address": reported(
        page(form(REASON)), "unavailable", "no form", "guess", "missing"
    ),
    "no field for the reason": reported(
        page(form(f"<p>{why('already objected')}?</p>", EMAIL)), "unavailable", "already objected"
    ),
    "split into two pages": reported(
        page(form(EMAIL, send="Next")), "unavailable", "no form", "guess", "missing"
    ),
    "the send button outside the form": reported(
        page(
            f'<form method="post" action="/our/own/address" id="f">{EMAIL}{REASON}</form>'
            '<aside><button form="f">Submit</button></aside>'
        ),
        "unavailable",
        "no form",
        "guess",
        "no send",
    ),
    "a form in a frame": reported(
        page('<iframe src="/inside" title="form" width="600" height="400"></iframe>'),
        "unavailable",
        "no form",
        "frame",
    ),
    "a required choice of several": reported(
        page(
            form(
                EMAIL,
                REASON,
                '<fieldset><legend>You are</legend><label><input type="radio" name="r" value="a" '
                'required> a user</label><label><input type="radio" name="r" value="b" required> '
                "nobody</label></fieldset>",
            )
        ),
        "drifted",
        "required: r",
        "new",
        "new",
    ),
    "a password on the form": reported(
        page(
            form(EMAIL, REASON, '<input type="password" name="p" aria-label="Password">').replace(
                "/our/own/address", "/our/login"
            )
        ),
        "unavailable",
        "no form",
    ),
    "nothing says what it is for": reported(
        page(PLAIN, title=NOT_AI), "drifted", "another form", "about"
    ),
    "another form at the same address": reported(
        page(PLAIN, title="Appeal a removed post"), "drifted", "another form"
    ),
    "another region": reported(
        page(f"<p>{why('other region')}</p>"), "unavailable", "other region"
    ),
    "objected before": reported(
        page(f"<p>{why('already objected')}</p>"), "unavailable", "already objected"
    ),
    "too many tries": reported(page("<p>Wait.</p>", status=429), "unavailable", "throttled"),
    "moved to another place": reported(
        page(
            "<p>One moment.</p>",
            script="location.replace('//help.meta.com.localhost:' + location.port + '/')",
        ),
        "unavailable",
        "moved",
    ),
    "a foreign host": reported(
        page(
            "<p>One moment.</p>",
            script="location.replace('//forms.example.com.localhost:' + location.port + '/')",
        ),
        "unavailable",
        "foreign host",
    ),
}
"""Every changed form, by name."""
