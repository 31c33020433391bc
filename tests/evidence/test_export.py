"""A case as one .zip: whole, the same each time, and checked by tools that are not ours."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from filer.errors import EvidenceBroken, NoRoom, WrongUsage
from filer.evidence.bundle import Bundle
from filer.evidence.export import contents, entries, target_for, write_zip
from filer.evidence.reading import case_named
from tests.end_to_end.command import Command


@pytest.fixture
def case(filed: Callable[..., Path]) -> Path:
    """A case: refused, then filed again."""
    case = filed("refused").parent
    filed(case=case)
    return case


def zipped(case: Path, target: Path) -> Path:
    """The case as a zip."""
    write_zip(entries(contents(case)), target)
    return target


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below *folder*, with the folder's own name before its own."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder.parent).as_posix(): path.read_bytes() for path in found}


def test_every_byte_is_in_it(case: Path, tmp_path: Path) -> None:
    """The zip holds every file of every bundle, byte by byte, below the case's name."""
    with zipfile.ZipFile(zipped(case, tmp_path / "x.zip")) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}

    assert files_of(case) == held
    assert sorted(held) == list(held)


def test_how_it_is_stored(case: Path, tmp_path: Path) -> None:
    """Pictures are stored, text is deflated, and all of it is for the owner only."""
    target = zipped(case, tmp_path / "x.zip")
    with zipfile.ZipFile(target) as archive:
        infos = archive.infolist()

    assert {stat.S_IFREG | 0o600} == {info.external_attr >> 16 for info in infos}
    assert {True: {zipfile.ZIP_STORED}, False: {zipfile.ZIP_DEFLATED}} == {
        png: {i.compress_type for i in infos if i.filename.endswith(".png") is png}
        for png in (True, False)
    }
    assert {(2026, 11, 23, 12, 0, 0)} == {info.date_time for info in infos}
    assert 0o600 == stat.S_IMODE(target.stat().st_mode)


def test_the_same_case_gives_the_same_bytes(case: Path, tmp_path: Path) -> None:
    """A second export, later and of touched files, is the same zip."""
    first = zipped(case, tmp_path / "first.zip").read_bytes()
    for path in case.rglob("*"):
        os.utime(path, (1, 1))

    assert first == zipped(case, tmp_path / "second.zip").read_bytes()


def test_stock_tools_accept_what_comes_out(case: Path, tmp_path: Path) -> None:
    """unzip tests it; what it unpacks is a valid bag, and sha256sum accepts every list."""
    target = zipped(case, tmp_path / "x.zip")
    subprocess.run(["unzip", "-tqq", target], check=True)
    subprocess.run(["unzip", "-qq", target, "-d", tmp_path / "out"], check=True)
    bundles = sorted((tmp_path / "out" / case.name).iterdir())
    for bundle in bundles:
        validate = [sys.executable, "-m", "bagit", "--validate", "--quiet", str(bundle)]
        subprocess.run(validate, check=True, capture_output=True)
        for listed in ("seal.sha256", "tagmanifest-sha256.txt", "manifest-sha256.txt"):
            subprocess.run(
                ["sha256sum", "-c", "--strict", "--quiet", listed], cwd=bundle, check=True
            )

    assert ["01-filing", "02-filing"] == [bundle.name for bundle in bundles]


