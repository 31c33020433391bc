"""A complaint on the disk and in its case: made once, kept, timestamped, or refused."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from filer import complaining
from filer.complaint import handing_in
from filer.complaint.cases import status
from filer.complaint.deadlines import place
from filer.complaint.handing_in import HandedOut, Made
from filer.complaint.states import State
from filer.errors import EvidenceBroken, MachineLacks, WrongUsage
from filer.evidence import authorities, reading
from filer.evidence.export import contents
from filer.evidence.hiding import Box
from filer.evidence.reading import read_bundle
from filer.evidence.recover import recover
from filer.evidence.redact import Wishes, working_copy
from filer.evidence.stamps import Stamps
from filer.evidence.verify import verify
from tests.authority import Authority
from tests.complaint.making import ALL, GRANTED, Cases, SetClock
from tests.complaint.test_letters import pages
from tests.complaint.whole import ANNA, made_of, whole
from tests.end_to_end.command import Command, Run
from tests.end_to_end.pages import unheard_port

WHO = ("--name", "Anna Łukasiewicz", "--address", "Straat 1\n1000 AA Amsterdam")


def complain(
    case: Path,
    folder: Path,
    at: str = "2026-11-25 20:00",
    stamps: Any = None,
    to: str = "ap",
) -> HandedOut:
    """Make the complaint about *case* at a moment, as the command does."""
    folder.mkdir(exist_ok=True)
    matter = made_of(case, at=at, to=to)
    made = complaining.dossiers(matter)
    answers = complaining.answers(matter, made, ANNA)
    clock = SetClock().set(at)
    return handing_in.write(matter, made, answers, folder, clock=clock, stamps=stamps)


def run(filer: Command, case: Path, *more: str) -> Run:
    """The command about *case*."""
    return filer("complaint", str(case), "--to", "ap", *WHO, "--json", *more)


@pytest.fixture
def case(cases: Cases) -> Path:
    """A real case with three pictures and all that came after."""
    return whole(cases, practice=False, pictures=3)


# --------------------------------------------------------------------------- what is made


def test_the_upload_folder(case: Path, tmp_path: Path) -> None:
    """Beside the dossiers lie exhibits, mails and papers as they were sealed, for their owner."""
    out = complain(case, tmp_path / "up")
    there = {
        path.relative_to(out.folder).as_posix(): path.read_bytes()
        for path in out.folder.rglob("*")
        if path.is_file()
    }

    assert {f.path: f.content for f in out.files} == there
    assert sorted(there) == [
        "answers.txt",
        "complaint-en-light.pdf",
        "complaint-en.pdf",
        "complaint-nl-light.pdf",
        "complaint-nl.pdf",
        "exhibits/exhibit-001-the-empty-form.png",
        "exhibits/exhibit-002-the-form-as-it-will-be-sent.png",
        "exhibits/exhibit-003-meta-s-answer.png",
        "mail/02-mail.eml",
        "mail/03-mail.eml",
        "mail/04-mail.eml",
        "mail/05-mail.eml",
        "papers/06-paper-0001-paper.png",
    ]
    shots = sorted((case / "01-filing/data/shots").iterdir())
    assert [path.read_bytes() for path in shots] == [
        content for name, content in sorted(there.items()) if name.startswith("exhibits/")
    ]
    assert there["mail/02-mail.eml"] == (case / "02-mail/data/mail/0001.eml").read_bytes()
    modes = {path.stat().st_mode & 0o777 for path in out.folder.rglob("*") if path.is_file()}
    assert ({0o600}, 0o700) == (modes, out.folder.stat().st_mode & 0o777)


def test_kept_in_the_case(case: Path, tmp_path: Path) -> None:
    """The complaint becomes a sealed bundle whose log holds nothing personal; the case has it."""
    out = complain(case, tmp_path / "up")
    log = (out.bundle / "data/session.jsonl").read_text(encoding="utf-8")
    rests = json.loads((out.bundle / "data/complaint/rests-on.json").read_bytes())["tagmanifests"]

    assert (None, False) == (out.problem, out.already)
    assert verify(out.bundle).ok
    assert (out.bundle / "data/complaint/complaint-nl.pdf").read_bytes() == (
        out.folder / "complaint-nl.pdf"
    ).read_bytes()
    for value in (*ANNA.values.values(), "gezin", "Voorbeeldstraat"):
        assert value not in log or value in {"nl", "A."}, value
    assert rests["02-mail"] == _sha256(case / "02-mail/tagmanifest-sha256.txt")
    assert 7 == len(rests)


def _sha256(path: Path) -> str:
    done = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True)
    return done.stdout.split()[0]


def test_made_twice(case: Path, cases: Cases, tmp_path: Path) -> None:
    """The same complaint again is the same folder and bundle; after a new mail it is a new one."""
    one = complain(case, tmp_path / "up")
    again = complain(case, tmp_path / "up")
    elsewhere = complain(case, tmp_path / "other")
    cases.at("2026-11-25 18:00").mail(case, GRANTED)
    later = complain(case, tmp_path / "up")

    assert (one.folder, one.bundle, True) == (again.folder, again.bundle, again.already)
    assert one.bundle == elsewhere.bundle
    assert ["08-complaint", "10-complaint"] == [one.bundle.name, later.bundle.name]
    assert f"{one.folder.name}-2" == later.folder.name
    assert [False, False] == [later.already, one.folder == later.folder]


def test_what_somebody_wrote_into_the_folder(case: Path, tmp_path: Path) -> None:
    """A folder that holds anything else is left alone, and the complaint gets one of its own."""
    one = complain(case, tmp_path / "up")
    (one.folder / "my notes.txt").write_text("mine")
    again = complain(case, tmp_path / "up")

    assert one.folder != again.folder
    assert "mine" == (one.folder / "my notes.txt").read_text()


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(state, marks=[] if state in {"not sent", "refused"} else pytest.mark.proof)
        for state in sorted({*ALL} - {"not sent, broke off", "confirmed, evidence broken"})
    ],
)
def test_the_case_then_stands_at_complaint_made(state: str, cases: Cases, tmp_path: Path) -> None:
    """Whatever state a case is in: with a complaint in it, it says that one was made."""
    ALL[state](cases)
    (case,) = cases.root.iterdir()
    complain(case, tmp_path / "up", at="2027-01-20 10:00")
    (read,) = reading.cases(cases.root)
    stands = status(read, {}, place("nl"), dt.datetime(2027, 1, 20, 12, tzinfo=dt.UTC))

    assert State.COMPLAINT is stands.state
    assert [] == [each.broken for each in stands.troubles if each.broken]


def test_an_unclear_mail_is_to_be_read_first(cases: Cases) -> None:
    """Before the complaint is made, who has not read an unclear mail is told how to."""
    case = cases.at("2026-10-01 14:05").filing("confirmed")
    cases.at("2026-10-02 09:00").mail(case, "Thank you for your mail.")
    before = " ".join(complaining.before(made_of(case)))
    cases.at("2026-10-03 09:00").say(case, "received")
    after = " ".join(complaining.before(made_of(case)))

    assert "The mail in 02-mail is not clear to filer. Read it first" in before
    assert f"add {case} --means granted|received|refused|more|extended|code" in before
    assert "not clear" not in after


def test_a_closed_case_is_said(cases: Cases) -> None:
    """Who complains about a case that they closed is told so; a new send opens it again."""
    case = cases.at("2026-10-01 14:05").filing("confirmed")
    cases.at("2026-10-03 09:00").say(case, "closed")
    closed = " ".join(complaining.before(made_of(case)))
    cases.at("2026-10-04 09:00").filing("confirmed", case)
    again = " ".join(complaining.before(made_of(case)))

    assert "You closed this case." in closed
    assert "You closed this case." not in again


# --------------------------------------------------------------------------- practice and refusals


def test_practice_is_marked_everywhere(cases: Cases, tmp_path: Path, filer: Command) -> None:
    """Practice is on each page, in each name, in the text for the form, and said at the end."""
    case = whole(cases, pictures=2)
    (tmp_path / "up").mkdir()
    ran = filer("complaint", str(case), "--to", "ap", "--json", "--folder", str(tmp_path / "up"))
    folder = Path(str(ran.result["folder"]))

    assert 0 == ran.code, ran.stderr
    assert "Do not hand it in" in ran.stderr
    assert folder.name.startswith("practice-")
    names = [path.name for path in folder.rglob("*") if path.is_file()]
    assert ["answers.txt"] == [name for name in names if not name.startswith("practice-")]
    for path in folder.glob("*.pdf"):
        mark = "OEFENING. Geen echte" if "-nl" in path.name else "PRACTICE. Not a real"
        assert all(mark in page for page in pages(path)), path.name
    assert "OEFENING" in (folder / "answers.txt").read_text(encoding="utf-8")


def test_the_command(filer: Command, case: Path, tmp_path: Path) -> None:
    """The command makes it; status says so; verify, export and forget take the case as it is."""
    (tmp_path / "up").mkdir()
    ran = run(filer, case, "--folder", str(tmp_path / "up"))
    (stands,) = filer("status", "--json").results
    checked = filer("verify", str(case))
    exported = filer("export", str(case), "--to", str(tmp_path / "up"))
    forgotten = filer("forget", str(case), "--yes")

    assert 0 == ran.code, ran.stderr
    assert (True, "nlap", False) == tuple(ran.result[k] for k in ("sealed", "to", "practice"))
    assert "Nothing was sent" in ran.stderr
    assert "complaint made" == stands["state"], stands
    assert 0 == checked.code, checked.stdout + checked.stderr
    assert 0 == exported.code, exported.stderr
    assert 0 == forgotten.code, forgotten.stderr
    assert not case.exists()


def mixed(case: Path, cases: Cases) -> Path:
    """A case into which somebody moved a practice bundle."""
    other = cases.at("2026-11-23 14:05").filing("confirmed", practice=True)
    shutil.copytree(other / "practice-01-filing", case / "practice-09-filing")
    return case


def broken(case: Path, _cases: Cases) -> Path:
    """A case with a file that was changed."""
    (case / "01-filing/data/environment.json").write_bytes(b"[]\n")
    return case


def working_copied(case: Path, cases: Cases) -> Path:
    """A working copy, under the name of a case."""
    copy = working_copy(contents(case), Wishes(drop=("data/shots/*",)), cases.clock)
    made = cases.root.parent / "copy" / case.name
    for entry in copy.entries:
        path = made / entry.name.partition("/")[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = entry.source
        path.write_bytes(raw if isinstance(raw, bytes) else raw.read_bytes())
    return made


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (mixed, 2, "mixes practice and real"),
        (broken, 7, "01-filing is not in order: check 7"),
        (working_copied, 7, "working copy"),
    ],
    ids=["mixed", "broken", "working copy"],
)
def test_refused(
    change: Any, code: int, words: str, filer: Command, case: Path, cases: Cases, tmp_path: Path
) -> None:
    """What is no evidence of one real case makes no complaint, and nothing is left behind."""
    ran = run(filer, change(case, cases), "--folder", str(tmp_path))

    assert (code, True) == (ran.code, words in ran.stderr), ran.stderr
    assert [] == [*tmp_path.glob("*complaint*"), *cases.root.glob("*/*-complaint")]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nowhere", "--to", "ap"], 2, "no case nowhere"),
        (["CASE", "--to", "atlantis"], 2, "atlantis"),
        (["CASE", "--to", "de"], 2, "name the state"),
        (["CASE", "--to", "ap", "--folder", "/nowhere/at/all"], 2, "no folder"),
        (["CASE", "--to", "ap", "--list"], 2, "--list goes without a case"),
        (["CASE", "--to", "ap", "--name", ""], 4, "FILER_NAME"),
        (["CASE", "--to", "ap", "--address", ""], 4, "FILER_ADDRESS"),
    ],
    ids=lambda each: " ".join(each[:4]) if isinstance(each, list) else "",
)
def test_bad_input(
    filer: Command, case: Path, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    """What cannot be done ends with a sentence that says what is missing, and makes nothing."""
    given = [str(case) if each == "CASE" else each for each in arguments]
    ran = filer("complaint", *WHO, *given, "--json")

    assert (code, True) == (ran.code, words in ran.stderr), ran.stderr
    assert [] == [*tmp_path.glob("*complaint*"), *case.glob("*-complaint")]


def test_no_objection(cases: Cases, tmp_path: Path) -> None:
    """A case that holds nothing but a mail shows no objection to complain about."""
    case = cases.at("2026-11-23 14:05").filing("confirmed")
    cases.mail(case, GRANTED)
    shutil.rmtree(case / "01-filing")

    with pytest.raises((WrongUsage, EvidenceBroken)):
        complain(case, tmp_path / "up")


# --------------------------------------------------------------------------- timestamps


def test_timestamped(case: Path, authority: Authority, tmp_path: Path) -> None:
    """Beside each full dossier lies a timestamp that openssl accepts for it, and for it alone."""
    clock = SetClock().set("2026-11-25 20:00")
    known = authorities.named([authority.url])

    def stamps() -> Stamps:
        return Stamps(known, (), {}, clock)

    out = complain(case, tmp_path / "up", stamps=stamps)
    tokens = sorted(out.folder.glob("*.tsr"))
    again = complain(case, tmp_path / "up", stamps=stamps)

    assert 1 == len(out.stamped)
    assert 3 == len(authority.asked)  # two dossiers and the seal, by one that keeps the pauses
    assert 1 == len(list(out.bundle.glob("*.tsr")))
    assert verify(out.bundle).ok
    assert ["complaint-en.pdf", "complaint-nl.pdf"] == [
        path.name.partition(".pdf.")[0] + ".pdf" for path in tokens
    ]
    for token in tokens:
        own = out.folder / (token.name.partition(".pdf.")[0] + ".pdf")
        other = next(path for path in out.folder.glob("complaint-??.pdf") if path != own)
        assert "Verification: OK" in _ask_openssl(own, token, authority.root)
        assert "Verification: OK" not in _ask_openssl(other, token, authority.root)
    assert (True, out.folder) == (again.already, again.folder)


def _ask_openssl(data: Path, token: Path, root: Path) -> str:
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", data, "-in", token, "-CAfile", root],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_nobody_stamps(case: Path, tmp_path: Path) -> None:
    """Where no authority answers, the complaint is made all the same, and the person is told."""
    clock = SetClock().set("2026-11-25 20:00")
    nobody = authorities.named([f"http://127.0.0.1:{unheard_port()}/tsa"])
    out = complain(case, tmp_path / "up", stamps=lambda: Stamps(nobody, (), {}, clock))
    said = " ".join(complaining.afterwards(out))

    assert ((), None) == (out.stamped, out.problem)
    assert "No timestamp authority confirmed" in said
    assert verify(out.bundle).ok
    assert (out.folder / "complaint-nl.pdf").is_file()


# --------------------------------------------------------------------------- no room, no power


def test_a_folder_that_takes_nothing(case: Path) -> None:
    """Where the folder cannot be written, the complaint is kept in its case, and that is said."""
    with pytest.raises(MachineLacks, match="cannot be written") as refused:
        complain(case, Path("/proc/self"))

    assert "kept in its case" in str(refused.value)
    assert [True] == [verify(each).ok for each in case.glob("*-complaint")]


def test_a_folder_half_written(tmp_path: Path) -> None:
    """Where the folder cannot be written to its end, nothing of it stays."""
    files = (Made("answers.txt", b"x"), Made("mail/" + "x" * 300, b"y"))

    with pytest.raises(MachineLacks):
        handing_in._write(tmp_path / "complaint", files)
    assert [] == list(tmp_path.iterdir())


LIMITED = """
import resource
import sys
from pathlib import Path

