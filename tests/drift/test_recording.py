"""A recorded form: nothing of the page but names and kinds, whatever the page tries."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from filer import checking, drift, flow, recording
from filer.errors import FlowBroken, WrongUsage
from filer.flow import Flow, impure
from filer.ports import Fingerprint, Part
from tests.drift.test_compare import ADDRESS, EMAIL, REASON, SAME

DAY = "2026-11-25"
HOSTILE = (
    "</label><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '"), exec("x"), ("',
    "\\\"), __import__('os').system('x') #",
    '"""\nimport os\n"""',
    "}}{{ 7*7 }}{% x %}",
    "&lt;b&gt;",
    "'; DROP",
)


@pytest.fixture(scope="module")
def facebook() -> Flow:
    """What the draft takes its answers from."""
    return flow.load("facebook")


class Tags(HTMLParser):
    """What tags and attributes a page holds."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.tags.append(tag)
        self.names |= {name for name, _value in attrs}


def tags(page: str) -> Tags:
    """The tags of *page*."""
    read = Tags()
    read.feed(page)
    return read


def named(text: str) -> Fingerprint:
    """A form in which everything that has a name is called *text*."""
    parts = (
        replace(EMAIL, name=text, how="structure"),
        replace(REASON, name=text, how="structure", shape="editable"),
        Part("select", text, "row", "select", required=True),
        Part("checkbox", text, "label"),
        Part("choice", text, "label"),
    )
    return replace(SAME, parts=parts, send=text, about=text, outcome=text)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_becomes_markup(facebook: Flow, text: str) -> None:
    """However a page calls its fields, the recorded pages have the same tags and attributes."""
    made = recording.recorded(named(text), facebook, DAY)
    plain = recording.recorded(named("plain"), facebook, DAY)

    for name in (recording.PAGE, recording.ANSWER):
        assert tags(plain.files[name]).tags == tags(made.files[name]).tags
        assert tags(plain.files[name]).names == tags(made.files[name]).names


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_becomes_code(facebook: Flow, tmp_path: Path, text: str) -> None:
    """However a page calls its fields, the draft is data, and its wordings are these strings."""
    made = recording.recorded(named(text), facebook, DAY)
    recording.keep(made, tmp_path / "new")
    draft = recording.read_draft(tmp_path / "new")

    assert () == impure(made.files[recording.DRAFT], "flow.py")
    assert {text} == {wording for field in draft.fields for wording in field.label.wordings()}
    assert "draft" == draft.name


@pytest.mark.parametrize(
    ("language", "told"), [("nl", "nl"), ("is", "is"), ("as", "as"), ("", "und")]
)
def test_a_language_that_is_a_word_of_python_is_no_trouble(
    facebook: Flow, tmp_path: Path, language: str, told: str
) -> None:
    """Icelandic is `is`."""
    made = recording.recorded(replace(named("x"), language=language), facebook, DAY)
    recording.keep(made, tmp_path / "new")

    assert [told] == list(recording.read_draft(tmp_path / "new").fields[0].label.texts)


def test_a_wording_that_a_wizard_presses_is_pressed_nowhere(facebook: Flow, tmp_path: Path) -> None:
    """Where "Continue" sends, the draft presses no "Continue"."""
    made = recording.recorded(replace(SAME, send="Doorgaan"), facebook, DAY)
    recording.keep(made, tmp_path / "new")
    draft = recording.read_draft(tmp_path / "new")

    assert () == draft.questions


def test_what_is_known_is_taken_from_the_shared_wordings(facebook: Flow) -> None:
    """A form with no new wording needs no label of its own."""
    draft = recording.draft_of(SAME, facebook, DAY)

    assert "NEW_" not in draft
    assert 'Fill(EMAIL, "email"),' in draft


def test_a_folder_with_something_in_it_is_left_alone(facebook: Flow, tmp_path: Path) -> None:
    """Nothing is overwritten, and no link is followed."""
    made = recording.recorded(SAME, facebook, DAY)
    outside = tmp_path / "outside"
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / recording.PAGE).symlink_to(outside)

    with pytest.raises(WrongUsage, match="is not empty"):
        recording.keep(made, tmp_path / "used")
    assert not outside.exists()


def test_only_these_files_are_written(facebook: Flow, tmp_path: Path) -> None:
    """Four, readable by their owner alone."""
    recording.keep(recording.recorded(SAME, facebook, DAY), tmp_path / "new")
    written = sorted((tmp_path / "new").iterdir())

    assert sorted(recording.FILES) == [path.name for path in written]
    assert {0o600} == {path.stat().st_mode & 0o777 for path in written}
    assert {"day": DAY, **drift.as_data(SAME)} == {
        **json.loads((tmp_path / "new" / recording.PRINT).read_text()),
        "parts": drift.as_data(SAME)["parts"],
    }


@pytest.mark.parametrize(
    "text",
    ["import os\n", "FLOW = 1\n", "FLOW = open('x')\n", "", "FLOW = " + "(" * 500 + ")" * 500],
)
def test_a_draft_that_is_more_than_data_is_not_run(tmp_path: Path, text: str) -> None:
    """A recording may come from a stranger."""
    (tmp_path / recording.DRAFT).write_text(text)

    with pytest.raises(FlowBroken):
        recording.read_draft(tmp_path)


def test_what_lies_elsewhere_is_not_read(tmp_path: Path) -> None:
    """A link in a recording leads nowhere."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / recording.PAGE).symlink_to(tmp_path / "secret")

    with pytest.raises(WrongUsage):
        recording.read(tmp_path, recording.PAGE)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/help/contact/1",
        "http://www.facebook.com/help/contact/1",
        "https://www.facebook.com.evil.example/",
        "https://anna:secret@www.facebook.com/help/contact/1",
        "https://www.facebook.com/help/contact/1?token=secret",
        "https://www.facebook.com:8443/help/contact/1",
        "http://192.168.1.1:80/x",
        "http://evil.example.localhost:80/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://[",
        "https://www.facebook.com/login/",
        "",
    ],
)
def test_no_other_place_is_opened(facebook: Flow, address: str) -> None:
    """Only Meta's own hosts over https, and sites on this machine; never a private page."""
    with pytest.raises(WrongUsage):
        checking.at(address, (facebook,))


@pytest.mark.parametrize(
    ("address", "opened", "port"),
    [
        (ADDRESS, ADDRESS, None),
        ("https://help.meta.com/support/x", "https://help.meta.com/support/x", None),
        ("http://www.facebook.com.localhost:8080/new", "https://www.facebook.com/new", 8080),
        ("http://127.0.0.1:8080/help/contact/712876720715583", ADDRESS, 8080),
    ],
)
def test_an_address_is_opened_as_it_is(
    facebook: Flow, address: str, opened: str, port: int | None
) -> None:
    """The flow opens this address and no other."""
    wanted, here = checking.at(address, (facebook,))

    assert ((opened,), port) == (wanted.addresses, here)