def test_a_case_is_named_in_many_ways(
    case: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its folder, by a bundle in it, by its name in the evidence folder, from within."""
    names = [str(case), f"{case}/", str(case / "02-filing"), case.name, f"{case}/01-filing/.."]
    found = [case_named(name, root) for name in names]
    monkeypatch.chdir(case / "01-filing")
    found += [case_named(".", root), case_named("..", root)]

    assert {case} == set(found)


@pytest.mark.parametrize("name", ["nothing", ".", "", "\x1b[31m", "evidence"])
def test_what_is_no_case_is_refused(
    case: Path, root: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anything else is wrong usage, the folder of all cases too."""
    monkeypatch.chdir(root.parent)

    with pytest.raises(WrongUsage):
        case_named(name, root)
    assert case.is_dir()


def test_nothing_is_overwritten(case: Path, tmp_path: Path) -> None:
    """A file that is there stays, unless the person said otherwise; no part is left behind."""
    target = tmp_path / "x.zip"
    target.write_text("mine")

    with pytest.raises(WrongUsage):
        zipped(case, target)
    assert "mine" == target.read_text()
    write_zip(entries(contents(case)), target, overwrite=True)
    assert zipfile.is_zipfile(target)
    assert ["x.zip"] == [each.name for each in tmp_path.glob("x*")]


def test_a_dangling_link_is_not_written_through(case: Path, tmp_path: Path) -> None:
    """A link where the zip should go is something that is there already."""
    (tmp_path / "x.zip").symlink_to(tmp_path / "elsewhere.zip")

    with pytest.raises(WrongUsage):
        zipped(case, tmp_path / "x.zip")
    assert not (tmp_path / "elsewhere.zip").exists()


def test_not_into_the_case_itself(case: Path, root: Path, tmp_path: Path) -> None:
    """A copy goes anywhere but into the evidence it is a copy of."""
    (tmp_path / "link").symlink_to(case)
    for to in (case, case / "01-filing", case / "01-filing/data/x.zip", tmp_path / "link"):
        with pytest.raises(WrongUsage):
            target_for("x.zip", str(to), case)
    with pytest.raises(WrongUsage):
        target_for("x.zip", str(tmp_path / "no/such/x.zip"), case)

    assert root / "x.zip" == target_for("x.zip", str(root), case)


@pytest.mark.parametrize("kind", ["link", "link to folder", "pipe", "umlaut", "backslash", "case"])
def test_odd_files_are_refused(case: Path, tmp_path: Path, kind: str) -> None:
    """A link, a pipe, or a name that is not safe everywhere: a sentence, and no zip."""
    inside = case / "01-filing" / "data"
    match kind:
        case "link":
            (inside / "x.txt").symlink_to("/etc/passwd")
        case "link to folder":
            (inside / "folder").symlink_to("/etc")
        case "pipe":
            os.mkfifo(inside / "x.txt")
        case "umlaut":
            (inside / "fotö.png").write_text("x")
        case "backslash":
            (inside / "..\\..\\x.txt").write_text("x")
        case "case":
            (case / "03-filing").symlink_to(case / "01-filing")
    target = tmp_path / "x.zip"

    with pytest.raises(EvidenceBroken, match="did not put it there"):
        zipped(case, target)
    assert [] == list(tmp_path.glob("x.zip*"))


def test_strewn_files_and_other_peoples_are_left_out(case: Path, tmp_path: Path) -> None:
    """What an operating system strewed, or somebody put beside the bundles, is named."""
    (case / ".DS_Store").write_text("x")
    (case / "my notes.txt").write_text("x")
    (case / "01-filing/data/Thumbs.db").write_text("x")
    with zipfile.ZipFile(zipped(case, tmp_path / "x.zip")) as archive:
        names = archive.namelist()

    assert (".DS_Store", "01-filing/data/Thumbs.db", "my notes.txt") == contents(case).left_out
    assert [] == [n for n in names if n.endswith((".DS_Store", "Thumbs.db", "notes.txt"))]


def test_a_big_file_takes_no_memory(begin: Callable[..., Bundle], tmp_path: Path) -> None:
    """300 MB go into the zip while a few are held."""
    bundle = begin()
    bundle.put("paper/scan.pdf", b"%PDF")
    os.truncate(bundle.path / "data/paper/scan.pdf", 300 << 20)
    bundle.seal({"outcome": "stopped", "sent": False})
    inside = contents(bundle.path.parent)
    tracemalloc.start()
    write_zip(entries(inside), tmp_path / "x.zip")
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (tmp_path / "x.zip").stat().st_size > 300 << 20
    assert most < 16 << 20


def test_no_room(case: Path, tmp_path: Path) -> None:
    """A full disk is said, and nothing half is left."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(NoRoom):
            zipped(case, tmp_path / "x.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert [] == list(tmp_path.glob("x.zip*"))


# --------------------------------------------------------------------------- the command


def test_export_command(filer: Command, case: Path) -> None:
    """`filer export CASE` writes <case>.zip here and says what whoever gets it can read."""
    run = filer("export", case.name, "--json")
    target = filer.folder / f"{case.name}.zip"

    assert 0 == run.code, run.stderr
    assert {
        "case": str(case),
        "file": str(target),
        "redacted": False,
        "bundles": ["01-filing", "02-filing"],
        "ok": True,
        "removed": [],
    } == run.result
    assert zipfile.is_zipfile(target)
    assert "Whoever gets it can read all that you filled in." in run.stderr


def test_export_says_what_does_not_verify(filer: Command, case: Path) -> None:
    """A changed bundle goes along as it is; that is said loudly, and the exit is 7."""
    (case / "02-filing/data/flow/facebook.txt").write_text("something else")
    run = filer("export", str(case), "--to", "copy.zip", "--json")

    assert 7 == run.code, run.stderr
    assert run.result["ok"] is False
    assert "WARNING: 02-filing is NOT in order. Check 7" in run.stderr
    with zipfile.ZipFile(filer.folder / "copy.zip") as archive:
        held = archive.read(f"{case.name}/02-filing/data/flow/facebook.txt")
    assert b"something else" == held


def test_export_without_a_running_session(
    filer: Command, case: Path, begin: Callable[..., Bundle]
) -> None:
    """What is being written is not in the copy, and that is said; nothing else is exit 7."""
    alone = begin()
    with begin(case), alone:
        some, none = filer("export", str(case), "--json"), filer("export", str(alone.path))

    assert (7, ["01-filing", "02-filing"]) == (some.code, some.result["bundles"])
    assert "03-filing is not in the copy, because it is not sealed" in some.stderr
    assert 7 == none.code
    assert "There is no sealed evidence" in none.stderr


def test_export_asks_before_it_overwrites(filer: Command, case: Path) -> None:
    """In a terminal it asks; elsewhere it is wrong usage."""
    target = filer.folder / f"{case.name}.zip"
    target.write_text("mine")
    refused = filer("export", case.name)
    asked = filer.start("export", case.name, terminal=True)
    asked.until_said("is there already. Overwrite it?")
    asked.type("no")
    said_no = asked.finish()

    assert (2, 9) == (refused.code, said_no.code)
    assert "mine" == target.read_text()
    again = filer.start("export", case.name, terminal=True)
    again.until_said("is there already. Overwrite it?")
    again.type("yes")
    assert 0 == again.finish().code
    assert zipfile.is_zipfile(target)
