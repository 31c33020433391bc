"""The writer: what is on disk when a call returns, and what it refuses."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from filer import addresses
from filer.errors import EvidenceBroken, EvidenceFolder, NoRoom
from filer.evidence import disk
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.environment import environment, program_hash
from filer.evidence.layout import FileRef, is_safe, slug
from filer.evidence.reading import bundles_in, case_to_continue, cases, read_bundle, read_log
from filer.evidence.recover import recover
from filer.evidence.verify import verify
from filer.ports import Clock, Shot

Begin = Callable[..., Bundle]


def lines(bundle: Path) -> list[dict[str, Any]]:
    """The lines of a bundle's log."""
    return [json.loads(line) for line in (bundle / "data/session.jsonl").read_text().splitlines()]


def test_a_bag_from_the_first_second(begin: Begin) -> None:
    """A bundle that has just begun is a bag with log lines that say what it is."""
    bundle = begin()
    line, stamps = lines(bundle.path)
    bundle.close()

    assert "01-filing" == bundle.path.name
    assert (
        b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        == (bundle.path / "bagit.txt").read_bytes()
    )
    assert ["seq", "t", "mono_ns", "prev", "event", "who", "data"] == list(line)
    assert (0, "0" * 64, "begun", "tool") == (line["seq"], line["prev"], line["event"], line["who"])
    assert "filing" == line["data"]["kind"]
    assert "facebook" == line["data"]["flow"]
    assert ("timestamps.none", "not asked") == (stamps["event"], stamps["data"]["why"])
    assert line["t"].startswith("2026-11-23T12:00:00.0")
    assert line["t"].endswith("Z")


def test_only_the_owner_can_read(filed: Callable[..., Path]) -> None:
    """Folders of a case are 0700 and files 0600."""
    bundle = filed()
    modes = {
        (path.is_dir(), stat.S_IMODE(path.stat().st_mode))
        for path in [bundle.parent, bundle, *bundle.rglob("*")]
    }

    assert {(True, 0o700), (False, 0o600)} == modes


def test_chain(begin: Begin) -> None:
    """Each line holds the hash of the line before, with its line end, and numbers count up."""
    bundle = begin()
    assert [2, 3, 4] == [bundle.event("typed", field=name) for name in ("a", "b", "c")]
    bundle.close()
    raw = (bundle.path / "data/session.jsonl").read_bytes().splitlines(keepends=True)

    assert 5 == len(raw)
    for before, after in itertools.pairwise(raw):
        assert hashlib.sha256(before).hexdigest() == json.loads(after)["prev"]


def test_tool_and_person_are_told_apart(begin: Begin) -> None:
    """An event is by the tool unless it is said to be by the person; there is no third."""
    bundle = begin()
    bundle.event("typed")
    bundle.event("confirmed", "person")

    with pytest.raises(ValueError, match="no such event"):
        bundle.event("confirmed", "robot")
    bundle.close()
    assert ["tool", "tool", "tool", "person"] == [line["who"] for line in lines(bundle.path)]


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), b"bytes", Path("x"), {1: 2}, object(), [set()]]
)
def test_values_that_are_not_json(begin: Begin, value: object) -> None:
    """A value that is not JSON is refused, and the chain goes on unharmed."""
    bundle = begin()
    with pytest.raises(TypeError, match=r"data\.value"):
        bundle.event("typed", value=value)

    assert 2 == bundle.event("typed", value={"a": [1, 2.5, None, True, ("b",), "\ud800 é \n"]})
    bundle.close()
    assert 3 == len(list(read_log(bundle.path / "data/session.jsonl")))


def test_names_of_events(begin: Begin) -> None:
    """An event's name is plain words; a line too long to be read again is refused."""
    bundle = begin()
    for name in ("", "Captured", "a b", "a\n", "."):
        with pytest.raises(ValueError, match="no such event"):
            bundle.event(name)
    with pytest.raises(ValueError, match="too long"):
        bundle.event("typed", text="x" * (2 << 20))
    bundle.close()

    assert 2 == len(lines(bundle.path))


