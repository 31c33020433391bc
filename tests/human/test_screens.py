"""The one list of screens: what each moment says, and what has been sent by then."""

from __future__ import annotations

import typing
from collections.abc import Callable
from dataclasses import replace

import pytest

from filer import flow, words
from filer.human.screen import Moment, Screen, Sofar
from filer.human.screens import screen
from filer.ports import (
    Accounts,
    Answer,
    ChangeNow,
    CodeAsked,
    CodeReview,
    FillByHand,
    HandOver,
    Introduction,
    IsThisIt,
    LookAround,
    MayAsk,
    Meaning,
    NoAnswer,
    NoFormHere,
    PageAsks,
    Prefilled,
    PressNow,
    PressShut,
    Question,
    Reading,
    Result,
    Review,
    Told,
    Unreadable,
)

FACEBOOK = flow.load("facebook")
REAL = Introduction(FACEBOOK, practice=False, visible=True)
REVIEW = Review(
    rows=(
        Reading("E-mail", "email", "email", "sanne@example.org"),
        Reading("Why", "why", "textarea", "one\ntwo"),
        Reading("Country", "land", "select", "", required=True),
        Reading("", "extra", "text", "  "),
        Reading("", "", "text", "x"),
    ),
    host="www.facebook.com",
    address="https://www.facebook.com/help/contact/1",
    send_label="Submit",
)
TASKS = ("login", "terms", "cookies", "question", "unknown", "other form", "captcha", "new one")
WHYS = ("not found", "too long", "not taken", "required", "not there", "for another reason")
QUESTIONS: tuple[Question, ...] = (
    REAL,
    Introduction(FACEBOOK, practice=True, visible=False),
    *(HandOver(task, "Some words", private=task == "login") for task in TASKS),
    *(FillByHand("Why", "textarea", why, "my words", 5) for why in WHYS),
    FillByHand("", "email", "too long", "a@example.org"),
    Prefilled("E-mail", "email", "a@example.org", "b@example.org"),
    REVIEW,
    replace(REVIEW, again=True),
    ChangeNow(),
    PressNow("Submit", "www.facebook.com"),
    PressNow("", "www.facebook.com", 1),
    PressShut("Submit", "www.facebook.com"),
    PressShut("", "www.facebook.com"),
    Unreadable("https://www.facebook.com/x", "a request of 900 bytes"),
    Meaning(200),
    Meaning(None),
    Accounts("facebook", ("facebook", "instagram")),
    FillByHand("Screenshot", "file", "not found", "/home/anna/answer.png"),
    NoAnswer(1),
    NoAnswer(60),
    CodeAsked(),
    CodeReview("123456"),
    NoFormHere("throttled"),
    IsThisIt("Contact us", known_language=True),
    IsThisIt("Kapcsolat", known_language=False),
    PageAsks("Leave the page?"),
    MayAsk("timestamps"),
    MayAsk("mail keys"),
    LookAround(),
)
NEWS = (
    *("opening", "address dead", "form found", "gate armed", "gate opened", "typed"),
    "attached",
    *("prefilled same", "press stopped", "values differ", "voided", "expired", "send left"),
    *("page refused before send", "not pictured"),
    *("seal not stamped", "still login"),
)
REASONS = (
    *("site not reachable", "other region", "throttled", "already objected", "sent home"),
    *("moved", "foreign host", "account locked", "no form"),
)
SO_FAR = {
    "en": "Sent so far:",
    "nl": "Tot nu toe verstuurd:",
    "de": "Bisher gesendet:",
    "fr": "Envoyé jusqu'ici",
}
OUTCOMES = ("confirmed", "sent", "refused", "unknown", "stopped", "drifted", "unavailable")


def shown(moment: Moment, sofar: Sofar | None = None) -> Screen:
    """The screen for *moment*, coming after *sofar*."""
    return screen(moment, (sofar or Sofar()).after(moment), "en")


def text(one: Screen) -> str:
    """Everything a person reads on it."""
    rows = (f"{label}: {value}" for label, value in one.rows)
    offers = (f"{c.key} {c.word} {c.words}" for c in one.choices)
    typed = (f"{label}: {command}" for label, command in one.commands)
    return "\n".join((one.title, *one.paragraphs, *rows, one.sent, *one.below, *typed, *offers))


def test_every_question_is_tried_here() -> None:
    """No question of the ports is missing from this test."""
    assert set(typing.get_args(Question)) == {type(question) for question in QUESTIONS}


@pytest.mark.parametrize("language", words.NAMES)
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: type(q).__name__)
def test_every_question_can_be_answered(
    question: Question, language: str, speak: Callable[[str], None]
) -> None:
    """Each question offers all its answers, each by a letter and a word of its own."""
    speak(language)

    one = shown(question)

    assert list(question.choices) == [choice.answer for choice in one.choices]
    assert len(one.choices) == len({choice.key for choice in one.choices})
    assert len(one.choices) == len({choice.word for choice in one.choices})
    assert all(len(choice.key) == 1 and choice.key in choice.word for choice in one.choices)
    assert one.title
    assert one.name
    assert one.sent.startswith(SO_FAR[language])
    assert "%(" not in text(one)


