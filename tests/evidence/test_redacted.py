"""A working copy: what was chosen is gone for good and named, and the rest is checked as ever."""

from __future__ import annotations

import base64
import io
import json
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from PIL import Image, PngImagePlugin

from filer.errors import EvidenceBroken, WrongUsage
from filer.evidence.authorities import named
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.export import contents, write_zip
from filer.evidence.hiding import BLANK, Box, Hidden
from filer.evidence.outer import stamp_seal
from filer.evidence.redact import Wishes, fields, working_copy
from filer.evidence.redacted_text import LINUX_LEFT
from filer.evidence.stamps import Stamps
from filer.evidence.tokens import read_roots
from filer.evidence.verify import verify
from filer.flow import load
from filer.ports import Reading, Shot
from tests.authority import Authority
from tests.end_to_end.command import Command
from tests.evidence.conftest import REASON, TickingClock

EMAIL = "anna.de.vries@example.org"
FORM = "data/form/002-the-form-as-it-will-be-sent"
SHOT = "data/shots/002-the-form-as-it-will-be-sent"
TEXT = "data/text/002-the-form-as-it-will-be-sent"


def picture(colour: str = "red") -> bytes:
    """A PNG of 40 by 30 pixels that also says whose it is, beside the pixels."""
    about = PngImagePlugin.PngInfo()
    about.add_text("Comment", "made by Anna")
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG", pnginfo=about)
    return out.getvalue()


def capture(name: str, email: str, reason: str = REASON) -> Shot:
    """A capture as the browser makes it."""
    said = json.dumps(email, ensure_ascii=False) if ":" in email else email
    return Shot(
        name=name,
        title="Bezwaar",
        address="https://www.facebook.com/help/contact/1",
        png=picture(),
        aria=f"- text: Your email address\n- textbox: {said}\n- textbox: {reason if email else ''}",
        fields=(
            Reading("Your email address *", "email", "email", email, filled_by="label"),
            Reading("Reason", "Field3067", "textarea", reason if email else "", filled_by="row"),
        ),
    )


def filing(root: Path, email: str = EMAIL, reason: str = REASON) -> Path:
    """A sealed filing in a case of its own, with an answer that shows nothing."""
    clock = TickingClock()
    case = new_case(root, "facebook", practice=False, clock=clock)
    bundle = Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock)
    bundle.put("flow/facebook.json", load("facebook").as_json().encode())
    bundle.keep(capture("the empty form", ""))
    bundle.keep(capture("the form as it will be sent", email, reason))
    answer = capture("the answer", "")
    bundle.keep(Shot(answer.name, answer.title, answer.address, answer.png, "- text: Thanks", ()))
    bundle.seal({"outcome": "stopped", "sent": False})
    return bundle.path


def paper(case: Path, name: str, content: bytes) -> Path:
    """A paper added to *case*."""
    bundle = Bundle.begin(case, "paper", flow="facebook", practice=False, clock=TickingClock())
    bundle.put(name, content)
    bundle.seal({"outcome": "added"})
    return bundle.path


@pytest.fixture
def bundle(root: Path) -> Path:
    """A filing."""
    return filing(root)


def copied(bundle: Path, wishes: Wishes, to: Path) -> Path:
    """The bundle in a working copy of its case that was written to the folder *to* and unpacked."""
    copy = working_copy(contents(bundle.parent), wishes, TickingClock())
    to.mkdir()
    write_zip(copy.entries, to / "copy.zip")
    with zipfile.ZipFile(to / "copy.zip") as archive:
        archive.extractall(to)
    return to / copy.name / bundle.name


