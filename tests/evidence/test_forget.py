"""Forgetting a case: what will be lost is said first, and only a case is ever deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from filer.errors import WrongUsage
from filer.evidence.bundle import Bundle
from filer.evidence.forget import forget, loss, sweep
from filer.evidence.recover import recover
from tests.end_to_end.command import Command
from tests.evidence.conftest import TickingClock


def said(case: Path, root: Path) -> str:
    """What is said before *case* is deleted."""
    return "\n".join(loss(str(case), root).sentences())


def test_what_will_be_lost_is_said(filed: Callable[..., Path], root: Path) -> None:
    """What it holds, in words, since when, and that it is the only evidence of a send."""
    case = filed("refused").parent
    filed(case=case)
    for kind in ("mail", "something-new"):
        with Bundle.begin(
            case, kind, flow="facebook", practice=False, clock=TickingClock()
        ) as added:
            added.seal({"outcome": "added", "reason": None, "sent": False})
    words = said(case, root)

    held = "2 forms filled in, 1 e-mail, 1 something-new"
    assert f"It holds 4 bundles ({held}), the first begun on " in words
    assert "It shows that your objection was sent." in words
    assert "your ONLY evidence here of an objection on facebook" in words
    assert "does not know here whether a deadline is running" in words
    assert f"export {case.name}" in words


def test_other_evidence_is_named(filed: Callable[..., Path], root: Path) -> None:
    """With another filing that was sent it is not the only evidence; a practice is none."""
    case, _practice, _stopped = filed().parent, filed(practice=True), filed("stopped")
    alone = said(case, root)
    other = filed("unknown").parent

    assert "ONLY" in alone
    assert "ONLY" not in said(case, root)
    assert other.name in said(case, root)
    assert "It is not known whether the objection in it was sent." in said(other, root)


def test_nothing_sent_and_practice(filed: Callable[..., Path], root: Path) -> None:
    """Where nothing was sent, no alarm is raised."""
    stopped, practice = filed("stopped").parent, filed(practice=True).parent

    assert "It shows no objection that was sent." in said(stopped, root)
    assert "It is practice: nothing in it was sent to Meta." in said(practice, root)
    assert "ONLY" not in said(stopped, root) + said(practice, root)


def test_a_case_goes_whole(filed: Callable[..., Path], root: Path) -> None:
    """Read-only and strewn files go too; other cases stay."""
    case, other = filed().parent, filed().parent
    (case / ".DS_Store").write_text("x")
    (case / "01-filing/data/Thumbs.db").write_text("x")
    for path in case.rglob("*"):
        path.chmod(0o400 if path.is_file() else 0o500)
    forget(loss(str(case), root).case.path)

    assert [other] == list(root.iterdir())


def test_a_bundle_is_not_forgotten_alone(filed: Callable[..., Path], root: Path) -> None:
    """A bundle holds on to the one before it: only the whole case can go."""
    bundle = filed()

    with pytest.raises(WrongUsage, match="cannot be forgotten alone") as refused:
        loss(str(bundle), root)
    assert f"forget {bundle.parent.name}" in refused.value.hint


def test_only_cases_of_this_folder(
    filed: Callable[..., Path], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a path elsewhere, a link, the folder of all cases, or what is no case at all."""
    case = filed().parent
    elsewhere = tmp_path / "elsewhere" / case.name
    elsewhere.parent.mkdir()
    (root / "2026-11-23-facebook-aaaaaa").symlink_to(case)
    (root / "2026-11-23-facebook-bbbbbb").write_text("x")
    (root / "my pictures").mkdir()
    (tmp_path / "roundabout").symlink_to(root)
    elsewhere.mkdir()
    monkeypatch.chdir(tmp_path)
    for name in (
        elsewhere,
        root,
        root.parent,
        root / "2026-11-23-facebook-aaaaaa",
        root / "2026-11-23-facebook-bbbbbb",
        root / "my pictures",
        root / "2026-11-23-facebook-cccccc",
        f"{case.name}/../../elsewhere/{case.name}",
        "..",
        "",
        "/",
    ):
        with pytest.raises(WrongUsage):
            loss(str(name), root)

    assert case == loss(case.name, root).case.path
    assert case.name == loss(str(tmp_path / "roundabout" / case.name), root).case.path.name