def test_many_threads_one_chain(begin: Begin) -> None:
    """Events from several threads make one chain."""
    bundle = begin()
    threads = [
        threading.Thread(target=lambda: [bundle.event("typed") for _each in range(25)])
        for _thread in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bundle.seal({"outcome": "stopped", "sent": False})

    assert 103 == len(lines(bundle.path))
    assert verify(bundle.path).ok


def test_capture(begin: Begin, shot: Callable[..., Shot]) -> None:
    """A capture is kept as picture, text and values; the log names the files, and no value."""
    bundle = begin()
    taken = shot()
    bundle.keep(taken)
    bundle.close()
    line = lines(bundle.path)[-1]
    data = bundle.path / "data"
    form = json.loads((data / "form/001-the-form-as-it-will-be-sent.json").read_text())

    assert "captured" == line["event"]
    assert "https://www.facebook.com/help/contact/1" == line["data"]["address"]
    assert taken.png == (data / "shots/001-the-form-as-it-will-be-sent.png").read_bytes()
    assert (
        f"# {bundle.salt}\n{taken.aria}"
        == (data / "text/001-the-form-as-it-will-be-sent.aria.yaml").read_text()
    )
    assert [(f.label, f.value, f.filled_by) for f in taken.fields] == [
        (f["label"], f["value"], f["filled_by"]) for f in form["fields"]
    ]
    assert "Bezwaar | Facebook" == form["title"]
    assert 32 == len(form["salt"])
    log = (data / "session.jsonl").read_text()
    for secret in ("anna@", "bezwaar:", "token=abc", "someone:secret", "Bezwaar |"):
        assert secret not in log
    for ref in line["data"]["files"]:
        assert hashlib.sha256((data / ref["path"]).read_bytes()).hexdigest() == ref["sha256"]


def test_withheld_capture(begin: Begin) -> None:
    """A capture that was withheld leaves a line that says why, and no file."""
    bundle = begin()
    nothing = Shot(
        "the login", "Log in", "https://www.facebook.com/login", None, None, (), "private"
    )
    bundle.keep(nothing)
    bundle.seal({"outcome": "stopped", "sent": False})
    line = lines(bundle.path)[2]

    assert ("capture.withheld", "private") == (line["event"], line["data"]["withheld"])
    assert ["session.jsonl"] == [path.name for path in (bundle.path / "data").iterdir()]
    assert verify(bundle.path).ok


def test_put(begin: Begin) -> None:
    """A file put is on disk, named in the log with its hash, and never overwritten."""
    bundle = begin()
    ref = bundle.put("net/responses.jsonl", b"{}\n")

    with pytest.raises(ValueError, match="taken"):
        bundle.put("net/responses.jsonl", b"[]\n")
    bundle.close()
    assert FileRef("net/responses.jsonl", hashlib.sha256(b"{}\n").hexdigest(), 3) == ref
    assert b"{}\n" == (bundle.path / "data/net/responses.jsonl").read_bytes()
    assert ref.facts() == lines(bundle.path)[-1]["data"]["file"]


@pytest.mark.parametrize(
    "name",
    ["", "..", "../x", "/x", "a/../b", "a//b", "a\\b", "a\nb", ".x", "con", "NUL.txt", "a.", "é",
     "a b", "x" * 121, "session.jsonl", "session.jsonl/x", "c:x", "a/"],
)  # fmt: skip
def test_unsafe_names(begin: Begin, name: str) -> None:
    """A file name that means something else on another system, or the log's, is refused."""
    bundle = begin()
    with pytest.raises(ValueError, match="safe name"):
        bundle.put(name, b"x")
    bundle.close()

    assert name.startswith("session.jsonl") or not is_safe(name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The form as it will be sent", "the-form-as-it-will-be-sent"),
        ("../../etc/passwd", "etc-passwd"),
        ("Ωλé", "unnamed"),
        ("con " * 40, ("con-" * 15).rstrip("-")),
    ],
)
def test_slug(text: str, expected: str) -> None:
    """What a capture is called becomes a safe part of a file name."""
    assert expected == slug(text)
    assert is_safe(f"shots/001-{slug(text)}.png")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://u:p@h.example/a?b#c", "https://h.example/a"),
        ("http://www.facebook.com.localhost:8123/a", "http://www.facebook.com.localhost:8123/a"),
        ("http://[::1", ""),
        ("about:blank", "about:blank"),
    ],
)
def test_bare_address(address: str, expected: str) -> None:
    """An address enters the log without user, password, query and fragment."""
    assert expected == addresses.bare(address)


def test_salt(begin: Begin, shot: Callable[..., Shot]) -> None:
    """Each session has a salt of its own, and every form reading of it holds that salt."""
    one, two = begin(), begin()
    for bundle in (one, two):
        bundle.keep(shot())
        bundle.keep(shot())
        bundle.close()
    held = {
        json.loads(form.read_text())["salt"]
        for bundle in (one, two)
        for form in (bundle.path / "data/form").iterdir()
    }

    assert {one.salt, two.salt} == held
    assert 2 == len(held)


