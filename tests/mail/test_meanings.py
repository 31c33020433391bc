"""What a mail says: recognised by phrases, never by what is quoted, hidden or turned round."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filer import flow
from filer.evidence import meanings
from filer.evidence.meanings import KINDS, PAGE, TABLE, phrases, recognise
from filer.evidence.visible import Seen, html_as_seen, plain_as_seen
from tests.mail.post import mail, page, reading


def says(text: str) -> str:
    """What a plain text means."""
    return recognise("", [plain_as_seen(text)]).kind


def why(text: str) -> str:
    """Why a plain text is unclear."""
    return recognise("", [plain_as_seen(text)]).why


@pytest.mark.parametrize("phrase", phrases(), ids=lambda p: f"{p.language}: {p.text}"[:60])
def test_every_phrase_is_recognised(phrase: meanings.Phrase) -> None:
    """Each phrase of the table, as a sentence of a mail, has the meaning it stands under."""
    assert phrase.kind == says(f"Hallo Anna,\n\n{phrase.text}.\n\nMeta")


def test_every_language_and_meaning() -> None:
    """The table knows every meaning in every language that filer's forms have."""
    known = {(kind, language) for kind, language, _source, _texts in TABLE}
    languages = ("nl", "en", "de", "fr", "it", "es", "pl")

    assert {(k, lang) for k in KINDS if k != "unclear" for lang in languages} <= known


def test_longer_means_two_further_months() -> None:
    """A deadline hangs on it, so a mail is an extension only where it plainly names two months.

    That the objection was received may stand beside it; a second decision or question may not.
    """
    both = "We have received your request. We are extending this period by two further months."

    assert "extended" == says(both)
    assert "unclear" == says("We need more time to respond to your objection.")
    assert "unclear" == says("We may need up to two further months to respond.")
    assert "unclear" == says("We are not extending this period: we need two months to respond.")
    assert "two meanings" == why(f"{both} We need more information.")
    assert {"unconfirmed"} == {
        phrase.source.partition(":")[0] for phrase in phrases() if phrase.kind == "extended"
    }


def test_what_is_taken_from_the_page_is_there() -> None:
    """A phrase that names flows/meta.py as its source stands there."""
    thanks = flow.load("facebook").sending.confirmed
    known = {w.casefold() for w in thanks.wordings()}

    assert [] == [p.text for p in phrases() if p.source == PAGE and p.text.casefold() not in known]


def test_no_phrase_twice() -> None:
    """No phrase has two meanings, and no fact is invented: what is ours says so."""
    texts = [p.text.casefold() for p in phrases()]

    assert len(texts) == len(set(texts))
    assert {p.source[:3] for p in phrases()} == {"[C]", "[B]", "flo", "unc"}


RECEIVED_TOO = (
    "Thanks, Anna. We've received your objection.\n\nWe will honour your objection. This means "
    "your information will not be used for the future development of generative AI models."
)


def test_who_decides_has_received() -> None:
    """An answer that says it was received and is honoured says that it is honoured."""
    assert "granted" == says(RECEIVED_TOO)
    assert "granted" == says("We will honour your objection, and we will not use your photos.")
    assert "received" == says("We have received your request.\nWe will come back to you.")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We've reviewed your request and will honor your objection.", "granted"),
        ("We’ve reviewed\nwhat you wrote to us, and will honour your objection.", "granted"),
        ("We've reviewed your request and will not honor your objection.", "refused"),
        ("We have reviewed your request and won't honour your objection.", "refused"),
        ("We have reviewed your request and cannot honour your objection.", "refused"),
        ("We've reviewed your request and may or will honor your objection.", "unclear"),
        ("We've not reviewed your request and will honor your objection.", "unclear"),
        ("We've reviewed none, not even your request, and will honor your objection.", "unclear"),
        ("If we've reviewed your request and will honor your objection, we say so.", "unclear"),
        (
            "We've reviewed why your objection was declined and will honor your objection.",
            "unclear",
        ),
        ("They reviewed your request and will honor your objection.", "unclear"),
        ("We've reviewed it. Others read your request and will honor your objection.", "unclear"),
        ("Wir haben deine Anfrage geprüft und werden deinem Widerspruch nachkommen.", "granted"),
        ("Wir haben sie geprüft und werden deinem Widerspruch nicht nachkommen.", "refused"),
        ("Nous avons examiné votre demande et respecterons votre opposition.", "granted"),
        ("Nous avons examiné votre demande et ne respecterons pas votre opposition.", "refused"),
        ("We hebben je verzoek beoordeeld en zullen je bezwaar honoreren.", "granted"),
        ("We hebben je verzoek beoordeeld en zullen je bezwaar niet honoreren.", "refused"),
    ],
)
def test_words_between_who_decides_and_what(text: str, kind: str) -> None:
    """What they reviewed may stand between "we" and the decision; our wording is unconfirmed.

    That the objection was received may stand before it: both are true, and the decision counts.
    """
    found = recognise("", [plain_as_seen(f"We have received your objection.\n\n{text}")])

    assert kind == (says(text) if kind == "unclear" else found.kind)
    assert not (found.kind == "granted" and found.confirmed())