def test_enter_alone_never_confirms() -> None:
    """Enter means something only before the window opens, after a hand-over, and at the end."""
    defaults = {
        type(q).__name__: shown(q).default for q in QUESTIONS if shown(q).default is not None
    }

    expected = {
        "Introduction": Answer.GO,
        "HandOver": Answer.DONE,
        "LookAround": Answer.DONE,
    }
    assert expected == defaults


def test_introduction_says_what_a_person_must_know() -> None:
    """What filer does and never does, what is covered, the date, the account, the password."""
    read = text(shown(REAL))

    assert "filer never presses that button" in read
    assert FACEBOOK.covers.best("en") in read
    assert FACEBOOK.covers_not.best("en") in read
    assert "27 May 2025" in read
    assert "It may not count for your older posts" in read
    assert "what an AI model has already learned" in read
    assert "block your account" in read
    assert "e-mail about a new device" in read
    assert "filer does not look at login pages" in read
    assert "practice" not in read.lower()


def test_practice_says_that_it_is_practice() -> None:
    """In practice nothing reaches Meta, no real password is to be typed, on every screen."""
    moment = Introduction(FACEBOOK, practice=True, visible=False)
    read = text(shown(moment))
    later = Sofar().after(moment).after(Told("send left"))

    assert "nothing reaches Meta" in read
    assert "Do not type a real password" in read
    assert "without a window" in read
    assert "This is practice: nothing goes to Meta." in later.line()


def test_review_shows_every_value_as_read_back() -> None:
    """Every row is there, empty ones too; then where it goes, and that nothing was sent."""
    one = shown(REVIEW)

    assert (
        ("E-mail", "sanne@example.org"),
        ("Why", "one\ntwo"),
        ("Country", "(empty, but the page wants an answer here)"),
        ("extra", "(empty)"),
        ("(a field without a name)", "x"),
        ("It goes to", "www.facebook.com"),
        ("Address of the form", "https://www.facebook.com/help/contact/1"),
        ("The button on the page", "Submit"),
    ) == one.rows
    assert "Nothing of it has been sent." in text(one)
    assert "Sent so far: nothing of your objection." == one.sent


def test_press_now_names_the_button() -> None:
    """The person is told which button, by whom, how long, and what ends it."""
    read = text(shown(PressNow("Verzenden", "www.facebook.com")))

    assert "Now press “Verzenden” on the page yourself" in read
    assert "You have 10 minutes." in read
    assert "If anything in the form changes before you press" in read


def test_after_the_send_no_screen_says_nothing_was_sent() -> None:
    """What has left stays sent, whatever comes next."""
    sofar = Sofar().after(PressNow("Submit", "www.facebook.com")).after(Told("send left"))

    for moment in (NoAnswer(60), Meaning(200), CodeAsked(), CodeReview("1"), PressNow("", "x")):
        sofar = sofar.after(moment)
        read = text(screen(moment, sofar, "en"))

        assert "Sent so far: your form, once, to www.facebook.com." in read
        assert "Nothing is sent" not in read


@pytest.mark.parametrize("what", NEWS)
def test_news_is_a_sentence_with_and_without_its_facts(what: str) -> None:
    """Each piece of news is a whole sentence, whichever facts come with it."""
    bare = shown(Told(what))
    facts = {"address": "https://x", "reason": "throttled", "label": "E-mail", "how": "row"}
    more = shown(Told(what, {**facts, "title": "the empty form", "why": "no", "new": "100% {x}"}))

    assert what != bare.title
    assert "%(" not in text(bare) + text(more)
    assert ("new", "100% {x}") in more.rows


def test_a_dead_address_says_why_in_words() -> None:
    """The reason stands in the sentence, in words."""
    told = Told("address dead", {"address": "https://x", "reason": "already objected"})

    assert "No form at https://x: you have objected before" == shown(told).title


def test_a_field_found_by_its_place_asks_for_a_look() -> None:
    """Where filer went by structure alone, it says so."""
    told = Told("typed", {"label": "E-mail", "how": "structure"})

    assert "so please check it well" in shown(told).title
    assert "Filled in: E-mail" == shown(Told("typed", {"label": "E-mail", "how": "row"})).title


def test_unknown_news_is_shown_as_it_is() -> None:
    """News without a sentence is shown with all its facts, not swallowed."""
    one = shown(Told("moon full", {"since": "yesterday"}))

    assert ("moon full", (("since", "yesterday"),)) == (one.title, one.rows)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_explained(reason: str) -> None:
    """Why there is no form is told in a sentence, and what one can do."""
    asked = shown(NoFormHere(reason))
    ended = shown(Result("facebook", "unavailable", reason=reason))

    assert 2 == len(asked.paragraphs)
    assert reason not in asked.paragraphs
    assert asked.paragraphs == ended.paragraphs[:2]
    assert "Nothing was sent." in ended.paragraphs


