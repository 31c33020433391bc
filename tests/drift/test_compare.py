"""A form's fingerprint against its flow: every difference is named, with where to repair it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from filer import drift, flow
from filer.drift import Spot
from filer.flow import Flow
from filer.ports import Fingerprint, Part

EMAIL = Part("email", "E-mailadres", "label", required=True, meaning="email", how="label")
REASON = Part("textarea", "Toelichting", "label", "textarea", meaning="reason", how="label")
ADDRESS = "https://www.facebook.com/help/contact/712876720715583"
SAME = Fingerprint(ADDRESS, "nl", "AI", "wording", (EMAIL, REASON), "Verzenden")
SPOTS = {
    "email": Spot("flows/meta.py", "EMAIL", 120, {"nl": 123}),
    "reason": Spot("flows/meta.py", "REASON", 140, {"nl": 143}),
    "send": Spot("flows/meta.py", "SEND", 160, {"nl": 163}),
    "about": Spot("flows/meta.py", "ABOUT", 180, {"nl": 183}),
    "confirmed": Spot("flows/meta.py", "THANKS", 200, {"nl": 203}),
}


@pytest.fixture(scope="module")
def facebook() -> Flow:
    """The flow that is compared with."""
    return flow.load("facebook")


def said(facebook: Flow, seen: Fingerprint) -> list[str]:
    """What is said about *seen*."""
    return [each.sentence() for each in drift.compare(facebook, seen, SPOTS)]


def test_the_same_form_has_no_findings(facebook: Flow) -> None:
    """A form as the flow describes it is not spoken of."""
    assert [] == said(facebook, SAME)


def test_a_renamed_label_names_file_line_language_and_string(facebook: Flow) -> None:
    """What a maintainer needs stands in one line."""
    email = replace(EMAIL, name="Mailadres", how="structure")

    assert ['flows/meta.py line 123: EMAIL, nl: add "Mailadres"'] == said(
        facebook, replace(SAME, parts=(email, REASON))
    )


def test_a_wording_is_quoted_as_the_flow_file_wants_it(facebook: Flow) -> None:
    """Quotes in a label do not end the string that is added."""
    email = replace(EMAIL, name='Mail "adres"', how="structure")
    found = drift.compare(facebook, replace(SAME, parts=(email, REASON)), SPOTS)

    assert '"Mail \\"adres\\""' == found[0].facts()["add"]


def test_a_renamed_send_button_is_named(facebook: Flow) -> None:
    """The button that the person presses has a label of its own."""
    assert ['flows/meta.py line 163: SEND, nl: add "Klaar"'] == said(
        facebook, replace(SAME, send="Klaar")
    )


def test_a_form_without_a_send_button_is_drift(facebook: Flow) -> None:
    """Without it nobody can send."""
    assert ["the form has no button that sends"] == said(facebook, replace(SAME, send=""))


@pytest.mark.parametrize("required", [True, False])
def test_what_is_new_is_drift_where_it_must_be_filled(facebook: Flow, required: bool) -> None:
    """A new field is told of; only one that is required stops anybody."""
    found = drift.compare(
        facebook, replace(SAME, parts=(EMAIL, Part("text", "Naam", required=required), REASON))
    )

    assert [("Naam", required)] == [(each.seen, each.weighty) for each in found]
    assert required is drift.drifted(found)


def test_fields_that_cannot_be_told_apart_are_all_named(facebook: Flow) -> None:
    """The maintainer is shown which ones it could be."""
    first, second = (Part("textarea", name, "label", "textarea") for name in ("Wat", "Waarom"))

    assert [
        (
            "flows/meta.py line 143: REASON, nl: the field reason cannot be told apart; "
            'add the one it is: "Wat", "Waarom"'
        )
    ] == said(facebook, replace(SAME, parts=(EMAIL, first, second)))


def test_a_field_that_is_gone_is_drift(facebook: Flow) -> None:
    """A form that no longer asks for a reason is another form."""
    found = drift.compare(facebook, replace(SAME, parts=(EMAIL,)), SPOTS)

    assert ["missing"] == [each.what for each in found]
    assert drift.drifted(found)


def test_a_language_without_wordings_is_worth_knowing_and_no_drift(facebook: Flow) -> None:
    """filer files by structure there; the string to add is named all the same."""
    seen = replace(
        SAME,
        language="ka",
        parts=(replace(EMAIL, name="ფოსტა", how="structure"), REASON),
    )
    found = drift.compare(facebook, seen, SPOTS)

    assert not drift.drifted(found)
    assert 'add ka="ფოსტა"' in found[0].sentence()


def test_a_form_that_does_not_say_what_it_is_for_is_drift(facebook: Flow) -> None:
    """Its shape alone is no proof."""
    found = drift.compare(facebook, replace(SAME, recognised="structure", about=""), SPOTS)

    assert ["about"] == [each.what for each in found]
    assert drift.drifted(found)


def test_the_log_gets_no_word_of_the_page(facebook: Flow) -> None:
    """What a page calls a field can be anything; the log holds our own names alone."""
    email = replace(EMAIL, name="Joris Zonnebloem", how="structure")
    found = drift.compare(facebook, replace(SAME, parts=(email, REASON)), SPOTS)

    assert "Joris" not in str([each.noted() for each in found])
    assert "flows/meta.py:123" == found[0].noted()["at"]


@pytest.mark.parametrize("what", ["email", "reason", "send", "confirmed", "about"])
def test_a_spot_is_the_line_on_which_the_wording_stands(facebook: Flow, what: str) -> None:
    """The line that is named holds that language's wording, in the file that is named."""
    spot = drift.spots("facebook")[what]
    line = (flow.folder().parent / spot.file).read_text().splitlines()[spot.at("nl") - 1]

    assert line.strip().startswith("nl=")
    assert facebook.name == "facebook"


@pytest.mark.parametrize("name", flow.names())
def test_every_flow_says_where_its_wordings_stand(name: str) -> None:
    """A finding about any form can name the line: fields, send button and answer are found."""
    wanted = flow.load(name)

    assert {*(f.name for f in wanted.fields), "send", "confirmed", "about"} == set(
        drift.spots(name)
    )


def test_a_language_that_is_new_is_added_where_the_label_begins() -> None:
    """There is no line of it yet."""
    spot = drift.spots("facebook")["email"]

    assert spot.line == spot.at("xx")


def test_a_file_that_is_more_than_data_has_no_spots(tmp_path: Path) -> None:
    """Only what may be loaded is read for lines."""
    (tmp_path / "meta.py").write_text("import os\n")
    (tmp_path / "x.py").write_text("FLOW = 1\n")

    assert {} == drift.spots("x", tmp_path)
    assert {} == drift.spots("y", tmp_path)