def test_a_gap_is_narrow() -> None:
    """The two halves of a wording far from each other are no wording, in a quotation neither."""
    far = "We've reviewed it and it was long and dull and all of us and will honor your objection."

    assert "no phrase" == why(far)
    assert "no phrase" == why(f"Hi\n\n> {far}")
    assert "only quoted" == why("Hi\n\n> We've reviewed it and will honor your objection.")


UNCLEAR = {
    "not, in English": "We will not say that we will honour your objection.",
    "not, behind it": "We will honour your objection not at all.",
    "niet": "We honoreren je bezwaar helaas niet.",
    "nicht": "Wir berücksichtigen deinen Widerspruch leider nicht.",
    "non": "Non rispetteremo la tua opposizione.",
    "no": "No respetaremos la suya y no: respetaremos tu oposición.",
    "nie": "Nie uwzględnimy twój sprzeciw.",
    "pas": "Il n'est pas vrai que nous respecterons votre opposition.",
    "if": "If you prove who you are, we will honour your objection.",
    "if, behind it": "We will honour your objection if you send us a passport.",
    "whether": "We are looking into whether we will honour your objection.",
    "als": "We honoreren je bezwaar als je ons een paspoort stuurt.",
    "but": "We will honour your objection, but only for your photos.",
    "a question": "Did you think we will honour your objection?",
    "quotation marks": "You wrote: “we will honour your objection”.",
    "two meanings": "We will honour your objection. Your objection was rejected.",
    "granted and more": "We will honour your objection. We need more information.",
    "once sure, once not": "We will honour your objection. If you are in the EU, we will honour "
    "your objection.",
    "nothing": "Look what is new on Facebook.",
    "a part of a word": "unwe will honour your objections",
    "another's": "We will honour their objection.",
    "letters of another script": "We will hоnour your objection.",
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_not_sure_is_unclear(case: str) -> None:
    """Negation, condition, question, quotation or contradiction never become "granted"."""
    assert "unclear" == says(UNCLEAR[case])


def test_a_refusal_holds_its_own_not() -> None:
    """A refusal is recognised though it negates what would be a grant."""
    assert "refused" == says("We are unable to honour your objection.")
    assert "refused" == says("We kunnen je bezwaar niet honoreren.")
    assert "refused" == says("Non accoglieremo la tua opposizione.")
    assert "negated or uncertain" == why("We have not decided that your objection was declined.")


@pytest.mark.parametrize(
    "text",
    [
        "We will\nhonour  your\n objection.",
        "WE WILL HONOUR YOUR OBJECTION!",
        "We\u00a0will honour your objection\u200b.",
        "We’ll honour your objection.",
        "(We will honour your objection.)",
    ],
)
def test_how_it_is_written_does_not_matter(text: str) -> None:
    """Line ends, case, blanks of any kind and the shape of an apostrophe do not matter."""
    assert "granted" == says(text)


QUOTED = {
    "marked": "Is this real?\n\n> We will honour your objection.",
    "below a line": "See below.\n\n-----Original Message-----\nWe will honour your objection.",
    "forwarded": "See.\n\n---------- Forwarded message ---------\nWe will honour your objection.",
    "someone wrote": "Hi\n\nOn Mon, 23 Nov 2026, Meta wrote:\nWe will honour your objection.",
    "iemand schreef": "Hoi\n\nOp ma 23 nov 2026 om 12:00 schreef Meta <a@facebookmail.com>:\n"
    "We will honour your objection.",
    "on two lines": "Hi\n\nOn Mon, 23 Nov 2026, Meta\n<a@facebookmail.com> wrote:\n"
    "We will honour your objection.",
    "as Outlook does": "Hi\n\nVan: Meta <a@facebookmail.com>\nVerzonden: maandag\n\n"
    "We will honour your objection.",
}


@pytest.mark.parametrize("case", QUOTED)
def test_what_is_quoted_does_not_count(case: str) -> None:
    """A quoted or forwarded answer is not the mail's own word, and that is said."""
    assert ("unclear", "only quoted") == (says(QUOTED[case]), why(QUOTED[case]))


HIDDEN = {
    "comment": "<p>Hi</p><!-- We will honour your objection. -->",
    "comment that never ends": "<p>Hi</p><!-- We will honour your objection.",
    "display": '<p>Hi</p><div style="display:none">We will honour your objection.</div>',
    "display, spaced": "<p>Hi</p><div style='DISPLAY : NONE'>We will honour your objection.</div>",
    "a comment in it": '<div style="display:/**/none">We will honour your objection.</div>',
    "an entity in it": '<div style="display&#58;none">We will honour your objection.</div>',
    "an escape in it": '<div style="d\\69splay:none">We will honour your objection.</div>',
    "closed at once": '<div style="display:none"/>We will honour your objection.',
    "below": '<div style="display:none"><table><tr><td>We will honour your objection.</div>',
    "visibility": '<p style="visibility: hidden">We will honour your objection.</p>',
    "no size": '<span style="font-size:0px">We will honour your objection.</span>',
    "one pixel": '<span style="font-size: 1px;">We will honour your objection.</span>',
    "no height": '<div style="max-height:0;overflow:hidden">We will honour your objection.</div>',
    "see-through": '<p style="opacity:0">We will honour your objection.</p>',
    "white": '<p style="color:#FFFFFF">We will honour your objection.</p>',
    "white font": '<font color="white">We will honour your objection.</font>',
    "far away": '<p style="position:absolute;left:-9999px">We will honour your objection.</p>',
    "attribute": "<p hidden>We will honour your objection.</p>",
    "a class": "<style>.x{display:none}</style><p class='y x'>We will honour your objection.</p>",
    "an id": "<style>p, #x { display : none }</style><b id=x>We will honour your objection.</b>",
    "script": "<script>We will honour your objection.</script>",
    "title": "<title>We will honour your objection.</title>",
    "style": "<style>We will honour your objection.</style>",
    "head": "<head><meta x>We will honour your objection.</head><body>Hi</body>",
    "value": '<a title="> We will honour your objection.">Hi</a>',
    "for Outlook": "<!--[if mso]>We will honour your objection.<![endif]-->",
}


@pytest.mark.parametrize("case", HIDDEN)
def test_what_nobody_sees_does_not_count(case: str) -> None:
    """What HTML hides is not the mail's word."""
    seen = html_as_seen(HIDDEN[case])

    assert "honour" not in seen.own
    assert "unclear" == recognise("", [seen]).kind


@pytest.mark.parametrize(
    "html",
    [
        "<p>We will <b>honour</b> your objection.</p>",
        "<html><head><title>x</title><body><p>We will honour<br>your objection.",
        "<style>.x{display:none}</style><p class='y'>We will honour your objection.</p>",
        "<td>Hi</td><td style='background-color:#fff;color:#333'>We will honour your objection.",
        "<p>We will&nbsp;honour your&#32;objection.</p>",
        "<p>1 < 2</p><p>We will honour your objection.</p>",
        '<div style="font-size:16px;line-height:20px">We will honour your objection.</div>',
        '<p style="display:none">secret</p><p>We will honour your objection.</p>',
    ],
)
def test_what_is_seen_counts(html: str) -> None:
    """Tags, entities and styles that hide nothing are no obstacle."""
    assert "granted" == reading(page(html)).meaning.kind


def test_quoted_in_html() -> None:
    """A block quotation, and what mail programs mark as quoted, does not count."""
    for html in (
        "<p>Hi</p><blockquote>We will honour your objection.</blockquote>",
        '<p>Hi</p><div class="gmail_quote">We will honour your objection.</div>',
    ):
        assert "only quoted" == reading(page(html)).meaning.why


def test_two_versions_must_agree() -> None:
    """When plain text and HTML say different things, nobody can say what the person saw."""
    yes, no = "We will honour your objection.", "Your objection was declined."

    assert "granted" == reading(page(f"<p>{yes}</p>", yes)).meaning.kind
    assert "versions differ" == reading(page(f"<p>{no}</p>", yes)).meaning.why
    assert "versions differ" == reading(page("<p>Hi</p>", yes)).meaning.why


def test_the_subject_counts() -> None:
    """A phrase in the subject is the mail's own word."""
    assert "granted" == reading(mail("Hi", subject="We will honour your objection")).meaning.kind


@pytest.mark.parametrize(
    "sender",
    ["Meta <a@facebookmail.com.evil.example>", "Anna <anna@example.org>", "Meta", "<>"],
)
def test_only_meta_can_answer(sender: str) -> None:
    """The right words from somebody who does not even claim to be at Meta mean nothing."""
    found = reading(mail("We will honour your objection.", sender=sender)).meaning

    assert ("unclear", "not from Meta") == (found.kind, found.why)


def test_only_hidden() -> None:
    """When the words are there but hidden, that is said."""
    assert "only hidden" == recognise("", [html_as_seen(HIDDEN["display"])]).why


def test_a_text_cut_short_is_unclear() -> None:
    """What was not read whole may say the opposite further down."""
    assert "too long" == recognise("", [Seen("We will honour your objection.")], cut=True).why


@pytest.mark.parametrize(
    "piece", ["we will honour your objection ", "a. ", "?' '", "from: ", "on x\n", "\n", " \n"]
)
def test_endless_texts(piece: str) -> None:
    """Text made to keep the search busy is read, and never taken for a grant."""
    assert says(piece * 30_000) == "unclear"


@settings(deadline=None)  # machines are busy
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    """Any text is read, as plain text and as HTML."""
    for seen in (plain_as_seen(text), html_as_seen(text)):
        assert recognise(text, [seen]).kind in KINDS


@settings(deadline=None)  # machines are busy
@given(
    st.lists(
        st.sampled_from(
            "<div> </div> <!-- --> <p style='display:none'> </p> x < > \" '"
            " <style> </style> .x{display:none} <body> </body>".split()
        ),
        max_size=30,
    )
)
def test_any_html(pieces: list[str]) -> None:
    """HTML in any disorder is read."""
    seen = html_as_seen("".join(pieces))

    assert isinstance(seen.own, str)
