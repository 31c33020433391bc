"""The flows of the other forms: as certain as their sources, and saying how certain that is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from filer.flow import (
    Attach,
    Choose,
    Fill,
    Flow,
    HumanSends,
    Label,
    broken_laws,
    load,
    names,
)
from filer.settings import VALUES
from filer.telling import summary, tell
from filer.words import NAMES

OTHERS = ("general", "third-party", "whatsapp", "wizard")


@pytest.fixture(params=OTHERS)
def flow(request: pytest.FixtureRequest) -> Flow:
    """Each of the other flows in turn."""
    name: str = request.param
    return load(name)


def test_they_are_all_there() -> None:
    """filer knows four forms beside those of the accounts."""
    assert OTHERS == names()[2:]


@pytest.mark.parametrize(
    ("name", "addresses", "needs"),
    [
        ("general", ("www.facebook.com/help/contact/367438723733209",), "email reason"),
        (
            "third-party",
            (
                "www.facebook.com/help/contact/510058597920541",
                "www.facebook.com/help/contact/1266025207620918",
            ),
            "country first_name last_name email prompts picture reason",
        ),
        (
            "whatsapp",
            ("www.whatsapp.com/contact/forms/382532939919295/",),
            "phone reason",
        ),
        ("wizard", ("help.meta.com/support/privacy/",), "email reason"),
    ],
)
def test_addresses_and_values_are_those_of_the_facts(
    name: str, addresses: tuple[str, ...], needs: str
) -> None:
    """Each opens the addresses of the facts file and asks for what the form is said to ask."""
    flow = load(name)

    assert tuple(f"https://{address}" for address in addresses) == flow.addresses
    assert tuple(needs.split()) == flow.needs()
    assert set(flow.needs()) <= set(VALUES)


def own_labels(flow: Flow) -> Iterator[Label]:
    """The labels that a flow brings itself."""
    yield from (flow.title, flow.covers, flow.covers_not, flow.notes, flow.about)
    yield from (field.label for field in flow.fields)
    for choose in flow.questions:
        yield from (choose.question, choose.answer, choose.then)


def test_every_label_says_where_it_is_from(flow: Flow) -> None:
    """No label without a source; what nobody saw is marked, by languages that it has."""
    for label in own_labels(flow):
        assert label.source or not label.texts
        assert set(label.unconfirmed) <= set(label.texts)


def test_labels_without_a_source_are_all_unconfirmed(flow: Flow) -> None:
    """Where the source says that no label was found, every language is marked so."""
    guessed = [
        label
        for label in own_labels(flow)
        if label.source.startswith(("no source", "no exact label"))
    ]

    assert [] == [label for label in guessed if set(label.texts) != set(label.unconfirmed)]


@pytest.mark.parametrize("language", NAMES)
def test_a_person_is_told_how_sure_it_is(flow: Flow, language: str) -> None:
    """The notes say that we have not seen the form, and what is unconfirmed carries its mark."""
    doubt = {
        "nl": ("niet gezien", "niet bevestigd", "is niet bekend", "misschien"),
        "en": ("not seen", "unconfirmed", "not known", "may be"),
        "de": ("nicht gesehen", "nicht bestätigt", "nicht bekannt", "vielleicht"),
        "fr": ("pas vu", "pas confirmé", "ne sait pas", "peut-être"),
    }
    told = tell(flow, language)

    for label in (flow.title, flow.covers, flow.covers_not, flow.notes):
        assert set(NAMES) == set(label.texts)
    assert any(words in flow.notes.best(language) for words in doubt[language])
    assert " ? " in told
    assert "Source:" in told or "Bron:" in told
    assert summary(flow, language).startswith(flow.name)


def test_the_choice_that_is_known_is_told_as_a_choice() -> None:
    """Where only the answer's wording is known, nobody reads a question that is none."""
    told = " ".join(tell(load("whatsapp"), "en").split())
    wording = "How can I make an objection to the processing of my information"

    assert f"If Meta offers the choice “{wording}”, filer takes it and goes on." in told
    assert f"If Meta asks “{wording}”" not in told


def test_only_forms_of_accounts_cover_an_accounts_center() -> None:
    """The objection of an account covers others with it; a third party's and WhatsApp's do not."""
    told = {name: bool(load(name).platforms) for name in names()}

    assert {
        "facebook": True,
        "instagram": True,
        "general": True,
        "third-party": False,
        "whatsapp": False,
        "wizard": True,
    } == told


def test_the_wizard_is_not_called_moved() -> None:
    """For the other flows help.meta.com is where the form moved to; the wizard is the form."""
    reasons = {name: {each.reason for each in load(name).unavailable} for name in names()}

    assert "moved" in reasons["facebook"]
    assert "moved" not in reasons["wizard"]


def test_a_file_is_attached_and_never_typed() -> None:
    """Fill with a file, and Attach with a text or in another kind of field, break a law."""
    flow = load("third-party")
    picture = next(step for step in flow.steps if isinstance(step, Attach))
    email = next(step for step in flow.steps if isinstance(step, Fill) and step.value == "email")
    wrong = (
        Fill(email.field, "picture"),
        Attach(picture.field, "reason"),
        Attach(email.field, "picture"),
    )

    assert () == broken_laws(flow)
    for step in wrong:
        steps = tuple(step if each is picture else each for each in flow.steps)
        assert 1 == len(broken_laws(_with(flow, steps)))


def test_an_answer_is_never_worded_like_a_send() -> None:
    """A choice that filer takes must not be called what the send control is called."""
    flow = load("wizard")
    sends = Label(en=flow.sending.send.wordings()[0])
    choose = Choose(sends, sends)

    assert broken_laws(_with(flow, (flow.steps[0], choose, *flow.steps[1:])))
    assert any(isinstance(step, HumanSends) for step in flow.steps)


def _with(flow: Flow, steps: tuple[object, ...]) -> Flow:
    return Flow(**{**flow.__dict__, "steps": steps})
