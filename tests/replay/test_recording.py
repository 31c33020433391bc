"""A bundle that is to be replayed: what is read of it, what is refused, what is compared."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from filer.errors import EvidenceBroken, FlowBroken
from filer.flow import Keep
from filer.ports import Recorder
from filer.replay import Facts, Recording, Watched, compare, plain_address, read_recording, text_of
from tests.replay.conftest import ARIA, FLOW, KNOWN, shot

Make = Callable[..., Path]
EMPTY = next(n for n, s in enumerate(FLOW.steps) if isinstance(s, Keep))


class Dropping:
    """A recorder that keeps nothing."""

    salt = "salt"

    def event(self, name: str, who: str = "tool", **data: object) -> int:
        """Nothing."""
        return len(name + who) + len(data)

    def keep(self, shot: object) -> None:
        """Nothing."""

    def put(self, relative: str, content: bytes) -> object:
        """Nothing."""
        return relative, content

    def stamp(self, moment: str) -> None:
        """Nothing."""

    def stamped(self) -> bool:
        """Nothing is awaited."""
        return True


def read(bundle: Path, *, live: bool = False) -> Recording:
    """*bundle* as it would be replayed."""
    return read_recording(bundle, KNOWN, live=live)


def now(label: str = "Email address", aria: str = ARIA) -> Facts:
    """What a walk sees whose form has *label* and *aria*."""
    kept: Recorder = Dropping()
    watched = Watched(kept)
    watched.keep(shot("the empty form", label, aria))
    return watched.facts


def test_what_is_read(recorded: Make) -> None:
    """The flow, the scenario, the language, the pictures, and that nothing is wrong."""
    found = read(recorded())

    assert FLOW.steps == found.flow.steps
    assert ("desktop", "nl", ()) == (found.scenario, found.language, found.changed)
    assert () == found.broken
    assert {"email": "label", "reason": "row"} == found.facts.found
    assert ["the empty form", "the form as it will be sent"] == [
        found.picture(number)[0].replace("-", " ")  # type: ignore[index]
        for number in (0, EMPTY + 1)
    ]


def test_the_same(recorded: Make) -> None:
    """A form that is as it was has nothing but sameness to tell."""
    findings = compare(EMPTY, FLOW, read(recorded()).facts, now())

    assert {"labels", "names", "kinds", "text", "send control"} == {f.what for f in findings}
    assert all(f.same for f in findings)


def test_a_renamed_label(recorded: Make) -> None:
    """Of a renamed label the old and the new wording are told, and what else is the same."""
    aria = ARIA.replace('textbox "Email address"', 'textbox "Your mail"')
    findings = {f.what: f for f in compare(EMPTY, FLOW, read(recorded()).facts, now("Mail", aria))}

    assert (False, "Email address", "Mail") == (
        findings["labels"].same,
        findings["labels"].then,
        findings["labels"].now,
    )
    assert findings["names"].same
    assert findings["send control"].same
    assert '- textbox "Your mail"' == findings["text"].now


def test_another_send_control(recorded: Make) -> None:
    """A send control with another known wording is told as different."""
    findings = compare(
        EMPTY, FLOW, read(recorded()).facts, now(aria=ARIA.replace("Submit", "Send"))
    )
    send = next(f for f in findings if f.what == "send control")

    assert (False, "Submit", "Send") == (send.same, send.then, send.now)


def test_what_a_bundle_does_not_tell() -> None:
    """Without a recorded capture nothing is called the same."""
    findings = compare(EMPTY, FLOW, Facts(), now())

    assert {None} == {f.same for f in findings}


def test_values_and_states_are_no_text() -> None:
    """What was typed, also on several lines, and digits make no difference."""
    other = ARIA.replace("anna@example.org", "b@example.org").replace("My reason.", "Another.")

    assert text_of(ARIA) == text_of(other)
    assert '- textbox "Explain"' in text_of(ARIA)
    assert not any("Not a button" in line for line in text_of(ARIA))
    assert text_of("- text: 12 of 500") == text_of("- text: 3 of 500")


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("http://www.facebook.com.localhost:1234/help?x=1#y", "https://www.facebook.com/help"),
        ("https://www.facebook.com/help", "https://www.facebook.com/help"),
        ("http://[", ""),
    ],
)
def test_practice_and_real_addresses_compare(address: str, plain: str) -> None:
    """A practice copy's address is compared as the flow writes it."""
    assert plain == plain_address(address)


def test_a_flow_that_changed_since(recorded: Make) -> None:
    """It is said which parts of today's flow are others; what ran then is what is replayed."""
    then = json.loads(FLOW.as_json())
    then["checked"] = "2025-01-01"
    then["sends_to"] = ["/elsewhere/"]
    found = read(recorded(json.dumps(then)))

    assert ("checked", "sends_to") == found.changed
    assert ("/elsewhere/",) == found.flow.sends_to