def left_in(folder: Path) -> bytes:
    """Every byte of every file below *folder*, and every name."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\n".join(str(p.relative_to(folder)).encode() + b"\n" + p.read_bytes() for p in files)


def said_in(copy: Path) -> Mapping[str, Any]:
    """What its `redacted.json` says."""
    read: Mapping[str, Any] = json.loads((copy / "redacted.json").read_bytes())
    return read


def broken(copy: Path) -> list[int]:
    """The numbers of the checks that fail."""
    return [check.number for check in verify(copy).checks if not check.ok]


# --------------------------------------------------------------------------- hiding values


def test_a_hidden_value_is_nowhere(bundle: Path, tmp_path: Path) -> None:
    """After `--hide email` the address is in no byte of the copy, and the copy verifies."""
    before = left_in(bundle)
    copy = copied(bundle, Wishes(hide=("email",)), tmp_path / "out")
    form = json.loads((copy / f"{FORM}.redacted.json").read_text())

    assert EMAIL.encode() in before
    assert EMAIL.encode() not in left_in(copy.parent)
    assert [BLANK, REASON] == [row["value"] for row in form["fields"]]
    assert f"- textbox: {BLANK}" in (copy / f"{TEXT}.redacted.aria.yaml").read_text()
    assert [] == broken(copy)
    assert before == left_in(bundle)


def test_what_goes_with_a_hidden_value(bundle: Path, tmp_path: Path) -> None:
    """Start page, the picture of that page and every salt go; other pages' pictures stay."""
    salt = json.loads((bundle / f"{FORM}.json").read_text())["salt"]
    copy = copied(bundle, Wishes(hide=("email",)), tmp_path / "out")

    assert {
        "README.html": "start page",
        "data/form/001-the-empty-form.json": "salt",
        f"{FORM}.json": "hidden",
        f"{SHOT}.png": "hidden",
        f"{TEXT}.aria.yaml": "hidden",
        "data/text/001-the-empty-form.aria.yaml": "salt",
        "data/text/003-the-answer.aria.yaml": "salt",
    } == {each["name"]: each["why"] for each in said_in(copy)["removed"]}
    assert salt.encode() in left_in(bundle)
    assert salt.encode() not in left_in(copy.parent)
    assert (copy / "data/shots/001-the-empty-form.png").is_file()
    assert (copy / "data/shots/003-the-answer.png").is_file()


def test_a_salt_in_the_texts_goes_too(root: Path, tmp_path: Path) -> None:
    """Texts with the salt in them cannot be guessed, because it goes from all of them."""
    clock = TickingClock()
    case = new_case(root, "facebook", practice=False, clock=clock)
    made = Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock)
    made.keep(capture("the form", EMAIL))
    for name, text in (("with", f"- textbox: {EMAIL}"), ("without", "- text: Thanks")):
        made.put(f"text/{name}.aria.yaml", f"# {made.salt}\n{text}\n".encode())
    made.seal({"outcome": "stopped", "sent": False})
    wishes = Wishes(hide=("email",))
    copy = copied(made.path, wishes, tmp_path / "out")

    assert made.salt.encode() not in left_in(copy)
    assert (
        f"# {BLANK}\n- textbox: {BLANK}\n"
        == (copy / "data/text/with.redacted.aria.yaml").read_text()
    )
    assert (
        f"# {BLANK}\n- text: Thanks\n"
        == (copy / "data/text/without.redacted.aria.yaml").read_text()
    )
    assert [] == broken(copy)
    assert not working_copy(contents(case), wishes, clock).guessable


def test_a_text_without_the_salt(root: Path, tmp_path: Path) -> None:
    """That a hidden value could be guessed from a text without the salt is told."""
    clock = TickingClock()
    case = new_case(root, "facebook", practice=False, clock=clock)
    made = Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock)
    made.keep(capture("the form", EMAIL))
    made.put("text/bare.aria.yaml", f"- textbox: {EMAIL}\n".encode())
    made.seal({"outcome": "stopped", "sent": False})
    wishes = Wishes(hide=("email",))

    assert [] == broken(copied(made.path, wishes, tmp_path / "out"))
    assert working_copy(contents(case), wishes, clock).guessable


def test_pages_that_filer_cannot_be_sure_of(root: Path, tmp_path: Path) -> None:
    """A picture goes when its form held the value though its text does not, or has no text."""
    clock = TickingClock()
    case = new_case(root, "facebook", practice=False, clock=clock)
    made = Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock)
    held = capture("the form", EMAIL)
    made.keep(replace(held, aria="- textbox"))
    made.keep(replace(held, name="no text", aria=None, fields=()))
    made.keep(replace(held, name="another page", aria="- text: Thanks", fields=()))
    made.seal({"outcome": "stopped", "sent": False})
    copy = copied(made.path, Wishes(hide=("email",)), tmp_path / "out")

    assert {
        "README.html": "start page",
        "data/form/001-the-form.json": "hidden",
        "data/shots/001-the-form.png": "hidden",
        "data/text/001-the-form.aria.yaml": "unseen",
        "data/shots/002-no-text.png": "unseen",
        "data/text/003-another-page.aria.yaml": "salt",
    } == {each["name"]: each["why"] for each in said_in(copy)["removed"]}
    assert [] == broken(copy)