# --------------------------------------------------------------------------- sealing


def test_nothing_after_the_seal(begin: Begin) -> None:
    """A sealed bundle takes nothing more, and an outcome must have a name."""
    bundle = begin()
    with pytest.raises(ValueError, match="needs a name"):
        bundle.seal({})
    bundle.seal({"outcome": "stopped", "sent": False})

    with pytest.raises(ValueError, match="closed"):
        bundle.event("typed")
    assert verify(bundle.path).ok


COOKIE = "23%3AxYz_abc-123+/=="


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (f"cookie {COOKIE} here".encode(), "secret of this session"),
        (b"decoded 23:xYz_abc-123+/== here", "secret of this session"),
        (b"encoded 23%253AxYz_abc-123%2B%2F%3D%3D here", "secret of this session"),
        (b"\x00" * ((1 << 20) - 7) + COOKIE.encode(), "secret of this session"),
        (b"token EAAB" + b"w0Z" * 20, "access token"),
        (b"Authorization: Bearer abcdefghijklmnop1234", "bearer token"),
        (b'{"fb_dtsg":"NAcMabcdefgh:12:1700000000"}', "form token"),
        (b"fb_dtsg=NAcMabcdefgh%3A12&x=1", "form token"),
        (b'<input type="hidden" name="fb_dtsg" value="NAcMabcdefgh" />', "form token"),
        (b"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0xx.c2lnbmF0dXJl", "web token"),
        (b"Cookie: datr=Zm9vYmFyYmF6cXV4; x=1", "session cookie"),
    ],
)
def test_secret_in_the_payload(begin: Begin, content: bytes, what: str) -> None:
    """A secret in any payload file stops the seal; the error names file and kind, never itself."""
    bundle = begin()
    bundle.put("text/page.txt", content)
    with pytest.raises(EvidenceBroken) as caught:
        bundle.seal({"outcome": "stopped", "sent": False}, ["short", COOKIE])

    assert "data/text/page.txt" in str(caught.value)
    assert what in str(caught.value)
    assert "xYz" not in str(caught.value)
    assert not (bundle.path / "seal.sha256").exists()
    assert "secret.found" == lines(bundle.path)[-1]["event"]
    bundle.withdraw("text/page.txt", "it held a secret")
    bundle.seal({"outcome": "stopped", "sent": False}, ["short", COOKIE])
    assert verify(bundle.path).ok
    assert not (bundle.path / "data/text").exists()


def test_secret_in_the_outcome(begin: Begin) -> None:
    """A secret in what is about to be logged stops the seal before it is on disk."""
    bundle = begin()
    with pytest.raises(EvidenceBroken):
        bundle.seal({"outcome": "stopped", "sent": False, "reason": COOKIE}, [COOKIE])
    bundle.close()

    assert COOKIE not in (bundle.path / "data/session.jsonl").read_text()


def test_ordinary_text_is_no_secret(begin: Begin, shot: Callable[..., Shot]) -> None:
    """What people write about cookies, tokens and bearers is not taken for a secret."""
    bundle = begin()
    text = "The bearer of this letter objects. Bearer bonds. fb_dtsg? sb=1; eyJ. EAAB. xs=short"
    bundle.put("text/reason.txt", text.encode())
    bundle.keep(shot())
    bundle.seal({"outcome": "stopped", "sent": False}, ["", "nl_NL", "1"])

    assert verify(bundle.path).ok


# --------------------------------------------------------------------------- trouble


def test_a_file_where_the_folder_should_be(tmp_path: Path, clock: Clock) -> None:
    """An evidence folder that cannot be created is said by name."""
    (tmp_path / "evidence").write_bytes(b"")

    with pytest.raises(EvidenceFolder, match="evidence"):
        new_case(tmp_path / "evidence", "facebook", False, clock)
    with pytest.raises(EvidenceFolder, match="evidence"):
        Bundle.begin(tmp_path / "evidence", "filing", flow="facebook", practice=False, clock=clock)


FULL = """
import resource, sys
from pathlib import Path
from filer.clock import SystemClock
from filer.errors import NoRoom
from filer.evidence.bundle import Bundle

bundle = Bundle.begin(Path(sys.argv[1]), "filing", flow="x", practice=False, clock=SystemClock())
size = (bundle.path / "data/session.jsonl").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 300, size + 300))
for act in (
    lambda: bundle.put("big.bin", b"x" * 5000),
    lambda: bundle.event("typed", text="x" * 2000),
    lambda: [bundle.event("typed") for _each in range(10)],
):
    try:
        act()
    except NoRoom as trouble:
        print("no room:", trouble.message)
bundle.close()
"""


