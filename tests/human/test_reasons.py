"""The texts to start from, and what is worth a second thought."""

from __future__ import annotations

import pytest

from filer.human import reasons

LONG = "I am a teacher and my pupils find everything that I write. " * 3


def test_the_seven_languages_have_a_text() -> None:
    """There is a text for each language that the flows know."""
    assert {"nl", "en", "de", "fr", "it", "es", "pl"} == set(reasons.STARTS)


@pytest.mark.parametrize("language", sorted(reasons.STARTS))
def test_a_text_to_start_from_is_not_sent_as_it_is(language: str) -> None:
    """Each text names Article 21 and has an open place; completed, it is long enough to send."""
    text = reasons.start(language)
    done = reasons.complete(language, "Ich arbeite mit Kindern")

    assert "21" in text
    assert reasons.unfinished(text) is not None
    assert reasons.unfinished(done) is None
    assert "Ich arbeite mit Kindern." in done
    assert [] == reasons.advice(done)
    assert len(done) < 1000


def test_an_open_place_is_found_in_another_spelling() -> None:
    """Other case, other spacing, or no brackets: the open place is still seen."""
    assert reasons.unfinished("My situation: [Write your own\n situation here]") is not None
    assert reasons.unfinished("My situation: write your own situation here") is not None


def test_a_language_without_a_text_gets_english() -> None:
    """Another language starts from the English text."""
    assert reasons.start("en") == reasons.start("hu")


def test_a_situation_may_hold_anything() -> None:
    """Percent signs, braces and brackets in the situation are plain text."""
    done = reasons.complete("en", "I sell 100% of {my} work [online]!")

    assert "I sell 100% of {my} work [online]! I ask you" in done
    assert reasons.unfinished(done) is None


def test_a_short_reason_is_a_warning() -> None:
    """Fewer than 120 characters: the length is told, and why it matters."""
    said = reasons.advice("I do not want this.")

    assert 1 == len(said)
    assert "19 characters" in said[0]
    assert "100" in said[0]


def test_120_characters_are_enough() -> None:
    """At 120 there is no warning, at 119 there is one."""
    assert [] == reasons.advice("x" * 120)
    assert 1 == len(reasons.advice("x" * 119))


@pytest.mark.parametrize(
    "word",
    [
        *("depression", "ziekte", "Krankheit", "malade", "gravidanza", "religioso", "vakbond"),
        *("Erkrankung", "Schwerbehinderung", "katholisch", "Jüdin", "schwul", "verurteilt"),
        *("dépression", "thérapie", "médicament", "musulmane", "syndiquée", "séropositif"),
    ],
)
def test_sensitive_words_are_pointed_out(word: str) -> None:
    """A word that hints at health, belief and the like is named, with the advice to think."""
    said = reasons.advice(f"{LONG} My {word} is known.")

    assert 2 == len(said)
    assert word in said[0]
    assert reasons.sensitive_warning() == said[1]


def test_a_name_is_not_sensitive() -> None:
    """Names and everyday words raise no warning."""
    assert [] == reasons.advice(f"{LONG} Christine judges homes in Illinois.")


def test_other_brackets_are_only_asked_about() -> None:
    """Brackets of the person's own are a question, not a refusal."""
    text = f"{LONG} [my shop]"

    assert reasons.unfinished(text) is None
    assert ["There are brackets in your reason: [my shop]. Is that still to be filled in?"] == (
        reasons.advice(text)
    )
