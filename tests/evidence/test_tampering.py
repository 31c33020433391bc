"""Every change to a bundle is noticed."""

from __future__ import annotations

import os
import shutil
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from filer.cli import cli
from filer.evidence.verify import verify
from tests.evidence.forging import recompute, rewrite_log

Change = Callable[[Path], None]


def failing(bundle: Path) -> set[int]:
    """The numbers of the checks that fail."""
    result = verify(bundle)
    assert result.ok is (not [c for c in result.checks if not c.ok])
    return {check.number for check in result.checks if not check.ok}


def test_recompute_alone_changes_nothing(filed: Callable[..., Path]) -> None:
    """The forger's tools of these tests make a bundle that verifies when nothing was changed."""
    bundle = filed()
    rewrite_log(bundle, lambda _lines: None)

    assert set() == failing(bundle)


def test_what_had_nothing_to_check(filed: Callable[..., Path]) -> None:
    """A check that found nothing to check is no failure, and says that it showed nothing.

    The keys of a check in JSON stay what they were.
    """
    checks = verify(filed()).checks

    assert {17, 18, 19, 21} == {check.number for check in checks if check.nothing}
    assert all(check.ok for check in checks)
    assert "the two clocks in the log agree" in checks[19].got
    assert {("number", "name", "ok", "got", "expected")} == {tuple(c.facts()) for c in checks}