def test_full_disk(root: Path, clock: Clock) -> None:
    """On a full disk the person is told so; what was there stays whole, and is sealed later."""
    case = root / "2026-11-23-x-3f9c1a"
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(case)], text=True, capture_output=True, check=True
    )
    bundle = case / "01-filing"

    assert 3 == done.stdout.count("no room: There is no room left"), done.stdout
    assert ["session.jsonl"] == [path.name for path in (bundle / "data").iterdir()]
    assert 1 < len(list(read_log(bundle / "data/session.jsonl")))
    assert [None] == [each.problem for each in recover(root, clock)]
    assert verify(bundle).ok


def test_full_device(tmp_path: Path) -> None:
    """A device without room is the error that says so."""
    with pytest.raises(NoRoom), disk.said_plainly(tmp_path), Path("/dev/full").open("wb") as full:
        disk.write_all(full.fileno(), b"x")


# --------------------------------------------------------------------------- cases


def test_numbers_and_seals_follow(filed: Callable[..., Path]) -> None:
    """Each bundle of a case has the next number and names the seal of the one before."""
    first = filed("refused")
    second = filed("refused", case=first.parent)
    third = filed(case=first.parent)
    seals = [(b / "seal.sha256").read_text().split()[0] for b in (first, second)]

    assert ["01-filing", "02-filing", "03-filing"] == [b.name for b in bundles_in(first.parent)]
    assert seals[0] in (second / "bag-info.txt").read_text()
    assert seals[1] in (third / "bag-info.txt").read_text()
    assert [True] * 3 == [verify(b).ok for b in (first, second, third)]


def test_cases_at_a_glance(filed: Callable[..., Path], root: Path) -> None:
    """The cases of a folder are listed with their bundles, outcomes and files; others are not."""
    assert [] == cases(root)
    filed("refused")
    filed("stopped", practice=True)
    (root / "holiday pictures").mkdir()
    (root / "notes.txt").write_text("hello")
    real, practice = sorted(cases(root), key=lambda case: case.practice)

    assert (False, True) == (real.practice, practice.practice)
    assert ("facebook", "2026-11-23") == (real.flow, real.date)
    (bundle,) = real.bundles
    assert ("refused", True, True, None) == (
        bundle.outcome,
        bundle.sent,
        bundle.sealed,
        bundle.broken,
    )
    assert "environment.json" in [ref.path for ref in bundle.files]
    assert 1 == bundle.number


def test_a_garbled_bundle_at_a_glance(root: Path) -> None:
    """A bundle whose log cannot be read is listed with what is wrong."""
    bundle = root / "2026-11-23-facebook-3f9c1a" / "01-filing"
    (bundle / "data").mkdir(parents=True)
    (bundle / "data/session.jsonl").write_text("hello\n")
    (case,) = cases(root)

    assert "Line 1 of the log: it is not JSON." == case.bundles[0].broken
    assert "" == case.bundles[0].outcome
    assert read_bundle(bundle) == case.bundles[0]


def test_case_to_continue(filed: Callable[..., Path], root: Path) -> None:
    """A refused filing is continued in its case: same flow, same mode, same e-mail address."""
    assert case_to_continue(root, "facebook", False, "anna@example.org") is None
    refused = filed("refused").parent
    filed("confirmed")
    filed("refused", email="bert@example.org")
    filed("refused", practice=True)

    assert refused == case_to_continue(root, "facebook", False, " Anna@Example.org ")
    assert case_to_continue(root, "facebook", False, "eve@example.org") is None
    assert case_to_continue(root, "instagram", False, "anna@example.org") is None
    filed("confirmed", case=refused)
    assert case_to_continue(root, "facebook", False, "anna@example.org") is None


def test_environment() -> None:
    """The environment names versions and the program's hash, not the machine or its user."""
    facts = json.loads(environment({"browser": "Chromium 156", "playwright": "1.65"}))
    home = Path(sys.modules["filer"].__file__ or "").parent.parent
    listed = subprocess.run(
        ["bash", "-c", facts["filer_sha256_how"]],
        cwd=home,
        text=True,
        capture_output=True,
        check=True,
    )

    assert {"browser": "Chromium 156", "playwright": "1.65"} == facts["versions"]
    assert program_hash() == facts["filer_sha256"]
    assert listed.stdout.split()[0] == facts["filer_sha256"]
    assert str(Path.home()) not in json.dumps(facts)


