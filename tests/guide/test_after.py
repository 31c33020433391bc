"""After a filing: mail added, complaints and letters made, cases deleted, nothing left behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from filer import choices, freshness
from filer.clock import SystemClock
from filer.evidence import reading
from filer.evidence.bundle import Bundle, new_case
from filer.human.guide.window import LARGEST_FILE, GuideWindow
from tests.guide.hands import Doing, Hands, Sitting

Sit = Callable[..., Sitting]
KINDS = {"FILER_TSA_URLS": "", "FILER_MAIL_DNS": "no"}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case of practice, with one sealed filing in it."""
    clock = SystemClock()
    made = new_case(tmp_path / "evidence", "facebook", True, clock)
    bundle = Bundle.begin(made, "filing", flow="facebook", practice=True, clock=clock)
    bundle.put("environment.json", json.dumps({"time_zone": "CET +0100"}).encode())
    bundle.event("opened", browser="156")
    bundle.seal(
        {"outcome": "unavailable", "reason": "no form", "confirmed_by": None, "sent": False}
    )
    return made


def kinds(case: Path) -> list[str]:
    """What the bundles of *case* are."""
    return [bundle.name.rpartition("-")[2] for bundle in reading.bundles_in(case)]


def mail() -> bytes:
    """A mail as a file."""
    made = EmailMessage()
    made["From"], made["To"] = "Meta <noreply@support.facebook.com>", "sanne@example.org"
    made["Subject"] = "Your request"
    made.set_content("We have received your request.")
    return bytes(made)


def tended(sit: Sit, habits: dict[str, Doing], **more: object) -> Sitting:
    """A person who goes to their cases and does there what *habits* say, then closes filer."""
    sitting: Sitting = sit(habits, visible=False, given=KINDS, **more)
    return sitting


def drop(hands: Hands, *paths: Path) -> None:
    """Let files fall on the page, as the system's file manager does."""
    session = hands.page.context.new_cdp_session(hands.page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 200, "y": 400, "data": data})
    session.detach()


HOW = {"chosen": Hands.hand_over, "dropped": drop}


@pytest.mark.parametrize("how", HOW)
def test_files_are_added(sit: Sit, case: Path, tmp_path: Path, how: str) -> None:
    """Files come into the case by the dialog or by being dropped; a huge one is named."""
    names = ("mail.eml", "letter.pdf", "huge.bin")
    for name, content in zip(names, (mail(), b"%PDF-1.4 x", b""), strict=True):
        (tmp_path / name).write_bytes(content)
    with (tmp_path / "huge.bin").open("wb") as huge:
        huge.truncate(LARGEST_FILE + 1)
    told: list[str] = []

    def add(hands: Hands) -> None:
        if hands.seen.count("add") == 1:
            HOW[how](hands, *(tmp_path / name for name in names))
        else:
            told.append(hands.page.inner_text("main"))
            hands.leave()

    def cases(hands: Hands) -> None:
        hands.press(f"add:{case.name}")

    meaning: Doing = lambda hands: hands.press("go")  # noqa: E731 - as short as the others
    sitting = tended(
        sit,
        {
            "start": lambda h: h.press("cases"),
            "cases": cases,
            "add": add,
            "meaning of a mail": meaning,
        },
    )
    sitting.guided.home()

    assert ["filing", "mail", "paper"] == kinds(case)
    assert "huge.bin was not added" in told[0]


def test_a_note_is_kept_and_an_empty_one_is_asked_for(sit: Sit, case: Path) -> None:
    """Without a note or a file nothing is kept, and the page says what it needs."""
    said: list[str] = []

    def add(hands: Hands) -> None:
        said.append(hands.page.inner_text("main"))
        match len(said):
            case 1:
                hands.press("note")
            case 2:
                hands.type("note", "Meta called.")
                hands.press("note")
            case _:
                hands.leave()

    sitting = tended(sit, {"cases": lambda h: h.press(f"add:{case.name}"), "add": add})
    leaving(sitting)

    assert "Write a note first" in said[1]
    assert ["filing", "note"] == kinds(case)


