import pytest

from filer.practice import pages

EU_AND_EEA = "bg hr cs da nl en et fi fr de el hu ga it lv lt mt pl pt ro sk sl es sv no is".split()

SEND_WORDS = {
    "nl": "Verzenden",
    "en": "Submit",
    "de": "Senden",
    "fr": "Envoyer",
    "it": "Invia",
    "es": "Enviar",
    "pl": "Wyślij",
}


@pytest.mark.parametrize("language", [*EU_AND_EEA, "xx", "pt-PT"])
def test_every_language_has_every_wording(language: str) -> None:
    """No language lacks a wording that English has."""
    english = {section: set(texts) for section, texts in pages.words("en").items()}

    assert english == {section: set(texts) for section, texts in pages.words(language).items()}


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_whole_languages_leave_nothing_empty(language: str) -> None:
    """A language with whole wordings has a text for each of them."""
    texts = [text for section in pages.words(language).values() for text in section.values()]

    assert all(texts)


@pytest.mark.parametrize("language", EU_AND_EEA)
def test_every_language_words_its_own_form(language: str) -> None:
    """The title, the button and the thanks of a language of the EU are in that language."""
    words = pages.words(language)
    others = [pages.words(other) for other in EU_AND_EEA if other != language]

    for section, key in (("title", "app"), ("thanks", "title"), ("notice", "text")):
        assert words[section][key] not in [other[section][key] for other in others]
    assert words["send"]["desktop"]


@pytest.mark.parametrize(("language", "word"), SEND_WORDS.items())
def test_send_words_are_those_seen_on_the_forms(language: str, word: str) -> None:
    """The send button says what people saw on it."""
    assert word == pages.words(language)["send"]["desktop"]


def test_further_languages_are_worded_as_hungarian() -> None:
    """A language nobody worded is like the one that no flow has labels for."""
    assert pages.words("hu") == pages.words("xx")