def test_a_moment_that_there_is_not(begin: Begin) -> None:
    """A log that says 31 February is broken evidence, and is read as such."""
    bundle = begin()
    bundle.close()
    log = bundle.path / "data/session.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    fields = json.loads(lines[-1])
    last = json.dumps({**fields, "t": "2026-02-31T10:00:00.000Z"}, separators=(",", ":"))
    log.write_text("".join(lines[:-1]) + last + "\n", encoding="utf-8")

    with pytest.raises(EvidenceBroken, match="shape"):
        list(read_log(log))
    assert read_bundle(bundle.path).broken


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://h.example/p/anna%40example.org/x", "https://h.example/p/…/x"),
        ("https://h.example/p/I%20object", "https://h.example/p/…"),
        ("https://h.example/p/c2FubmUudm9vcmJlZWxkQGV4YW1w", "https://h.example/p/…"),
        ("https://h.example/thanks/c00kieVALUE5544332211", "https://h.example/thanks/…"),
        ("https://h.example/help/contact/712876720715583", None),
        ("https://h.example/privacy/genai/nl_NL/contact_us.php", None),
    ],
)
def test_what_a_path_tells_is_left_out(address: str, expected: str | None) -> None:
    """A part of a path that can be what was typed, or a token, is not written down."""
    assert (expected or address) == addresses.bare(address)


@pytest.mark.parametrize("kind", [{}, [], 7, True])
def test_a_log_that_is_made_to_confuse(begin: Begin, kind: object) -> None:
    """A first line that says something else than words is broken evidence, for whoever reads it."""
    bundle = begin()
    bundle.seal({"outcome": "stopped", "reason": None, "sent": False})
    log = bundle.path / "data/session.jsonl"
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    lines[0]["data"]["kind"] = kind
    prev, raw = "0" * 64, b""
    for line in lines:
        written = json.dumps({**line, "prev": prev}, separators=(",", ":")).encode() + b"\n"
        prev, raw = hashlib.sha256(written).hexdigest(), raw + written
    log.write_bytes(raw)

    assert not verify(bundle.path).ok
    assert read_bundle(bundle.path).broken


SESSION = "s3cr3tCookieValue998877"


def test_every_file_with_a_secret_is_taken_out(
    begin: Begin, shot: Callable[..., Shot], clock: Clock
) -> None:
    """After a refused seal the next start withdraws all that held it, and the log stays whole."""
    bundle = begin()
    for _time in range(3):
        bundle.keep(dataclasses.replace(shot(), aria=f"Your session: {SESSION}"))
    with pytest.raises(EvidenceBroken, match="secret"):
        bundle.seal({"outcome": "stopped", "reason": None, "sent": False}, [SESSION])
    bundle.close()
    recover(bundle.path.parent.parent, clock)

    kept = [path for path in bundle.path.rglob("*") if path.is_file()]
    assert verify(bundle.path).ok
    assert [] == [path for path in kept if SESSION.encode() in path.read_bytes()]


def test_a_secret_in_the_log_blocks_no_other(begin: Begin, clock: Clock) -> None:
    """Nothing is taken out of a log: that folder is left, and named, and the others are sealed."""
    bundle, other = begin(), begin()
    bundle.event("noted", "tool", where=SESSION)
    with pytest.raises(EvidenceBroken, match="secret"):
        bundle.seal({"outcome": "stopped", "reason": None, "sent": False}, [SESSION])
    bundle.close()
    other.close()
    found = {each.bundle: each.problem for each in recover(bundle.path.parent.parent, clock)}

    assert "may hold a secret" in str(found[bundle.path])
    assert verify(other.path).ok


def test_a_check_that_cannot_be_made_breaks_its_own_bundle_alone(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever evidence makes filer stumble over is said of that bundle, and nothing is raised."""
    bundle = begin()
    bundle.seal({"outcome": "stopped", "reason": None, "sent": False})

    def stumbles(*_args: object) -> None:
        raise TypeError("unhashable type: 'dict'")

    assert verify(bundle.path).ok
    monkeypatch.setattr("filer.evidence.verify._read_story", stumbles)
    found = verify(bundle.path)

    assert not found.ok
    assert [(0, "TypeError: unhashable type: 'dict'")] == [(c.number, c.got) for c in found.checks]