def test_a_complaint_is_made_for_somebody_who_gave_no_country(
    sit: Sit, case: Path, tmp_path: Path
) -> None:
    """What is missing is asked, the authority too; then the folder is there and is opened.

    Who deletes the case then is told that the folder stays.
    """
    seen: list[str] = []

    def complain(hands: Hands) -> None:
        seen.append(hands.page.inner_text("main"))
        if len(seen) == 1:
            hands.press("go")
            return
        hands.choose("to", "nlap")
        hands.type("name", "Sanne Voorbeeld")
        hands.type("address", "Kerkstraat 1\n1234 AB Utrecht")
        hands.type("email", "sanne@example.org")
        hands.press("go")

    def complained(hands: Hands) -> None:
        hands.press("folder")
        hands.press("back")

    def cases(hands: Hands) -> None:
        hands.press(f"{'forget' if seen else 'complain'}:{case.name}")

    def forget(hands: Hands) -> None:
        seen.append(hands.page.inner_text("main"))
        hands.leave()

    habits = {"cases": cases, "complain": complain, "complained": complained, "forget": forget}
    sitting = tended(sit, habits)
    leaving(sitting)

    assert "Please choose one." in seen[1]
    (folder,) = (tmp_path / "downloads").iterdir()
    assert [str(folder)] == sitting.opened
    assert any(folder.glob("*complaint-nl.pdf"))
    assert ["filing", "complaint"] == kinds(case)
    assert f"name and address are in them: {folder}" in seen[2]


def test_a_case_is_deleted_after_it_was_said_what_is_lost(sit: Sit, case: Path) -> None:
    """Keeping it is the main button; the other one deletes."""
    said: list[str] = []

    def forget(hands: Hands) -> None:
        said.append(hands.page.inner_text("main"))
        hands.press("back" if len(said) == 1 else "delete")

    def cases(hands: Hands) -> None:
        if case.exists():
            hands.press(f"forget:{case.name}")
        else:
            hands.leave()

    leaving(tended(sit, {"cases": cases, "forget": forget}))

    assert not case.exists()
    assert "filer export" not in said[0]


@pytest.mark.usefixtures("case")
def test_nothing_of_filers_is_left_on_a_shared_computer(sit: Sit, tmp_path: Path) -> None:
    """One button removes cases, answers, dates and what was made; what is not filer's stays."""
    old = tmp_path / "downloads" / "practice-2026-11-01-complaint-ap-facebook"
    old.mkdir(parents=True)
    (old / "answers.txt").write_text("…")
    (tmp_path / "downloads" / "holiday.jpg").write_text("mine")
    kept = tmp_path / "kept" / "choices.json"
    choices.remember(kept, choices.TIMESTAMPS, yes=False)
    runs = kept.with_name(freshness.FILE)
    runs.write_text("{}")
    (tmp_path / "evidence" / "filer-dates.ics").write_text("…")
    listed: list[str] = []

    def cases(hands: Hands) -> None:
        hands.press("shared")

    def shared(hands: Hands) -> None:
        listed.append(hands.page.inner_text("dl"))
        hands.press("remove")

    leaving(tended(sit, {"cases": cases, "shared": shared, "told": lambda h: h.leave()}))

    assert all(str(path) in listed[0] for path in (tmp_path / "evidence", kept, runs, old))
    assert "filer-dates.ics" in listed[0]
    assert ["downloads", "downloads/holiday.jpg"] == sorted(
        str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")
    )