def test_one_byte_of_any_file(filed: Callable[..., Path]) -> None:
    """One byte changed in any file of the bundle, at its start, middle or end, is noticed."""
    bundle = filed()
    files = [path for path in bundle.rglob("*") if path.is_file()]

    assert 12 < len(files)
    for path in files:
        original = path.read_bytes()
        for at in {0, len(original) // 2, len(original) - 1}:
            changed = bytearray(original)
            changed[at] ^= 0x01
            path.write_bytes(changed)
            assert failing(bundle), f"{path} at {at}"
        path.write_bytes(original)
    assert set() == failing(bundle)


def test_any_file_removed_or_cut_or_emptied(filed: Callable[..., Path]) -> None:
    """Any file removed, renamed, cut short by a byte, or grown by a byte is noticed."""
    bundle = filed()
    for path in [path for path in bundle.rglob("*") if path.is_file()]:
        original = path.read_bytes()
        path.rename(path.with_name("renamed.txt"))
        assert failing(bundle), f"{path} renamed"
        path.with_name("renamed.txt").unlink()
        assert failing(bundle), f"{path} removed"
        for content in (b"", original[:-1], original + b"\n"):
            path.write_bytes(content)
            assert failing(bundle), f"{path} resized"
        path.write_bytes(original)
    assert set() == failing(bundle)


def test_files_swapped(filed: Callable[..., Path]) -> None:
    """Two captures swapped are noticed, also when every list is made to agree."""
    bundle = filed()
    first, second = sorted((bundle / "data/form").iterdir())
    contents = first.read_bytes(), second.read_bytes()
    first.write_bytes(contents[1])
    second.write_bytes(contents[0])

    assert {3, 5, 7} & failing(bundle)
    recompute(bundle)
    assert {12} == failing(bundle)


@pytest.mark.parametrize(
    "name",
    [
        "data/extra.txt",
        "data/shots/999-extra.png",
        "index.html",
        "timestamps/x.tsr",
        "seal.sha256.bak",
        "manifest-md5.txt",
        "tagmanifest-sha256.txt.X.tsr",
        ".hidden",
        "data/shots/001-the-empty-form.png.part",
    ],
)
def test_file_added(filed: Callable[..., Path], name: str) -> None:
    """A file added anywhere is noticed."""
    bundle = filed()
    (bundle / name).parent.mkdir(exist_ok=True)
    (bundle / name).write_bytes(b"x")

    assert {2, 8} & failing(bundle)


def test_payload_added_and_lists_recomputed(filed: Callable[..., Path]) -> None:
    """A payload file added is noticed also when every list is made to agree."""
    bundle = filed()
    (bundle / "data/extra.txt").write_bytes(b"x")
    recompute(bundle)

    assert {12} == failing(bundle)


def test_payload_changed_and_lists_recomputed(filed: Callable[..., Path]) -> None:
    """A payload file changed is noticed also when every list is made to agree."""
    bundle = filed()
    shot = next((bundle / "data/shots").iterdir())
    shot.write_bytes(b"another picture")
    recompute(bundle)

    assert {12} == failing(bundle)


def test_an_outer_seal_that_is_none(filed: Callable[..., Path]) -> None:
    """A file named as a timestamp over the tagmanifest must be one."""
    bundle = filed()
    (bundle / "tagmanifest-sha256.txt.sectigo.tsr").write_bytes(b"x")

    assert {21} == failing(bundle)


def test_empty_folder_added(filed: Callable[..., Path]) -> None:
    """An empty folder added is noticed."""
    bundle = filed()
    (bundle / "data/empty").mkdir()

    assert {8} == failing(bundle)


def symlink(bundle: Path) -> None:
    """A picture replaced by a link to a copy of it."""
    picture = next((bundle / "data/shots").iterdir())
    shutil.copy(picture, bundle.parent / "copy.png")
    picture.unlink()
    picture.symlink_to(bundle.parent / "copy.png")


def folder_link(bundle: Path) -> None:
    """The folder of pictures replaced by a link to a copy of it."""
    shutil.copytree(bundle / "data/shots", bundle.parent / "copy")
    shutil.rmtree(bundle / "data/shots")
    (bundle / "data/shots").symlink_to(bundle.parent / "copy")


def pipe(bundle: Path) -> None:
    """The log replaced by a pipe that nobody writes to."""
    (bundle / "data/session.jsonl").unlink()
    os.mkfifo(bundle / "data/session.jsonl")


def manifest_pipe(bundle: Path) -> None:
    """The manifest replaced by a pipe that nobody writes to."""
    (bundle / "manifest-sha256.txt").unlink()
    os.mkfifo(bundle / "manifest-sha256.txt")


def folder_for_file(bundle: Path) -> None:
    """The seal replaced by a folder."""
    (bundle / "seal.sha256").unlink()
    (bundle / "seal.sha256").mkdir()


def line_break_in_name(bundle: Path) -> None:
    """A file with a line break in its name."""
    (bundle / "data/a\nb").write_bytes(b"")


def undecodable_name(bundle: Path) -> None:
    """A file whose name is no text."""
    (bundle / "data" / os.fsdecode(b"\xff\xfe")).touch()


@pytest.mark.parametrize(
    "change",
    [
        symlink,
        folder_link,
        pipe,
        manifest_pipe,
        folder_for_file,
        line_break_in_name,
        undecodable_name,
    ],
)
def test_odd_things(filed: Callable[..., Path], change: Change) -> None:
    """Links, pipes and names that mean something else elsewhere are refused, and nothing hangs."""
    bundle = filed()
    change(bundle)

    assert failing(bundle)
    for check in verify(bundle).checks:
        assert f"{check.got}{check.expected}".isprintable()


def windows_lines(raw: bytes) -> bytes:
    """A list as Windows would end its lines."""
    return raw.replace(b"\n", b"\r\n")


@pytest.mark.parametrize("name", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
@pytest.mark.parametrize(
    "change",
    [
        windows_lines,
        lambda raw: raw + raw.splitlines(keepends=True)[0],
        lambda raw: raw + b"\xff\xfe\n",
        lambda raw: raw + b"0" * 64 + b"  data/../../../etc/passwd\n",
        lambda raw: raw + b"0" * 64 + b"  /etc/passwd\n",
        lambda raw: raw + b"0" * 100_000,
        lambda raw: b"".join(reversed(raw.splitlines(keepends=True))),
        lambda raw: raw.replace(b"  ", b" *"),
        lambda _raw: b"",
    ],
)
def test_garbled_manifests(
    filed: Callable[..., Path], name: str, change: Callable[[bytes], bytes]
) -> None:
    """A list of hashes that is garbled is refused in words, by the check of its soundness."""
    bundle = filed()
    (bundle / name).write_bytes(change((bundle / name).read_bytes()))

    assert (6 if name == "manifest-sha256.txt" else 4) in failing(bundle)


def test_any_log_line_dropped(filed: Callable[..., Path]) -> None:
    """Any log line dropped is noticed, also when every manifest is recomputed."""
    bundle = filed()
    log = bundle / "data/session.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    for at in range(len(lines)):
        log.write_bytes(b"".join(lines[:at] + lines[at + 1 :]))
        recompute(bundle)
        assert {10, 11} & failing(bundle), f"line {at + 1} dropped"


def test_log_lines_reordered(filed: Callable[..., Path]) -> None:
    """Any two neighbouring log lines swapped are noticed, also when manifests are recomputed."""
    bundle = filed()
    log = bundle / "data/session.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    for at in range(len(lines) - 1):
        swapped = [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]
        log.write_bytes(b"".join(swapped))
        recompute(bundle)
        assert 10 in failing(bundle), f"lines {at + 1} and {at + 2} swapped"


@pytest.mark.parametrize(
    "line",
    [
        b"not JSON\n",
        b"[]\n",
        b"{}\n",
        b"\xff\xfe\n",
        b'{"a":1,"a":2}\n',
        b"[" * 100_000 + b"\n",
        b"9" * 10_000 + b"\n",
        b"x" * (3 << 20),
        b"\n",
        b'{"seq":0',
    ],
)
def test_garbled_log(filed: Callable[..., Path], line: bytes) -> None:
    """A log with a garbled, endless or unreadable line is refused in words."""
    bundle = filed()
    log = bundle / "data/session.jsonl"
    log.write_bytes(log.read_bytes() + line)
    recompute(bundle)

    assert 10 in failing(bundle)


def without_confirmation(lines: list[dict[str, Any]]) -> None:
    """The confirmation taken out."""
    lines[:] = [line for line in lines if line["event"] != "confirmed"]


def confirmed_by_tool(lines: list[dict[str, Any]]) -> None:
    """The confirmation given by the tool."""
    next(line for line in lines if line["event"] == "confirmed")["who"] = "tool"


def pressed_by_tool(lines: list[dict[str, Any]]) -> None:
    """The press made by the tool."""
    next(line for line in lines if line["event"] == "pressed")["who"] = "tool"


def sent_twice(lines: list[dict[str, Any]]) -> None:
    """A second send after one confirmation."""
    at = next(n for n, line in enumerate(lines) if line["event"] == "send.left")
    lines.insert(at, dict(lines[at]))


def code_unconfirmed(lines: list[dict[str, Any]]) -> None:
    """A mailed code that left without review."""
    lines.insert(-1, {**lines[-2], "event": "code.left", "data": {}})


@pytest.mark.parametrize(
    "change",
    [without_confirmation, confirmed_by_tool, pressed_by_tool, sent_twice, code_unconfirmed],
)
def test_a_story_that_breaks_the_law(
    filed: Callable[..., Path], change: Callable[[list[dict[str, Any]]], None]
) -> None:
    """A log in which something left that the person had not confirmed is refused."""
    bundle = filed()
    rewrite_log(bundle, change)

    assert {13} == failing(bundle)


@pytest.mark.parametrize(
    ("made", "claimed", "sent"),
    [
        ("stopped", "confirmed", True),
        ("unavailable", "refused", True),
        ("confirmed", "stopped", False),
        ("confirmed", "confirmed", False),
        ("unknown", "unknown", True),
        ("stopped", "stopped", None),
        ("confirmed", "interrupted", False),
        ("confirmed", "won", True),
        ("confirmed", None, True),
    ],
)
def test_an_outcome_that_the_log_does_not_show(
    filed: Callable[..., Path], made: str, claimed: str | None, sent: bool | None
) -> None:
    """An outcome that does not agree with what the log shows is refused."""
    bundle = filed(made)
    rewrite_log(bundle, lambda lines: lines[-1]["data"].update(outcome=claimed, sent=sent))

    assert {14} == failing(bundle)


def test_practice_passed_off_as_real(filed: Callable[..., Path]) -> None:
    """A practice bundle renamed, or with one of its marks taken out, is refused."""
    bundle = filed("stopped", practice=True)
    renamed = bundle.rename(bundle.with_name("01-filing"))

    assert {15} == failing(renamed)

    bundle = renamed.rename(bundle)
    rewrite_log(bundle, lambda lines: lines[0]["data"].update(practice=False))
    assert {15} == failing(bundle)

    bundle = filed("stopped", practice=True)
    info = bundle / "bag-info.txt"
    info.write_text(info.read_text().replace("Practice: yes\n", ""))
    recompute(bundle)
    assert {15} == failing(bundle)


def test_moved_bundle(filed: Callable[..., Path], tmp_path: Path) -> None:
    """A bundle copied elsewhere under another name still verifies, also as "."."""
    first = filed()
    second = filed("stopped", case=first.parent)
    for bundle in (first, second):
        copy = tmp_path / "for my lawyer" / bundle.name / "evidence"
        shutil.copytree(bundle, copy)
        assert set() == failing(copy)
        assert set() == failing(copy / "data" / "..")


def test_swapped_predecessor(filed: Callable[..., Path]) -> None:
    """A bundle whose predecessor in the case was exchanged is refused."""
    first = filed("refused")
    second = filed(case=first.parent)
    assert set() == failing(second)

    shutil.rmtree(first)
    shutil.copytree(filed("refused"), first)
    assert {16} == failing(first)  # its log names another case
    assert {16} == failing(second)


def test_previous_seal_exchanged_in_bag_info(filed: Callable[..., Path]) -> None:
    """A bag-info that names another predecessor than the log is refused."""
    first = filed("refused")
    second = filed(case=first.parent)
    info = second / "bag-info.txt"
    rows = info.read_text().splitlines(keepends=True)
    info.write_text("".join(row for row in rows if not row.startswith("Previous-Seal")))
    recompute(second)

    assert {16} == failing(second)


def test_strewn_files_are_passed_over(filed: Callable[..., Path]) -> None:
    """Files an operating system strews are passed over, and named."""
    bundle = filed()
    (bundle / ".DS_Store").write_bytes(b"x")
    (bundle / "data/shots/Thumbs.db").write_bytes(b"x")
    (bundle / "data/desktop.ini").write_bytes(b"x")
    result = verify(bundle)

    assert result.ok
    assert [".DS_Store", "data/desktop.ini", "data/shots/Thumbs.db"] == sorted(result.passed_over)


def test_not_a_bundle(tmp_path: Path) -> None:
    """A folder that is no bundle, a file, and a path that is not there fail in words."""
    (tmp_path / "file").write_bytes(b"x")
    for path in (tmp_path, tmp_path / "file", tmp_path / "nothing"):
        result = verify(path)
        assert not result.ok
        assert not result.checks[0].ok
        assert result.checks[0].got


def test_unsealed_bundle(begin: Callable[..., Any]) -> None:
    """A bundle whose session is still running fails the check for the seal, in plain words."""
    bundle = begin()
    result = verify(bundle.path)
    bundle.close()

    assert not result.ok
    assert "no seal.sha256: the session is still running, or it broke off" == result.checks[2].got
    assert [] == [
        c.number for c in result.checks if "None" in c.got + c.expected or c.expected == "0.0"
    ]


def test_unsealed_bundle_is_called_so_first(begin: Callable[..., Any]) -> None:
    """Before the checks that fail for it, a person reads that it is not sealed, and what to do."""
    bundle = begin()

    said = CliRunner().invoke(cli, ["verify", str(bundle.path), "--language", "en"]).stdout

    assert "Not sealed: the session is still running" in said.splitlines()[1]
    assert "status seals what broke off" in " ".join(said.split())


def test_verify_writes_nothing(filed: Callable[..., Path]) -> None:
    """Verifying changes nothing, not even a time, and works on a read-only folder."""
    bundle = filed()

    def state() -> list[tuple[str, int, int]]:
        found = [bundle, *bundle.rglob("*")]
        return sorted((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in found)

    before = state()

    assert verify(bundle).ok
    assert before == state()


def test_big_file_in_little_memory(begin: Callable[..., Any]) -> None:
    """A payload of 64 MiB is verified in pieces: the memory does not grow with it."""
    bundle = begin()
    bundle.put("big.bin", bytes(64 << 20))
    bundle.seal({"outcome": "stopped", "sent": False})
    tracemalloc.start()
    ok = verify(bundle.path).ok
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert ok
    assert (8 << 20) > peak
