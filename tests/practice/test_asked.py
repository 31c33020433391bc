"""The practice pages of the forms that only some people need."""

from __future__ import annotations

import pytest

from filer.practice import pages
from filer.practice.asked import FIELDS
from tests.practice.conftest import Play
from tests.practice.visitor import Visitor

HOST = "http://www.facebook.com.localhost/help/contact"
THIRD_PARTY = f"{HOST}/510058597920541"
OLDER = f"{HOST}/1266025207620918"
GENERAL = f"{HOST}/367438723733209"
WHATSAPP = "http://www.whatsapp.com.localhost/contact/forms/382532939919295/"
WIZARD = "http://help.meta.com.localhost/support/privacy/"
KINDS = {THIRD_PARTY: "third-party", OLDER: "third-party", WHATSAPP: "whatsapp"}


def test_the_languages_say_the_same() -> None:
    """No language of these forms lacks a wording that another has."""
    shape = {
        language: {section: set(texts) for section, texts in words.items()}
        for language, words in pages.form_words().items()
    }

    assert {"en", "nl", "de", "fr"} == set(shape)
    assert all(shape["en"] == each for each in shape.values())
    for kind, fields in FIELDS.items():
        assert {field.name for field in fields} <= shape["en"][kind]


@pytest.mark.parametrize("url", KINDS)
@pytest.mark.parametrize(("rendering", "language"), [("desktop", "nl"), ("mobile", "de")])
def test_each_form_is_worded_without_a_login(
    play: Play, url: str, rendering: str, language: str
) -> None:
    """Title, choice, fields and button are there at once, also where accounts have to log in."""
    page = Visitor(play(f"{rendering}+login", language)).get(url)
    said = pages.form_words()[language][KINDS[url]]
    shown = page.plain()

    assert f'<html lang="{language}">' in page.text
    for name in ("title", "object", "send", *(field.name for field in FIELDS[KINDS[url]])):
        assert said[name] in shown
    assert pages.words(language)["notice"]["text"] in shown


def test_a_language_without_these_words_gets_the_form_in_english(play: Play) -> None:
    """A page is in one language, and says which."""
    page = Visitor(play("desktop", "hu")).get(THIRD_PARTY)

    assert '<html lang="en">' in page.text
    assert pages.form_words()["en"]["third-party"]["title"] in page.plain()


def test_the_fields_wait_for_the_choice(play: Play) -> None:
    """Before the choice is made the rows are hidden, as on a form that opens step by step."""
    page = Visitor(play("desktop")).get(THIRD_PARTY)

    assert '<div id="practice-rows" hidden>' in page.text
    assert 'enctype="multipart/form-data"' in page.text


def test_the_general_form_asks_whether_it_is_about_ai(play: Play) -> None:
    """It asks in every scenario, and lies behind the login of the account."""
    visitor = Visitor(play("mobile+login"))
    login = visitor.get(GENERAL)

    assert "/login/" == login.path
    question = visitor.log_in(login)
    assert pages.words("en")["question"]["text"] in question.plain()
    assert not question.has_form()
    assert visitor.get(f"{GENERAL}?about_ai=yes").has_form()


def test_the_wizard_asks_for_the_product_and_then_for_the_request(play: Play) -> None:
    """Product, request, form; another request leads to no form."""
    visitor = Visitor(play("mobile"))
    product, request = visitor.get(WIZARD), visitor.get(f"{WIZARD}?product=facebook")
    said = pages.form_words()["en"]["wizard"]

    assert (said["product"] in product.plain(), said["object"] in product.plain()) == (True, False)
    assert said["object"] in request.plain()
    assert not request.has_form()
    assert visitor.get(f"{WIZARD}?product=facebook&topic=object").has_form()
    assert not visitor.get(f"{WIZARD}?product=facebook&topic=other").has_form()


def test_an_old_address_of_the_third_party_form_is_gone_too(play: Play) -> None:
    """Where the old address is gone, the next one holds the form."""
    visitor = Visitor(play("old-address"))

    assert 404 == visitor.get(THIRD_PARTY).status
    assert 200 == visitor.get(OLDER).status
