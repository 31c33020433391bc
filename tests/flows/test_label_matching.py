"""Which control a wording means, among whatever a page holds: one, or none at all."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from filer.browser.locate import Control, Look, find_field
from filer.flow import Field, Label, plain_name
from flows.meta import EMAIL, SEND

CASES = [50, pytest.param(3_000, marks=pytest.mark.proof)]
TEXT = Field("text", kind="text", label=EMAIL.label)
"""The same label on a kind of field that is never found by structure."""

WORDINGS = st.sampled_from(sorted(set(EMAIL.label.wordings())))
SPACES = st.sampled_from([" ", "\u00a0", "\u2009", "\u202f", "\n", "\t  ", "\u3000", "\u200b "])
AROUND = st.sampled_from(["", " ", "\n", "\u200e", "\ufeff", "\u2068", "\u202b"])
AFTER = st.sampled_from(
    ["", "*", " *", ":", " (optional)", " [optional]", "\u2069", " (niet nodig) *"]
)
CASED: tuple[Callable[[str], str], ...] = (str.upper, str.lower, str.title, str.swapcase)
CASINGS = st.sampled_from(CASED)
COMPOSED: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")
FORMS = st.sampled_from(COMPOSED)
HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\u202e\u2066\u200d\u034f\u00ad\u115f\u3164\ufe0f\u0430\u0435\u043e\u0000"),
    ),
    max_size=40,
)


@st.composite
def written(draw: st.DrawFn) -> str:
    """A wording of the e-mail field as a page may write it: the same to whoever reads it."""
    words = draw(SPACES).join(draw(WORDINGS).split(" "))
    cased = draw(CASINGS)(words)
    assume(cased.casefold() == words.casefold())  # "ŉ" has no capital of its own
    return draw(AROUND) + unicodedata.normalize(draw(FORMS), cased) + draw(AFTER)


def control(number: int, label: str, *, kind: str = "text", group: int = 0) -> Control:
    """A control as `look.js` reports it."""
    return Control(
        path=f"#c{number}",
        group=group,
        kind=kind,
        label=label,
        row=(),
        name=f"n{number}",
        id="",
        value="",
        aliases=(),
        required=False,
        limit=None,
        editable=True,
    )


def page(controls: Sequence[Control]) -> Look:
    """A page with these."""
    return Look("https://www.facebook.com/", "", "en", ready=True, controls=tuple(controls))


def others(draw: st.DrawFn, most: int = 4) -> list[Control]:
    """Controls with other names."""
    labels = draw(st.lists(HOSTILE, max_size=most))
    assume(not any(EMAIL.label.names(label) for label in labels))
    return [control(number, label) for number, label in enumerate(labels)]


@pytest.mark.parametrize("examples", CASES)
def test_however_it_is_written(examples: int) -> None:
    """Case, spacing, composition, marks of direction and "(optional)" hide no field."""

    @settings(max_examples=examples)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        named = control(99, data.draw(written()))
        rest = data.draw(st.composite(others)())
        place = data.draw(st.integers(0, len(rest)))
        found = find_field(page([*rest[:place], named, *rest[place:]]), TEXT, 0)

        assert found is not None
        assert ("#c99", "label") == (found.path, found.how)

    holds()


@pytest.mark.parametrize("examples", CASES)
def test_never_one_of_two(examples: int) -> None:
    """Where two controls carry the name, however each is written, neither is taken."""

    @settings(max_examples=examples)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        rest = data.draw(st.composite(others)())
        both = [control(98, data.draw(written())), control(99, data.draw(written()))]
        shown = data.draw(st.permutations([*rest, *both]))
        field = data.draw(st.sampled_from([TEXT, EMAIL]))
        kinds = {"text": "text", "email": data.draw(st.sampled_from(["email", "text"]))}
        asked = [replace(each, kind=kinds[field.kind]) for each in shown]

        assert find_field(page(asked), field, 0) is None

    holds()


@pytest.mark.parametrize("examples", CASES)
def test_a_letter_more_is_another_name(examples: int) -> None:
    """One letter or mark put anywhere into a wording makes it another name, however alike."""
    known = {plain_name(wording) for wording in EMAIL.label.wordings()}

    @settings(max_examples=examples)
    @given(WORDINGS, st.data())
    def holds(wording: str, data: st.DataObject) -> None:
        more = data.draw(st.characters(categories=("L", "Mn", "Nd", "So")))
        at = data.draw(st.integers(1, len(wording)))
        other = wording[:at] + more + wording[at:]
        assume(unicodedata.normalize("NFKC", other).casefold() not in known)

        assert not EMAIL.label.names(other)
        assert find_field(page([control(1, other)]), TEXT, 0) is None

    holds()


@pytest.mark.parametrize("examples", CASES)
def test_any_text_is_a_name_or_none(examples: int) -> None:
    """Hostile text raises nothing, and is a name only where it is one to whoever reads it."""

    @settings(max_examples=examples)
    @given(st.lists(HOSTILE, max_size=5), HOSTILE)
    def holds(labels: list[str], wording: str) -> None:
        wanted = Field("text", kind="text", label=Label(en=wording))
        found = find_field(page([control(n, each) for n, each in enumerate(labels)]), wanted, 0)
        same = [n for n, each in enumerate(labels) if plain_name(each) == plain_name(wording) != ""]

        assert (found.path if found else None) == (f"#c{same[0]}" if len(same) == 1 else None)
        for label in labels:
            SEND.names(label)
            SEND.within(label)

    holds()


@pytest.mark.parametrize("examples", CASES)
def test_only_in_its_own_form(examples: int) -> None:
    """A control of another form, or of another kind, is never taken, whatever it is called."""

    @settings(max_examples=examples)
    @given(st.lists(st.tuples(written(), st.integers(0, 2), st.sampled_from(KINDS)), max_size=5))
    def holds(shown: list[tuple[str, int, str]]) -> None:
        controls = [control(n, w, group=g, kind=k) for n, (w, g, k) in enumerate(shown)]
        found = find_field(page(controls), TEXT, 1)
        fitting = [c.path for c in controls if c.group == 1 and c.kind in {"text", "textarea"}]

        assert (found.path if found else None) == (fitting[0] if len(fitting) == 1 else None)

    holds()


KINDS = ("text", "textarea", "email", "password", "select", "checkbox", "search")