@pytest.mark.parametrize("name", ["reason", "Reason", "REASON *", "Field3067", "textarea"])
def test_fields_have_many_names(bundle: Path, tmp_path: Path, name: str) -> None:
    """A field is called as filer, its flow, the page or the form calls it."""
    copy = copied(bundle, Wishes(hide=(name,)), tmp_path / "out")

    assert ["email", "reason"] == fields(contents(bundle.parent))
    assert REASON.encode() not in left_in(copy)
    assert EMAIL.encode() in left_in(copy)
    assert [] == broken(copy)


def test_no_such_field(bundle: Path, tmp_path: Path) -> None:
    """A field that no form has is wrong usage: nothing seems hidden that is not."""
    with pytest.raises(WrongUsage, match='has a field "phone"'):
        copied(bundle, Wishes(hide=("email", "phone")), tmp_path / "out")


def test_other_bundles_of_the_case(bundle: Path, tmp_path: Path) -> None:
    """The value is looked for in the whole case; what filer cannot look into goes."""
    case = bundle.parent
    paper(case, "mail/0001.eml", b"To: =?utf-8?b?" + base64.b64encode(EMAIL.encode()) + b"?=\n\nx")
    paper(case, "paper/receipt.pdf", b"%PDF-1.7")
    paper(case, "note.txt", f"I wrote from {EMAIL.upper()}, and phoned.".encode())
    paper(case, "paper/letter.txt", b"Dear Meta")
    copy = copied(bundle, Wishes(hide=("email",)), tmp_path / "out").parent

    assert EMAIL.lower().encode() not in left_in(copy).lower()
    assert ["data/mail/0001.eml"] == [
        r["name"] for r in said_in(copy / "02-paper")["removed"] if r["why"] == "unseen"
    ]
    assert not (copy / "03-paper/data/paper/receipt.pdf").exists()
    assert (
        f"I wrote from {BLANK}, and phoned."
        == (copy / "04-paper/data/note.redacted.txt").read_text()
    )
    assert not (copy / "05-paper/redacted.json").exists()
    assert [[], [], [], [], []] == [broken(each) for each in sorted(copy.iterdir())]


def test_a_value_in_a_file_name_cannot_be_hidden(bundle: Path, tmp_path: Path) -> None:
    """The lists name files and have to stay; then there is no copy at all, dropped or not."""
    paper(bundle.parent, "paper/mail-Anna-de-Vries-example-org.pdf", b"%PDF")
    wishes = Wishes(hide=("email",), drop=("data/paper/*",))

    with pytest.raises(EvidenceBroken, match="stands in the name of 02-paper/data/paper/mail"):
        copied(bundle, wishes, tmp_path / "out")


def test_a_value_in_the_log_cannot_be_hidden(root: Path, tmp_path: Path) -> None:
    """A value that is a word of the log stays there, so it is not said to be hidden."""
    named = filing(root, "meta@example.org", "https://www.facebook.com/help/contact/1")

    with pytest.raises(EvidenceBroken, match=r"session\.jsonl, which has to stay"):
        copied(named, Wishes(hide=("reason",)), tmp_path / "out")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    email=some.emails(),
    reason=some.text(
        some.characters(codec="utf-8", exclude_characters="\0"), min_size=6, max_size=60
    ).filter(lambda text: len(text.strip()) >= 6),
    also=some.sampled_from(["plain", "upper", "json", "wrapped", "base64", "utf-16"]),
)
def test_no_hidden_value_survives(email: str, reason: str, also: str) -> None:
    """Whatever was typed, and however a further file spells it, no copy holds it."""
    spelt = {
        "plain": reason.encode(),
        "upper": reason.upper().encode("utf-8", "replace"),
        "json": json.dumps({"said": reason}).encode(),
        "wrapped": "\n".join(reason.split(" ")).encode(),
        "base64": base64.b64encode(b"xx" + reason.encode()),
        "utf-16": reason.encode("utf-16-le"),
    }[also]
    with tempfile.TemporaryDirectory() as folder:
        made = filing(Path(folder) / "evidence", email, reason)
        paper(made.parent, "note.txt", spelt)
        try:
            copy = copied(made, Wishes(hide=("email", "reason")), Path(folder) / "out")
        except EvidenceBroken:
            return  # the value is a word of the log itself: nothing was written
        left = left_in(copy.parent)
        results = [verify(each) for each in sorted(copy.parent.iterdir())]

    for value in (email, reason.strip()):
        for spelling in (
            value,
            json.dumps(value)[1:-1],
            json.dumps(value, ensure_ascii=False)[1:-1],
        ):
            assert spelling.encode() not in left
    assert spelt not in left
    assert all(result.ok for result in results)