@pytest.mark.parametrize("code", [0, 1])
def test_what_is_opened_is_told_beside_its_button(sit: Sit, case: Path, code: int) -> None:
    """Whether it opened or not, the page stays where it is and says where the folder lies."""
    seen: list[str] = []

    def look(hands: Hands, name: str) -> None:
        said = hands.page.locator(".said")
        if name == "cases" and not seen:
            hands.press(f"folder:{case.name}")
            hands._done = 0  # it looks again
            seen.append("pressed")
        elif name == "cases" and said.count():
            seen.append(said.inner_text())
            hands.leave()
        elif name == "cases":
            hands._done = 0

    sitting = tended(sit, {})
    sitting.hands.look = look
    sitting.guided.tending.launch = lambda _what: code
    leaving(sitting)

    assert (code == 1) == ("could not open" in seen[1])
    assert seen[1].endswith(str(case))


def test_a_letter_is_made_for_somebody_without_an_account(sit: Sit, tmp_path: Path) -> None:
    """From the accounts to a letter, by what it needs; the folder is opened."""

    def letter(hands: Hands) -> None:
        hands.type("name", "Sanne Voorbeeld")
        hands.type("address", "Kerkstraat 1, Utrecht")
        hands.press("go")

    def written(hands: Hands) -> None:
        hands.press("folder")
        hands.press("back")

    habits: dict[str, Doing] = {
        "start": lambda h: h.press("begin"),
        "accounts": lambda h: h.leave() if "written" in h.seen else h.press("none"),
        "letter": letter,
        "written": written,
    }
    sitting = tended(sit, habits)
    sitting.guided.home()

    assert {".pdf", ".txt"} == {path.suffix for path in (tmp_path / "downloads").iterdir()}
    assert [str(tmp_path / "downloads")] == sitting.opened


def test_who_stopped_the_last_time_is_told_so(sit: Sit, tmp_path: Path) -> None:
    """The first page says that it ended before the send, and nothing where that is not known."""
    clock = SystemClock()
    made = new_case(tmp_path / "evidence", "facebook", True, clock)
    bundle = Bundle.begin(made, "filing", flow="facebook", practice=True, clock=clock)
    bundle.event("opened", browser="156")
    bundle.seal({"outcome": "stopped", "reason": "…", "confirmed_by": None, "sent": False})
    said: list[str] = []

    def start(hands: Hands) -> None:
        said.append(hands.page.inner_text("body"))
        hands.leave()

    tended(sit, {"start": start}).guided.home()

    assert "Last time you stopped" in said[0]
    assert "Your cases show what was sent before." in said[0]


def test_the_language_that_was_chosen_is_kept(tmp_path: Path) -> None:
    """A language comes back beside the answers; what is no language of filer's does not."""
    file = tmp_path / "kept" / "choices.json"
    before = choices.language(file)
    choices.remember(file, choices.TIMESTAMPS, yes=True)
    choices.remember_language(file, "nl")
    chosen = choices.language(file)
    choices.remember_language(file, "xx")

    assert ["", "nl", ""] == [before, chosen, choices.language(file)]
    assert choices.remembered(file, choices.TIMESTAMPS)


def test_a_folder_that_cannot_be_written_is_told_with_what_to_do(sit: Sit, tmp_path: Path) -> None:
    """The evidence folder is a file: nothing opens, nothing is sent, and the page says so."""
    (tmp_path / "evidence").write_text("a file")
    said: list[str] = []

    def told(hands: Hands) -> None:
        said.append(hands.page.inner_text("main"))
        hands.leave()

    habits: dict[str, Doing] = {
        "start": lambda h: h.press("facebook+instagram"),
        "details": lambda h: [
            h.type("email", "sanne@example.org"),
            h.type("reason", ""),
            h.press("go"),
        ],
        "practice or real": lambda h: h.press("practice"),
        "told": told,
    }
    sitting = tended(sit, habits)
    sitting.guided.home()

    assert [] == sitting.guided.results
    assert str(tmp_path / "evidence") in said[0]


def leaving(sitting: Sitting) -> None:
    """Go to the cases from the first page, until the person closes the guide."""
    sitting.hands.habits = {"start": lambda h: h.press("cases"), **sitting.hands.habits}
    sitting.guided.home()
    assert isinstance(sitting.hands, GuideWindow)