from filer.errors import FilerError
from tests.complaint.test_handing_in import complain

case, folder, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    complain(case, folder)
except FilerError as trouble:
    print(type(trouble).__name__, trouble)
"""


@pytest.mark.parametrize("limit", [0, 9_000, 200_000])
def test_no_room(limit: int, case: Path, cases: Cases, tmp_path: Path) -> None:
    """Wherever the room ends it is said, no half complaint counts, and it can be made again."""
    (tmp_path / "up").mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, case, tmp_path / "up", str(limit)],
        capture_output=True,
        text=True,
        check=False,
    )
    recover(cases.root, cases.clock)

    assert 0 == ran.returncode, ran.stderr
    assert ran.stdout.startswith(("NoRoom", "MachineLacks", "EvidenceFolder")), ran.stdout
    assert not [b for b in case.glob("*-complaint") if read_bundle(b).outcome == "added"]
    out = complain(case, tmp_path / "up")
    assert (None, False) == (out.problem, out.already)


KILLED = """
import os
import signal
import sys
from pathlib import Path

from filer.evidence.bundle import Bundle
from tests.complaint.test_handing_in import complain

case, folder, after = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
put, done = Bundle.put, []


def dies(bundle, name, content):
    done.append(name)
    if len(done) > after:
        os.kill(os.getpid(), signal.SIGKILL)
    return put(bundle, name, content)