@settings(deadline=None)
@given(value=some.text(min_size=6).filter(lambda text: len(text.strip()) >= 6), before=some.text())
def test_hiding_and_finding_agree(value: str, before: str) -> None:
    """A text that holds a value is known to, and what comes out of it does not hold it."""
    hidden = Hidden([value])
    raw = f"{before}{value.strip()}{before}".encode("utf-8", "backslashreplace")
    made = hidden.without(raw)

    assert hidden.in_text(raw)
    assert made is None or not hidden.in_text(made)


# --------------------------------------------------------------------------- dropping, blackening


def test_dropped_files_are_gone_and_named(bundle: Path, tmp_path: Path) -> None:
    """`--drop` takes files out by pattern; each is named with its hash, and it verifies."""
    listed = (bundle / "manifest-sha256.txt").read_text()
    copy = copied(bundle, Wishes(drop=("data/shots/*", "01-filing/data/text/002*")), tmp_path / "o")
    said = said_in(copy)
    result = verify(copy)

    assert not (copy / "data/shots").exists()
    assert [None] * 5 == [each["replaced_by"] for each in said["removed"]]
    assert all(
        f"{each['sha256']}  {each['name']}\n" in listed
        for each in said["removed"]
        if each["name"] != "README.html"
    )
    assert result.ok
    assert list(result.removed) == sorted(each["name"] for each in said["removed"])
    assert "3 more were taken out" not in result.checks[4].got
    assert "4 more were taken out" in result.checks[6].got


@pytest.mark.parametrize("pattern", ["data/shots", "data/shots/", "./data/shots/*", "*/shots/*"])
def test_folders_and_patterns(bundle: Path, tmp_path: Path, pattern: str) -> None:
    """A folder means all that is in it."""
    copy = copied(bundle, Wishes(drop=(pattern,)), tmp_path / "out")

    assert 4 == len(said_in(copy)["removed"])
    assert [] == broken(copy)


@pytest.mark.parametrize(
    "pattern",
    [
        "data/session.jsonl",
        "manifest-sha256.txt",
        "seal.sha256",
        "bagit.txt",
        "data/nothing",
        "",
        "/",
    ],
)
def test_what_has_to_stay(bundle: Path, tmp_path: Path, pattern: str) -> None:
    """The log and the lists cannot be dropped, nor what is not there."""
    with pytest.raises(WrongUsage):
        copied(bundle, Wishes(drop=(pattern,)), tmp_path / "out")


def test_everything_that_can_go(bundle: Path, tmp_path: Path) -> None:
    """`--drop '*'` leaves log, lists and seal, which still verify."""
    copy = copied(bundle, Wishes(drop=("*",)), tmp_path / "out")
    names = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}

    assert {
        "REDACTED.txt",
        "VERIFY.txt",
        "bag-info.txt",
        "bagit.txt",
        "data/session.jsonl",
        "manifest-sha256.txt",
        "redacted.json",
        "seal.sha256",
        "tagmanifest-sha256.txt",
    } == names
    assert [] == broken(copy)


def test_dropping_a_reading_takes_the_salt(bundle: Path, tmp_path: Path) -> None:
    """With one reading of the form gone, the salt that hides its values goes from the others."""
    salt = json.loads((bundle / f"{FORM}.json").read_text())["salt"]
    copy = copied(bundle, Wishes(drop=(f"{FORM}.json",)), tmp_path / "out")

    assert (copy / "data/form/001-the-empty-form.redacted.json").is_file()
    assert salt.encode() not in left_in(copy)
    assert [] == broken(copy)


