"""How a wording of a flow is compared with what a page says."""

from __future__ import annotations

import pytest

from filer.flow import Label, host_fits
from flows.meta import EMAIL, SEND

ADDRESS = Label(en="Email address", fr="Pourquoi vous opposez-vous ?", is_="Netfang")


@pytest.mark.parametrize(
    "name",
    [
        "Email address",
        "EMAIL ADDRESS",
        "  Email\n address ",
        "Email\u00a0address",
        "Email address*",
        "Email address *",
        "Email address:",
        "Email address (optional)",
        "Email address (required) *",
        "Email address [optional]",
        "\u200eEmail address\u200f",
        "Pourquoi vous opposez-vous\u202f?",
        "Netfang",
    ],
)
def test_a_name_is_recognised_as_people_write_it(name: str) -> None:
    """Case, spacing, asterisk, colon, direction marks and a trailing "(optional)" do not matter."""
    assert ADDRESS.names(name)


@pytest.mark.parametrize(
    "name",
    ["", " ", "*", "(optional)", "Confirm email address", "Email", "Email address of a friend"],
)
def test_a_part_of_a_name_is_not_the_name(name: str) -> None:
    """A wording is the whole name or nothing: "Confirm email address" is another field."""
    assert not ADDRESS.names(name)


def test_a_phrase_is_found_as_whole_words() -> None:
    """A phrase counts within a text, across spacing and case, but not within another word."""
    label = Label(en=("appeal", "we've received it"))

    assert "appeal" == label.within("Your\nAPPEAL, please")
    assert "we've received it" == label.within("Good news: We\u2019ve  received it!")
    assert "" == label.within("appealing; we've received items")


def test_the_best_wording_is_of_the_language_asked_for() -> None:
    """The language asked for comes first, then English, then whatever there is."""
    label = Label(nl=("een", "twee"), en="one")

    assert ("een", "one", "uno", "") == (
        label.best("nl"),
        label.best("pl"),
        Label(it="uno").best("nl"),
        Label().best("nl"),
    )


def test_send_and_submit_are_not_read_into_longer_names() -> None:
    """A button "Submit another request" is not the send control."""
    assert SEND.names("Submit")
    assert not SEND.names("Submit another request")
    assert not EMAIL.label.names("Confirm email address")


@pytest.mark.parametrize(
    ("host", "pattern", "fits"),
    [
        ("www.facebook.com", "www.facebook.com", True),
        ("WWW.facebook.com.", "www.facebook.com", True),
        ("www.facebook.com.example.org", "www.facebook.com", False),
        ("a.fbcdn.net", "*.fbcdn.net", True),
        ("a.b.fbcdn.net", "*.fbcdn.net", True),
        ("fbcdn.net", "*.fbcdn.net", False),
        ("evilfbcdn.net", "*.fbcdn.net", False),
        ("", "*.fbcdn.net", False),
    ],
)
def test_a_host_fits_as_a_whole(host: str, pattern: str, fits: bool) -> None:
    """A host is one listed, or lies under a pattern; one that only looks like it is neither."""
    assert fits is host_fits(host, pattern)