def test_another_reason_is_shown_as_it_is() -> None:
    """A reason that nobody foresaw is shown, not swallowed."""
    assert ("It rained.",) == shown(NoFormHere("it rained")).paragraphs
    assert "it rained" in text(shown(Result("facebook", "refused", reason="it rained", sent=True)))
    assert "it rained" in text(shown(Result("facebook", "unknown", reason="it rained", sent=None)))


@pytest.mark.parametrize(
    ("line", "sent", "outcome"),
    [
        ("Sent so far: nothing of your objection.", False, "stopped"),
        ("Sent so far: nothing of your objection.", False, "drifted"),
        ("Sent so far: nothing of your objection.", False, "unavailable"),
        ("Sent so far: your form, once, to h.example. An answer came.", True, "confirmed"),
        ("Sent so far: your form, once, to h.example. An answer came.", True, "sent"),
        ("Sent so far: your form, once, to h.example. An answer came.", True, "refused"),
        ("Sent so far: your form, once, to h.example. No answer yet.", True, "unknown"),
        ("Sent so far: not known. At most one send can have left.", None, "unknown"),
        ("Sent so far: not known. At most one send can have left.", None, "interrupted"),
    ],
)
def test_every_ending_says_what_was_sent(line: str, sent: bool | None, outcome: str) -> None:
    """The last screen says once more what was sent, also when that is not known."""
    result = Result("facebook", outcome, sent=sent, send_host="h.example")

    assert line == shown(result).sent


@pytest.mark.parametrize("by", ["page", "person"])
@pytest.mark.parametrize("outcome", [*OUTCOMES, "interrupted", "something new"])
def test_no_ending_claims_too_much(outcome: str, by: str) -> None:
    """No ending speaks of proof, or says that Meta received anything as filer's own finding."""
    result = Result(
        "facebook", outcome, confirmed_by=by, sent=None, bundle="/e/one two", sealed=True
    )
    read = text(shown(result)).lower()

    assert "proof" not in read
    assert "meta received" not in read
    assert "meta has received" not in read
    assert "filer verify '/e/one two'" in read


def test_a_confirmation_names_its_source() -> None:
    """Whether the page said so or the person read it is told apart."""
    page = shown(Result("facebook", "confirmed", confirmed_by="page", sent=True))
    person = shown(Result("facebook", "confirmed", confirmed_by="person", sent=True))

    assert "The page says that your objection has been received" == page.title
    assert "You read that your objection has been received" == person.title


def test_a_practice_ending_is_no_objection() -> None:
    """After practice the person is told that they have not objected yet, and how to."""
    read = text(shown(Result("facebook", "confirmed", sent=True, scenario="default")))

    assert "you have not objected yet" in read
    assert "filer file facebook" in read
    assert "one month" not in read


@pytest.mark.parametrize("scenario", [None, "default"])
@pytest.mark.parametrize("outcome", ["sent", "unknown", "refused"])
def test_an_open_ending_says_what_to_do_next(outcome: str, scenario: str | None) -> None:
    """Where it did not go well, the next step is said, in practice too."""
    read = text(shown(Result("facebook", outcome, scenario=scenario)))

    assert "file again" in read
    assert (outcome == "refused") is ("correct your text" in read)
    assert (outcome != "refused") is ("look in your account" in read)


def test_an_open_folder_is_not_called_evidence() -> None:
    """A bundle that is not sealed says so, and is not offered for checking."""
    read = text(shown(Result("facebook", "stopped", bundle="/e/one", sealed=False)))

    assert "not sealed" in read
    assert "filer verify" not in read


def test_values_of_the_page_are_harmless_on_every_screen() -> None:
    """An escape in any text of the page is shown by its number, never as itself."""
    evil = "\x1b[2J\u202e%s{0}%(x)s"
    moments: list[Moment] = [
        HandOver("question", evil),
        FillByHand(evil, evil, evil, evil),
        Prefilled(evil, "text", evil, evil),
        Review((Reading(evil, evil, evil, evil),), evil, evil, evil),
        PressNow(evil, evil),
        PressShut(evil, evil),
        Unreadable(evil, evil),
        CodeReview(evil),
        NoFormHere(evil),
        IsThisIt(evil, known_language=True),
        PageAsks(evil),
        Told("typed", {"label": evil, "how": evil}),
        Told(evil, {evil: evil}),
        Told("send left", {"host": evil}),
        *(Result(evil, o, evil, sent=True, bundle=evil, case=evil) for o in (*OUTCOMES, evil)),
    ]

    for moment in moments:
        assert "\x1b" not in text(shown(moment))
        assert "\u202e" not in text(shown(moment))
