"""Each law of a flow, broken in turn by a small flow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from filer.flow import (
    KINDS,
    Choose,
    Code,
    Field,
    Fill,
    Flow,
    HandOver,
    HumanSends,
    Keep,
    Label,
    Open,
    Press,
    Step,
    Unavailable,
    broken_laws,
)
from flows.meta import SEND

EMAIL = Field("email", kind="email", label=Label(en="Email address"))
CODE = Field("code", kind="code", label=Label(en="Code"))
ADDRESS = "https://forms.example.org/object"
OPEN = Open(ADDRESS)
REVIEW = Keep("the form as it will be sent")
SENDS = HumanSends(
    Label(en="Submit", de="Senden"),
    confirmed=Label(en="we have received your objection"),
    refused=Label(en="too short"),
)
STEPS: tuple[Step, ...] = (
    OPEN,
    HandOver("Log in.", until=EMAIL),
    Keep("the empty form"),
    Fill(EMAIL, "email"),
    REVIEW,
    SENDS,
    Code(CODE),
    Keep("the answer"),
)


def a_flow(*steps: Step) -> Flow:
    """A lawful flow of made-up steps, or one with *steps* instead."""
    return Flow(
        name="made-up",
        title=Label(en="A made-up form"),
        covers=Label(en="nothing"),
        covers_not=Label(en="everything"),
        checked="2026-11-23",
        hosts=("forms.example.org",),
        private=("/login",),
        sends_to=("/send",),
        steps=steps or STEPS,
    )


def sentences(flow: Flow) -> list[str]:
    """What *flow* breaks, without the numbers of the steps."""
    return [sentence for _, sentence in broken_laws(flow)]


def test_a_lawful_flow_breaks_nothing() -> None:
    """The small flow that the other tests spoil is lawful itself."""
    assert () == broken_laws(a_flow())


@pytest.mark.parametrize(
    ("steps", "number", "sentence"),
    [
        ((OPEN, REVIEW), None, "A flow has exactly one HumanSends; this one has 0."),
        ((REVIEW, SENDS), None, "A flow opens at least one address; this one opens none."),
        (
            (OPEN, REVIEW, SENDS, Fill(EMAIL, "email")),
            3,
            "After HumanSends only Keep and Code may follow, not Fill.",
        ),
        (
            (OPEN, REVIEW, SENDS, Press(Label(en="Close"))),
            3,
            "After HumanSends only Keep and Code may follow, not Press.",
        ),
        (
            (OPEN, Fill(EMAIL, "email"), SENDS),
            2,
            "The step before HumanSends keeps the filled form; here it does not.",
        ),
        (
            (OPEN, Fill(EMAIL, "email"), Press(Label(en="Continue")), REVIEW, SENDS),
            2,
            "Press is for cookie and wizard buttons, before the first Fill.",
        ),
        (
            (
                OPEN,
                Fill(EMAIL, "email"),
                Choose(Label(en="AI?"), Label(en="Yes"), Label(en="Continue")),
                REVIEW,
                SENDS,
            ),
            2,
            "Choose comes before the first Fill.",
        ),
        ((OPEN, Press(Label()), REVIEW, SENDS), 1, "Press names no wording."),
        (
            (OPEN, Press(Label(fr="Senden")), REVIEW, SENDS),
            1,
            'Press uses the wording "Senden", which sends.',
        ),
        (
            (
                OPEN,
                Choose(Label(en="AI?"), Label(en="Yes"), Label(en="submit *")),
                REVIEW,
                SENDS,
            ),
            1,
            'Choose uses the wording "submit *", which sends.',
        ),
        (
            (Open("http://forms.example.org/object"), REVIEW, SENDS),
            0,
            "http://forms.example.org/object is not an https address.",
        ),
        (
            (Open(ADDRESS, "https://forms.example.com/object"), REVIEW, SENDS),
            0,
            "https://forms.example.com/object is on a host that the flow does not list.",
        ),
        (
            (OPEN, Fill(replace(EMAIL, kind="password"), "email"), REVIEW, SENDS),
            1,
            f'"password" is no kind of field; they are {", ".join(KINDS)}.',
        ),
        ((OPEN, Keep(" "), SENDS), 1, "Keep needs a title."),
        (
            (OPEN, REVIEW, replace(SENDS, send=Label())),
            2,
            "HumanSends names no wording of the send control.",
        ),
        (
            (OPEN, REVIEW, replace(SENDS, confirmed=Label())),
            2,
            'The outcome test "confirmed" is empty or has an empty wording.',
        ),
        (
            (OPEN, REVIEW, replace(SENDS, refused=Label(en=("too short", " ")))),
            2,
            'The outcome test "refused" is empty or has an empty wording.',
        ),
    ],
)
def test_each_broken_law_of_the_steps_is_one_sentence(
    steps: tuple[Step, ...], number: int | None, sentence: str
) -> None:
    """A flow that breaks one law of its steps gets that law's sentence, at that step."""
    assert ((number, sentence),) == broken_laws(a_flow(*steps))


def test_a_second_send_is_refused() -> None:
    """A flow with two HumanSends breaks two laws: there are two, and one comes after the other."""
    flow = a_flow(OPEN, REVIEW, SENDS, REVIEW, SENDS)

    assert [
        "A flow has exactly one HumanSends; this one has 2.",
        "After HumanSends only Keep and Code may follow, not HumanSends.",
    ] == sentences(flow)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            lambda flow: replace(flow, checked=""),
            "A flow says when it was last checked; this one does not.",
        ),
        (
            lambda flow: replace(flow, cookies=(Press(Label(nl="SUBMIT")),)),
            'A cookie button uses the wording "SUBMIT", which sends.',
        ),
        (
            lambda flow: replace(
                flow, questions=(Choose(Label(en="AI?"), Label(en="Yes"), Label(pl="Senden")),)
            ),
            'A question\'s button uses the wording "Senden", which sends.',
        ),
        (
            lambda flow: replace(flow, unavailable=(Unavailable("moved"),)),
            'The reason "moved" has nothing to be recognised by.',
        ),
        (
            lambda flow: replace(flow, unavailable=(Unavailable("moved", Label(en="")),)),
            'The reason "moved" has an empty wording.',
        ),
    ],
)
def test_each_broken_law_of_the_rest_is_one_sentence(
    spoil: Callable[[Flow], Flow], sentence: str
) -> None:
    """A flow that breaks a law outside its steps gets that law's sentence."""
    assert [sentence] == sentences(spoil(a_flow()))


@pytest.mark.parametrize("wording", SEND.wordings())
def test_no_press_may_use_a_send_wording_of_any_language(wording: str) -> None:
    """Whatever language a Press claims, every send wording of Meta's forms is refused in it."""
    sends = replace(SENDS, send=SEND)
    flow = a_flow(OPEN, Press(Label(hu=wording.upper() + " :")), REVIEW, sends)

    assert [f'Press uses the wording "{wording.upper()} :", which sends.'] == sentences(flow)
