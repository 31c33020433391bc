"""Values from a page or a person, made fit to be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filer.human.shown import block, inline


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        ("‹U+001B›[2J", "\x1b[2J"),
        ("‹U+0007›", "\x07"),
        ("‹U+009B›31m", "\x9b31m"),
        ("‹U+202E›moc.atem", "\u202emoc.atem"),
        ("a‹U+000D›b", "a\rb"),
        ("‹U+2028›", "\u2028"),
        ("‹U+D800›", "\ud800"),
        ("one\ntwo", "one\r\ntwo"),
        ("a    b", "a\tb"),
        ("[bold]100%[/bold] {x} %(y)s", "[bold]100%[/bold] {x} %(y)s"),
        ("é ß Ω ж ع 漢 👩\u200d👧", "é ß Ω ж ع 漢 👩\u200d👧"),
    ],
)
def test_acting_characters_are_shown_by_number(shown: str, value: str) -> None:
    """What would act is shown by its number; what is only read stays as it is."""
    assert shown == block(value)


def test_a_value_in_a_sentence_stays_on_one_line() -> None:
    """A line break in a label cannot make up a line of its own."""
    assert "E-mail Sent: all is well" == inline("E-mail\n\nSent: all is well\n")


@given(st.text())
def test_nothing_that_acts_survives(value: str) -> None:
    """Whatever the page says, no control character but the line break comes out."""
    assert not [c for c in block(value) if c != "\n" and not c.isprintable() and c < "\xa0"]
