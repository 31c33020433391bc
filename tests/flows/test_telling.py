"""A flow in words, as `filer show` and `filer flows` print it."""

from __future__ import annotations

import re

import pytest

from filer.flow import (
    Attach,
    Choose,
    Field,
    Fill,
    Flow,
    HandOver,
    HumanSends,
    Keep,
    Label,
    Open,
    Press,
    load,
    names,
)
from filer.telling import SAID_IN_FLOWS, WIDTH, summary, tell
from filer.words import NAMES, speaking

BOTH = ("facebook", "instagram")


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("language", ["nl", "en", "de", "hu"])
def test_everything_fits_eighty_columns(name: str, language: str) -> None:
    """No line is wider than a small terminal, and none ends in a space."""
    lines = tell(load(name), language).splitlines()

    assert [] == [line for line in lines if len(line) > WIDTH or line != line.rstrip()]


@pytest.mark.parametrize("name", BOTH)
def test_addresses_hosts_and_paths_are_all_there(name: str) -> None:
    """What the window may open is listed in full, the addresses in order."""
    flow, text = load(name), tell(load(name), "en")
    places = [text.index(address) for address in flow.addresses]

    assert sorted(places) == places
    assert [] == [
        place
        for place in (*flow.hosts, *flow.assets, *flow.sends_to, *flow.private)
        if place not in text
    ]


@pytest.mark.parametrize("name", BOTH)
def test_it_says_that_only_the_person_sends(name: str) -> None:
    """The promise stands right below the steps."""
    text = tell(load(name), "en")

    assert "Only you send. filer never presses the send button." in text
    assert text.index("Only you send.") < text.index("What may come in between")


def test_what_it_covers_and_when_it_was_checked_is_said() -> None:
    """Scope, gaps and the day of the last check are in the text."""
    text = " ".join(tell(load("facebook"), "en").split())

    assert "every account in the same Accounts Center" in text
    assert "What is already in an AI model." in text
    assert "Last compared with its sources on 23 November 2026." in text


def test_unconfirmed_languages_are_marked() -> None:
    """The send button is marked for Spanish and Polish, and not for Dutch."""
    lines = tell(load("instagram"), "en").splitlines()
    start = lines.index("  The send button, which filer never presses")
    told = lines[start + 1 : start + 8]

    assert told[0].startswith("     Dutch       “Verzenden”, “Versturen”, “Indienen”, and ")
    assert ["   ? Spanish", "   ? Polish"] == [line[:12].rstrip() for line in told[5:7]]


@pytest.mark.parametrize("language", NAMES)
def test_the_name_of_a_language_never_touches_its_wordings(language: str) -> None:
    """A long name, such as the German one of Dutch, pushes the wordings aside."""
    with speaking(language):
        text = tell(load("facebook"), language)

    assert [] == re.findall(r"^ {3}[ ?] \w+[“„«].*", text, re.MULTILINE)
    assert re.search(r"[“„«]\s?Verzenden", text)


def test_the_flows_own_words_come_in_the_language_asked_for() -> None:
    """Dutch scope and Dutch button for a Dutch page."""
    text = tell(load("facebook"), "nl")

    assert "Facebook: bezwaar tegen" in text
    assert "you press “Verzenden”" in text


def test_every_sentence_of_the_flows_is_collected_for_translation() -> None:
    """What a flow file says to a person is in the list that the catalogues are made from."""
    said = {
        step.words if isinstance(step, HandOver) else step.title
        for name in names()
        for step in load(name).steps
        if isinstance(step, HandOver | Keep)
    }

    assert said == set(SAID_IN_FLOWS)


def test_every_verb_has_words() -> None:
    """A flow with the steps that ours do not have is told as well; odd values are shown as is."""
    email = Field("email", kind="email", label=Label(sv="E-postadress"))
    flow = Flow(
        name="made-up",
        title=Label(en="A made-up form"),
        covers=Label(),
        covers_not=Label(),
        checked="some day",
        hosts=("forms.example.org",),
        private=(),
        sends_to=(),
        steps=(
            Open("https://forms.example.org/"),
            Press(Label(en="Decline")),
            Choose(Label(en="About AI?"), Label(en="Yes"), Label(en="Next")),
            Fill(email, "nickname"),
            Attach(Field("letter", kind="file", label=Label(en="Your 100% letter")), "letter"),
            Keep("the form"),
            HumanSends(Label(en="Send"), confirmed=Label(en="in"), refused=Label(en="out")),
        ),
    )
    text = tell(flow, "en")

    assert " 1. filer opens a window with the form:\n      https://forms.example.org/\n" in text
    assert " 2. filer presses “Decline”.\n" in text
    assert " 3. If Meta asks “About AI?”, filer answers “Yes” and goes on.\n" in text
    assert " 4. filer types nickname into “E-postadress”, and reads it back.\n" in text
    assert " 5. filer attaches letter to “Your 100% letter”.\n" in text
    assert "     sv          “E-postadress”\n" in text
    assert "on some day." in text


def test_the_summary_is_one_short_paragraph() -> None:
    """The list of flows gives each its name and a paragraph under it."""
    assert (
        "instagram\n"
        "  Instagram: objection to the use of your information for AI at Meta. Your\n"
        "  public information on Meta's products, and your interactions with AI at Meta.\n"
        "  For the account you log in with, and for every account in the same Accounts\n"
        "  Center. Unconfirmed: nobody of this project has seen the form, and no label of\n"
        "  a field was found. filer goes by likely words and by the structure, or asks\n"
        "  you. Last checked on 23 November 2026. Every step: filer show instagram"
    ) == summary(load("instagram"), "en")