@pytest.mark.parametrize(
    "name",
    ["my notes.txt", "pictures/holiday.jpg", "01-filing/holiday.jpg", "01-filing/data/x/extra.txt"],
)
def test_files_of_the_person_are_not_deleted(
    filed: Callable[..., Path], root: Path, name: str
) -> None:
    """What filer did not put there is named, and then nothing is deleted at all."""
    case = filed().parent
    (case / name).parent.mkdir(exist_ok=True)
    (case / name).write_text("mine")
    named = name.partition("/")[0] if name.startswith("pictures") else name

    with pytest.raises(WrongUsage, match="filer did not put there") as refused:
        loss(case.name, root)
    assert named in refused.value.message
    assert "mine" == (case / name).read_text()


def test_links_in_a_case_are_foreign(
    filed: Callable[..., Path], root: Path, tmp_path: Path
) -> None:
    """A link in a bundle is not followed, and stops it."""
    case = filed().parent
    (tmp_path / "mine").mkdir()
    (case / "01-filing/data/shots/x").symlink_to(tmp_path / "mine")

    with pytest.raises(WrongUsage, match="01-filing/data/shots/x"):
        loss(case.name, root)


def test_a_crashed_session_can_be_forgotten(begin: Callable[..., Bundle], root: Path) -> None:
    """A bundle without a seal, half written, is filer's own too."""
    bundle = begin()
    bundle.put("note.txt", b"x")
    (bundle.path / "data/shots").mkdir()
    (bundle.path / "data/shots/001-x.png.part").write_bytes(b"half")
    bundle.close()
    forget(loss(bundle.path.parent.name, root).case.path)

    assert [] == list(root.iterdir())


def test_not_while_a_session_runs(begin: Callable[..., Bundle], root: Path) -> None:
    """A session that holds its lock keeps its case."""
    with begin() as bundle:
        case = loss(bundle.path.parent.name, root).case.path
        with pytest.raises(WrongUsage, match="A session is running"):
            forget(case)
        bundle.event("still", "tool")

    assert bundle.path.is_dir()


def test_half_deleted_cases_are_swept(
    filed: Callable[..., Path], root: Path, clock: TickingClock
) -> None:
    """What a crash left of a deletion is no case any more, and the next start deletes it."""
    case, other = filed().parent, filed().parent
    half = root / f"forgotten-{case.name}-0123abcd"
    case.rename(half)
    (half / "01-filing/seal.sha256").unlink()
    mine = [root / "forgotten-photos", root / f"forgotten-{other.name}"]
    for folder in mine:
        folder.mkdir()

    assert [] == recover(root, clock)
    assert [] == sweep(root)
    assert sorted([other, *mine]) == sorted(root.iterdir())


# --------------------------------------------------------------------------- the command


def test_forget_command(filer: Command, filed: Callable[..., Path]) -> None:
    """With --yes it goes; what stays elsewhere is said."""
    case = filed().parent
    run = filer("forget", case.name, "--yes", "--json")

    assert 0 == run.code, run.stderr
    assert {"case": str(case), "deleted": True} == run.result
    assert not case.exists()
    assert "ONLY evidence" in run.stderr
    assert "parts of deleted files can stay on the disk" in run.stderr


def test_nobody_to_ask(filer: Command, filed: Callable[..., Path]) -> None:
    """Without a terminal and without --yes nothing is deleted: wrong usage."""
    case = filed().parent
    run = filer("forget", case.name)

    assert 2 == run.code
    assert "Say --yes if you are sure. Nothing was deleted." in run.stderr
    assert case.is_dir()


@pytest.mark.parametrize(("answer", "code"), [("no", 9), ("yes", 0), ("the name", 0)])
def test_the_person_is_asked(
    filer: Command, filed: Callable[..., Path], answer: str, code: int
) -> None:
    """In a terminal it takes a yes or the name of the case; anything unclear is asked again."""
    case = filed().parent
    asked = filer.start("forget", case.name, terminal=True)
    asked.until_said("This cannot be undone.")
    asked.type("perhaps")
    asked.until_said("Please type the name of the case, yes, or no.")
    asked.type(case.name if answer == "the name" else answer)
    run = asked.finish()

    assert code == run.code, run.stderr
    assert (code == 9) is case.exists()
