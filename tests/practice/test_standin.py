"""What the stand-in brings for values that nobody set."""

from __future__ import annotations

import pytest

from filer.human.reasons import unfinished
from filer.practice.standin import OWN_VALUES, own_value


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "Ik maak bezwaar"), ("en", "I object"), ("de", "I object"), ("", "I object")],
)
def test_the_reason_follows_the_language(language: str, words: str) -> None:
    """Its reason is in the language of the page where there is a text, else in English."""
    reason = own_value("reason", language)

    assert reason.startswith(words)
    assert not unfinished(reason)


def test_other_values_are_the_same_everywhere() -> None:
    """Names and addresses have no language, and what it does not have stays empty."""
    assert OWN_VALUES["email"] == own_value("email", "nl")
    assert "" == own_value("nothing", "nl")