Bundle.put = dies
complain(case, folder)
"""


@pytest.mark.parametrize("after", [1, 4])
def test_killed_while_it_is_kept(after: int, case: Path, cases: Cases, tmp_path: Path) -> None:
    """A complaint whose keeping broke off counts as none; nothing of it is taken for whole."""
    (tmp_path / "up").mkdir()
    command = [sys.executable, "-c", KILLED, case, tmp_path / "up", str(after)]
    ran = subprocess.run(command, capture_output=True, check=False)
    (left,) = case.glob("*-complaint")
    sealed = (left / "seal.sha256").exists()
    recover(cases.root, cases.clock)
    (read,) = reading.cases(cases.root)
    stands = status(read, {}, place("nl"), dt.datetime(2026, 11, 26, tzinfo=dt.UTC))

    assert (-signal.SIGKILL, False) == (ran.returncode, sealed)
    assert "interrupted" == read_bundle(left).outcome
    assert State.COMPLAINT is not stands.state
    assert [] == list((tmp_path / "up").iterdir())
    out = complain(case, tmp_path / "up")
    assert (None, False, True) == (out.problem, out.already, out.bundle != left)


# --------------------------------------------------------------------------- working copies


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes(drop=("data/shots/*",)),
        Wishes(drop=("01-filing/data/form/*",)),
        Wishes(hide=("email",)),
        Wishes(blacken=(("01-filing/data/shots/001-the-empty-form.png", Box(0, 0, 50, 50)),)),
    ],
    ids=["pictures dropped", "readings dropped", "hidden", "blackened"],
)
def test_a_working_copy_holds_no_complaint(
    wishes: Wishes, case: Path, cases: Cases, tmp_path: Path
) -> None:
    """What was taken out of a case is not brought back by a complaint in it, nor is the name."""
    complain(case, tmp_path / "up")
    copy = working_copy(contents(case), wishes, cases.clock)
    stays = [entry.name for entry in copy.entries if "-complaint/" in entry.name]
    raw = [
        entry.source if isinstance(entry.source, bytes) else entry.source.read_bytes()
        for entry in copy.entries
        if "-complaint/" in entry.name
    ]

    assert [] == [name for name in stays if name.endswith((".pdf", "answers.txt", "README.html"))]
    assert "08-complaint/data/complaint/complaint-nl.pdf" in copy.removed
    assert [] == [each for each in raw if "Łukasiewicz".encode() in each or b"Voorbeeld" in each]
    assert [] == [name for name in copy.removed if name.endswith("session.jsonl")]