def test_what_still_shows_the_page_is_said(bundle: Path) -> None:
    """Picture gone, text still there: the person is told to look."""
    copy = working_copy(contents(bundle.parent), Wishes(drop=(f"{SHOT}.png",)), TickingClock())

    assert (f"01-filing/{FORM}.json", f"01-filing/{TEXT}.aria.yaml") == copy.look_at


def test_blackened_pixels_are_gone(bundle: Path, tmp_path: Path) -> None:
    """The boxes are black in a new file with another name, nothing but pixels is in it."""
    wishes = Wishes(blacken=((f"{SHOT}.png", Box(5, 5, 10, 4)), (f"{SHOT}.png", Box(38, 28, 9, 9))))
    copy = copied(bundle, wishes, tmp_path / "out")
    made = (copy / f"{SHOT}.redacted.png").read_bytes()
    with Image.open(io.BytesIO(made)) as image:
        image.load()
        black = {
            (x, y)
            for x in range(image.width)
            for y in range(image.height)
            if image.getpixel((x, y)) == (0, 0, 0)
        }
        assert {(255, 0, 0), (0, 0, 0)} == {c for _n, c in image.getcolors() or []}

    boxes = {(x, y) for x in range(5, 15) for y in range(5, 9)}
    assert boxes | {(x, y) for x in (38, 39) for y in (28, 29)} == black
    assert b"made by Anna" in (bundle / f"{SHOT}.png").read_bytes()
    assert b"made by Anna" not in made
    assert not (copy / f"{SHOT}.png").exists()
    assert "blackened" in {each["why"] for each in said_in(copy)["removed"]}
    assert [] == broken(copy)


@pytest.mark.parametrize(
    ("file", "box"),
    [
        (f"{SHOT}.png", Box(40, 0, 5, 5)),
        (f"{SHOT}.png", Box(0, 30, 5, 5)),
        (f"{FORM}.json", Box(0, 0, 5, 5)),
        ("data/shots/x.png", Box(0, 0, 5, 5)),
        ("data/session.jsonl", Box(0, 0, 5, 5)),
        ("../../etc/passwd", Box(0, 0, 5, 5)),
    ],
)
def test_what_cannot_be_blackened(bundle: Path, tmp_path: Path, file: str, box: Box) -> None:
    """A box outside the picture, or no picture: wrong usage."""
    with pytest.raises(WrongUsage):
        copied(bundle, Wishes(blacken=((file, box),)), tmp_path / "out")


def test_blackened_and_hidden(bundle: Path, tmp_path: Path) -> None:
    """With something to hide, a picture that the person blackened stays as they made it."""
    wishes = Wishes(hide=("email",), blacken=((f"{SHOT}.png", Box(0, 0, 40, 30)),))
    copy = copied(bundle, wishes, tmp_path / "out")

    assert (copy / f"{SHOT}.redacted.png").is_file()
    assert [] == broken(copy)


def test_one_name_in_two_bundles(bundle: Path, tmp_path: Path) -> None:
    """A picture that lies in two bundles has to be named with its bundle."""
    paper(bundle.parent, f"shots/{Path(SHOT).name}.png", picture("blue"))

    with pytest.raises(WrongUsage, match="lies in several bundles"):
        copied(bundle, Wishes(blacken=((f"{SHOT}.png", Box(0, 0, 5, 5)),)), tmp_path / "a")
    named = Wishes(blacken=((f"02-paper/{SHOT}.png", Box(0, 0, 5, 5)),))
    copy = copied(bundle, named, tmp_path / "b").parent
    assert not (copy / "01-filing/redacted.json").exists()
    assert (copy / f"02-paper/{SHOT}.redacted.png").is_file()


# --------------------------------------------------------------------------- a stranger looks


def test_stock_tools_check_what_is_left(bundle: Path, tmp_path: Path) -> None:
    """The lines of REDACTED.txt accept the copy, and refuse it when a file that is left changed."""
    copy = copied(bundle, Wishes(hide=("email",), drop=("data/shots/*",)), tmp_path / "out")
    text = (copy / "REDACTED.txt").read_text()
    one = "sha256sum -c --strict --ignore-missing manifest-sha256.txt"
    accepted = [subprocess.run(["bash", "-c", c], cwd=copy, check=False) for c in (LINUX_LEFT, one)]
    (copy / f"{TEXT}.redacted.aria.yaml").write_text("mine")  # sealed by nobody: filer tells
    with (copy / "data/text/003-the-answer.aria.yaml").open("a") as file:
        file.write("changed")
    refused = [subprocess.run(["bash", "-c", c], cwd=copy, check=False) for c in (LINUX_LEFT, one)]

    assert LINUX_LEFT in text
    assert one in text
    assert f"{SHOT}.png\n" in text
    assert [0, 0] == [each.returncode for each in accepted]
    assert [1, 1] == [each.returncode for each in refused]