def test_a_flow_that_is_gone(recorded: Make) -> None:
    """A form of which filer has no flow today can be replayed; that is told."""
    known = KNOWN.__class__.of([KNOWN.flows["instagram"]])
    found = read_recording(recorded(), known, live=False)

    assert found.changed is None


def test_a_broken_bundle_can_be_replayed(recorded: Make) -> None:
    """What was changed after the seal is named by the numbers of the checks."""
    bundle = recorded()
    form = next((bundle / "data" / "form").iterdir())
    form.write_text(form.read_text().replace("Email address", "Mail"))

    assert 7 in read(bundle).broken
    assert FLOW.steps == read(bundle).flow.steps


def test_an_unsealed_bundle_can_be_replayed(recorded: Make) -> None:
    """So can one whose session never ended."""
    assert 3 in read(recorded(seal=False)).broken


def cut_log(bundle: Path) -> None:
    """Leaves nothing of the log."""
    (bundle / "data/session.jsonl").write_bytes(b"")


def no_flow(bundle: Path) -> None:
    """Takes the flow away."""
    shutil.rmtree(bundle / "data/flow")


def linked_flow(bundle: Path) -> None:
    """Puts a link in place of the flow."""
    flow = bundle / "data/flow/facebook.json"
    outside = bundle.parent / "outside.json"
    shutil.move(flow, outside)
    flow.symlink_to(outside)


def linked_folder(bundle: Path) -> None:
    """Puts a link in place of the flow's folder."""
    shutil.move(bundle / "data/flow", bundle.parent / "outside")
    (bundle / "data/flow").symlink_to(bundle.parent / "outside")


def linked_data(bundle: Path) -> None:
    """Puts a link in place of all data."""
    shutil.move(bundle / "data", bundle.parent / "outside")
    (bundle / "data").symlink_to(bundle.parent / "outside")


def pipe(bundle: Path) -> None:
    """Puts a pipe in place of the flow: whoever reads it waits for ever."""
    (bundle / "data/flow/facebook.json").unlink()
    os.mkfifo(bundle / "data/flow/facebook.json")


def huge_flow(bundle: Path) -> None:
    """Makes the flow longer than any is."""
    with (bundle / "data/flow/facebook.json").open("ab") as file:
        file.truncate(3 << 20)


def huge_log(bundle: Path) -> None:
    """Makes the log longer than any is; it takes no room on the disk."""
    with (bundle / "data/session.jsonl").open("ab") as file:
        file.truncate(40 << 20)


def huge_file(bundle: Path) -> None:
    """Adds a file that would take an hour to hash."""
    with (bundle / "data/film").open("wb") as file:
        file.truncate(1 << 40)


def many_files(bundle: Path) -> None:
    """Adds more files than any bundle has."""
    for number in range(2_100):
        (bundle / "data" / f"f{number}").touch()


def another_flow(bundle: Path) -> None:
    """The log names a flow that lies outside."""
    log = bundle / "data/session.jsonl"
    log.write_text(log.read_text().replace('"flow":"facebook"', '"flow":"../../../x"'))


@pytest.mark.parametrize(
    "spoil",
    [
        cut_log,
        no_flow,
        linked_flow,
        linked_folder,
        linked_data,
        pipe,
        huge_flow,
        huge_log,
        huge_file,
        many_files,
        another_flow,
    ],
    ids=lambda spoil: spoil.__name__,
)
def test_what_cannot_be_replayed(recorded: Make, spoil: Callable[[Path], None]) -> None:
    """Nothing is followed out of the bundle, and nothing larger than filer writes is read."""
    bundle = recorded()
    spoil(bundle)

    with pytest.raises((EvidenceBroken, FlowBroken)):
        read(bundle)


def test_pictures_and_forms_that_are_links(recorded: Make, tmp_path: Path) -> None:
    """A picture or a form that is a link is as good as none; the rest is compared."""
    secret = tmp_path / "secret.json"
    secret.write_text('{"fields": [{"label": "private", "name": "", "kind": ""}]}')
    bundle = recorded()
    for folder in ("form", "shots", "text"):
        for file in (bundle / "data" / folder).iterdir():
            file.unlink()
            file.symlink_to(secret)
    found = read(bundle)

    assert found.picture(0) is None
    assert [(None, None)] * 2 == [(c.controls, c.text) for c in found.facts.captures]


def test_a_log_that_names_files_outside(recorded: Make, tmp_path: Path) -> None:
    """A capture in the log that names a file outside the bundle is as good as none."""
    bundle = recorded()
    (tmp_path / "x.json").write_text('{"fields": [{"label": "x", "name": "x", "kind": "x"}]}')
    log = bundle / "data/session.jsonl"
    name = "form/001-the-empty-form.json"
    assert name in log.read_text()
    log.write_text(log.read_text().replace(name, "../../../../x.json"))

    assert read(bundle).facts.captures[0].controls is None