def test_lists_log_and_seals_are_the_original_ones(bundle: Path, tmp_path: Path) -> None:
    """Everything that is left under its own name has the bytes it had."""
    copy = copied(bundle, Wishes(hide=("email", "reason")), tmp_path / "out")
    own = {path.relative_to(copy) for path in copy.rglob("*") if path.is_file()}
    same = {name for name in own if (bundle / name).is_file()}

    assert {"redacted.json", "REDACTED.txt"} < {str(name) for name in own - same}
    assert all((bundle / name).read_bytes() == (copy / name).read_bytes() for name in same)
    assert {"seal.sha256", "tagmanifest-sha256.txt", "data/session.jsonl"} < set(map(str, same))


def _append(name: str) -> Callable[[Path], None]:
    def act(copy: Path) -> None:
        with (copy / name).open("ab") as file:
            file.write(b" ")

    return act


def _create(name: str) -> Callable[[Path], None]:
    def act(copy: Path) -> None:
        (copy / name).write_text("mine")

    return act


def _garble(copy: Path) -> None:
    (copy / "redacted.json").write_text("{")


def _link(copy: Path) -> None:
    (copy / "redacted.json").rename(copy.parent / "x")
    (copy / "redacted.json").symlink_to(copy.parent / "x")


def _edit(act: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def edit(copy: Path) -> None:
        said = json.loads((copy / "redacted.json").read_bytes())
        act(said)
        (copy / "redacted.json").write_text(json.dumps(said))

    return edit


def _also_removed(name: str, *, unlink: bool = True) -> Callable[[Path], None]:
    """Take *name* out as well, and let `redacted.json` say so."""

    def act(copy: Path) -> None:
        digest = subprocess.run(
            ["sha256sum", name], cwd=copy, check=True, capture_output=True, text=True
        ).stdout[:64]
        size = (copy / name).stat().st_size
        entry = {"name": name, "sha256": digest, "size": size, "why": "dropped"}
        _edit(lambda said: said["removed"].append({**entry, "replaced_by": None}))(copy)
        if unlink:
            (copy / name).unlink()

    return act


def _put_in(name: str) -> Callable[[Path], None]:
    """Add a file *name*, and let `redacted.json` say so."""

    def act(copy: Path) -> None:
        (copy / name).write_bytes(b"mine")
        digest = subprocess.run(
            ["sha256sum", name], cwd=copy, check=True, capture_output=True, text=True
        ).stdout[:64]
        _edit(lambda said: said["added"].append({"name": name, "sha256": digest}))(copy)

    return act


def _swap_stand_in(copy: Path) -> None:
    """Make README.html "stand in" for the start page that was taken out."""
    (copy / "README.html").write_bytes(b"mine")
    _put_in("README.html")(copy)
    _edit(lambda said: said["removed"][0].update(replaced_by="README.html"))(copy)


WRONG: dict[str, tuple[Callable[[Path], None], set[int]]] = {
    "a file that is left was changed": (_append("data/text/003-the-answer.aria.yaml"), {7, 9, 12}),
    "the log was changed": (_append("data/session.jsonl"), {7, 9, 10, 11, 13, 14, 12}),
    "an absence that is not named": (
        lambda copy: (copy / "data/shots/003-the-answer.png").unlink(),
        {7, 9, 12},
    ),
    "a tag file is missing": (lambda copy: (copy / "VERIFY.txt").unlink(), {5}),
    "what stands in was changed": (_append(f"{FORM}.redacted.json"), {8, 12, 30}),
    "what stands in is missing": (lambda copy: (copy / f"{FORM}.redacted.json").unlink(), {30}),
    "REDACTED.txt was changed": (_append("REDACTED.txt"), {8, 30}),
    "redacted.json is missing": (
        lambda copy: (copy / "redacted.json").unlink(),
        {5, 7, 8, 9, 12},
    ),
    "redacted.json is no JSON": (_garble, {5, 7, 8, 9, 12, 30}),
    "redacted.json is a link": (_link, {2, 5, 7, 8, 9, 12, 30}),
    "another format": (_edit(lambda s: s.update(format="filer-redaction/2")), {5, 7, 8, 9, 12, 30}),
    "of another bundle": (_edit(lambda s: s.update(sealed="0" * 64)), {30}),
    "another hash of what was taken out": (
        _edit(lambda s: s["removed"][1].update(sha256="0" * 64)),
        {7, 12},
    ),
    "another size of what was taken out": (_edit(lambda s: s["removed"][1].update(size=5)), {9}),
    "a reason that is none": (
        _edit(lambda s: s["removed"][1].update(why="because")),
        {5, 7, 8, 9, 12, 30},
    ),
    "named twice": (
        _edit(lambda s: s["removed"].append(s["removed"][1])),
        {5, 7, 8, 9, 12, 30},
    ),
    "names nothing": (_edit(lambda s: s.update(removed=[])), {5, 7, 8, 9, 12, 30}),
    "named, and still there": (_also_removed("data/shots/003-the-answer.png", unlink=False), {30}),
    "a file on no list": (_create("data/extra.redacted.txt"), {8, 12}),
    "an addition in nobody's place": (_put_in("data/extra.redacted.txt"), {5, 7, 8, 9, 12, 30}),
    "an addition that passes for an original": (_put_in("data/extra.txt"), {5, 7, 8, 9, 12, 30}),
    "a start page of somebody else": (_swap_stand_in, {5, 7, 8, 9, 12, 30}),
    **{
        f"{name} may not be missing": (_also_removed(name), numbers)
        for name, numbers in {
            "data/session.jsonl": {5, 7, 8, 9, 10, 11, 12, 13, 14, 15},
            "manifest-sha256.txt": {5, 6, 7, 8, 9, 12},
            "tagmanifest-sha256.txt": {3, 4, 5, 8},
            "seal.sha256": {3},
            "bagit.txt": {1, 5},
            "bag-info.txt": {5, 9, 15},
            "VERIFY.txt": {5},
        }.items()
    },
}


@pytest.mark.parametrize("way", WRONG)
def test_ways_of_being_wrong(bundle: Path, tmp_path: Path, way: str) -> None:
    """Nothing else may differ from the original; the checks that see it are those expected."""
    act, expected = WRONG[way]
    copy = copied(bundle, Wishes(hide=("email",)), tmp_path / "out")
    assert [] == broken(copy)
    act(copy)
    result = verify(copy)

    assert not result.ok
    assert expected <= set(broken(copy))
    assert (30 in {check.number for check in result.checks}) is result.is_copy


def test_a_changed_original_is_not_made_whole(bundle: Path, tmp_path: Path) -> None:
    """Taking out a file that was tampered with does not hide that it was."""
    (bundle / f"{SHOT}.png").write_bytes(picture("blue"))
    copy = copied(bundle, Wishes(drop=("data/shots/*",)), tmp_path / "out")

    assert {7, 12} <= set(broken(copy))


def test_a_copy_is_not_exported_again(bundle: Path, tmp_path: Path) -> None:
    """A copy of a copy would only look more like an original."""
    copy = copied(bundle, Wishes(drop=("data/shots/*",)), tmp_path / "out")

    with pytest.raises(WrongUsage, match="is a working copy"):
        contents(copy.parent)


def test_chains_of_bundles_hold_in_a_copy(filed: Callable[..., Path], tmp_path: Path) -> None:
    """A bundle that follows another is checked against that one's seal, which is still there."""
    first = filed("refused")
    second = filed(case=first.parent)
    copy = copied(second, Wishes(drop=("01-filing/data/shots/*",)), tmp_path / "out")
    shutil.rmtree(copy.parent / "01-filing/data/flow")

    assert [] == broken(copy)
    assert not verify(copy.parent / "01-filing").ok


def test_timestamps_hold_in_a_copy(root: Path, authority: Authority, tmp_path: Path) -> None:
    """Tokens over the log and over the seal are checked in the copy as in the original."""
    clock, pinned = TickingClock(), read_roots(authority.root)
    asked = Stamps(named(authority.url.split()), pinned, {}, clock)
    case = new_case(root, "facebook", practice=False, clock=clock)
    bundle = Bundle.begin(
        case, "filing", flow="facebook", practice=False, clock=clock, stamps=asked
    )
    bundle.keep(capture("the form", EMAIL))
    bundle.stamp("start")
    asked.wait(10.0, None)
    bundle.seal({"outcome": "stopped", "sent": False})
    stamp_seal(bundle.path, asked)
    copy = copied(bundle.path, Wishes(hide=("email",), drop=("data/shots",)), tmp_path / "out")
    before, after = verify(bundle.path, pinned), verify(copy, pinned)
    token = next((copy / "timestamps").glob("*.tsr"))
    token.write_bytes(token.read_bytes()[:-1])

    assert before.ok
    assert after.ok
    assert [c.got for c in before.checks[17:21]] == [c.got for c in after.checks[17:21]]
    assert "closed before" in after.checks[20].got
    assert {18, 19} <= set(broken(copy))


# --------------------------------------------------------------------------- the command


def test_redacted_command(filer: Command, bundle: Path) -> None:
    """`filer export CASE --hide email` writes a working copy and never the original."""
    run = filer("export", str(bundle), "--hide", "email", "--json")
    target = filer.folder / f"{bundle.parent.name}-working-copy.zip"
    with zipfile.ZipFile(target) as archive:
        archive.extractall(filer.folder)
    checked = filer("verify", str(target.with_suffix("")), "--json")
    told = filer("verify", str(target.with_suffix("")))

    assert 0 == run.code, run.stderr
    assert run.result["redacted"] is True
    assert f"01-filing/{SHOT}.png" in run.result["removed"]
    assert f"  01-filing/{SHOT}.png\n" in run.stderr
    assert (0, True) == (checked.code, checked.result["ok"])
    assert f"{SHOT}.png" in checked.result["redacted"]
    assert "WORKING COPY, not the original. Taken out, so not checked:" in told.stdout
    assert "What is left is in order. This is a WORKING COPY" in told.stdout
    assert "\n  In order." not in told.stdout
    assert "  1 ok     It is a bundle\n" in told.stdout
    assert " 21 n/a    The seal is timestamped\n" in told.stdout


def test_an_original_says_that_it_is_one(filer: Command, bundle: Path) -> None:
    """An original has nothing under "redacted"."""
    assert [] == filer("verify", str(bundle), "--json").result["redacted"]


def test_nobody_to_ask_what_to_take_out(filer: Command, bundle: Path) -> None:
    """Without a choice and without a terminal it is wrong usage, and the choices are named."""
    run = filer("export", str(bundle), "--redacted")

    assert 2 == run.code
    assert "--drop 'data/shots/*'" in run.stderr
    assert "(here: email, reason)" in run.stderr
    assert [] == list(filer.folder.glob("*.zip"))


@pytest.mark.parametrize(
    "typed", ["x", "x.png:1,2,3", "x.png:1,2,3,0", "x.png:a,b,c,d", ":1,1,1,1"]
)
def test_boxes_that_are_none(filer: Command, bundle: Path, typed: str) -> None:
    """What is no box is wrong usage, with what one looks like."""
    run = filer("export", str(bundle), "--blacken", typed)

    assert 2 == run.code
    assert "data/shots/001-x.png:X,Y,W,H" in run.stderr


def test_chosen_by_number(filer: Command, bundle: Path) -> None:
    """In a terminal every file is listed with what it shows, and numbers are taken out."""
    asked = filer.start("export", str(bundle), "--redacted", "--json", terminal=True)
    asked.until_said("numbers: ")
    listed = [line for line in asked.stderr.splitlines() if "picture of a page" in line]
    asked.type("all of it")
    asked.until_said("Please type numbers from 1 to ")
    asked.type(f"{listed[0].split()[0]}-{listed[-1].split()[0]}")
    run = asked.finish()

    assert 0 == run.code, run.stderr
    assert 3 == len(listed)
    assert [
        "01-filing/README.html",
        "01-filing/data/shots/001-the-empty-form.png",
        f"01-filing/{SHOT}.png",
        "01-filing/data/shots/003-the-answer.png",
    ] == run.result["removed"]
    assert "Still in it, and of the same page as something you took out:" in run.stderr
