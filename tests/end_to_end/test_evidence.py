"""Finished evidence of the real command: what strangers' tools say of it, and what a seal needs.

The tools are there, or the test fails: nothing is passed over.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from filer.evidence.by_hand import FINGERPRINTS, LINUX_CHAIN, LINUX_FILES, LINUX_TIME
from filer.evidence.reading import LogLine, read_log
from tests.authority import Authority, Keys
from tests.end_to_end.command import Command, Run
from tests.end_to_end.pages import unheard_port

WILLING = ("facebook", "--stand-in", "willing", "--language", "en")
KINDS = {
    "confirmed": (0, WILLING),
    "in Dutch": (0, ("instagram", "--stand-in", "willing", "--language", "nl")),
    "refused": (6, (*WILLING, "--scenario", "desktop+went-wrong")),
    "stopped": (9, ("facebook", "--stand-in", "hesitant", "--language", "en")),
}
"""Filings of each kind, with their exit code; the last one ends before anything was confirmed."""


def asking(authority: Authority, **others: str) -> dict[str, str]:
    """The settings that make a run ask *authority*, which no proxy leads to."""
    return {**authority.env, "NO_PROXY": "127.0.0.1", **others}


def practised(filer: Command, kind: str, env: dict[str, str]) -> Run:
    """A practice filing of that *kind*, to its end."""
    _code, arguments = KINDS[kind]
    return filer("practice", *arguments, "--headless", "--json", env={**env, "FILER_PATIENCE": "6"})


def run(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """What a tool of strangers says in *folder*."""
    return subprocess.run(
        [str(part) for part in command], cwd=folder, text=True, capture_output=True, check=False
    )


def state(folder: Path) -> dict[str, tuple[str, int]]:
    """The hash and the time of change of every file below *folder*."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in files
    }


def lines(bundle: Path) -> list[LogLine]:
    """The log."""
    return list(read_log(bundle / "data/session.jsonl"))


def found(filer: Command, bundle: Path, env: dict[str, str] | None = None) -> tuple[int, set[int]]:
    """The exit code of `filer verify`, and the numbers of the checks that fail."""
    ran = filer("verify", str(bundle), "--json", env=env)
    return ran.code, {check["number"] for check in ran.result["checks"] if not check["ok"]}


def said(filer: Command, bundle: Path, number: int, env: dict[str, str] | None = None) -> str:
    """What one check of `filer verify` found."""
    ran = filer("verify", str(bundle), "--json", env=env)
    return next(str(c["got"]) for c in ran.result["checks"] if c["number"] == number)


# --------------------------------------------------------------------------- tools of strangers


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=() if kind == "confirmed" else pytest.mark.proof) for kind in KINDS],
)
def test_every_tool_accepts_it(filer: Command, authority: Authority, kind: str) -> None:
    """A finished bundle, confirmed, refused or stopped, satisfies every tool we did not write."""
    ran = practised(filer, kind, asking(authority))
    bundle = Path(ran.result["bundle"])

    assert KINDS[kind][0] == ran.code, ran.stderr
    assert ran.result["sealed"]
    for listed in ("seal.sha256", "tagmanifest-sha256.txt", "manifest-sha256.txt"):
        checked = run(bundle, "sha256sum", "-c", "--strict", listed)
        assert (0, "") == (checked.returncode, checked.stderr)
    checked = run(bundle.parent, sys.executable, "-m", "bagit", "--validate", bundle.name)
    assert 0 == checked.returncode, checked.stderr
    assert "is valid" in checked.stderr
    assert_openssl_accepts(bundle, authority.root)
    assert_instructions_work(bundle, authority.root)
    for env in (None, asking(authority)):
        assert (0, set()) == found(filer, bundle, env)
    assert "not checked" in said(filer, bundle, 21)
    assert "was known before" in said(filer, bundle, 21, asking(authority))


def assert_openssl_accepts(bundle: Path, root: Path) -> None:
    """`openssl ts -verify` accepts every token, by the published root and by the bundle's chain."""
    log = (bundle / "data/session.jsonl").read_bytes().splitlines(keepends=True)
    named = [line.data for line in lines(bundle) if line.event == "timestamped"]
    tokens = {f"timestamps/{path.name}" for path in (bundle / "timestamps").glob("*.tsr")}
    sent = any(line.event == "send.left" for line in lines(bundle))

    assert {facts["token"] for facts in named} == tokens
    assert ["start", "before-send", "after-send"][: 3 if sent else 1] == [
        facts["moment"] for facts in named
    ]
    covered = bundle.parent.parent.parent / "covered"
    for facts in named:
        covered.write_bytes(b"".join(log[: facts["lines"]]))
        for trusted in (root, bundle / f"timestamps/{facts['authority']}.chain.pem"):
            assert_verified(covered, bundle / facts["token"], trusted)
        covered.write_bytes(b"".join(log[: facts["lines"] - 1]))
        assert_refused(covered, bundle / facts["token"], root)
    (outer,) = bundle.glob("tagmanifest-sha256.txt.*.tsr")
    for trusted in (root, outer.with_suffix(".chain.pem")):
        assert_verified(bundle / "tagmanifest-sha256.txt", outer, trusted)
    assert_refused(bundle / "manifest-sha256.txt", outer, root)


def openssl(data: Path, token: Path, trusted: Path) -> subprocess.CompletedProcess[str]:
    """What openssl says of *token* over *data*."""
    what = ("-data", data, "-in", token, "-CAfile", trusted)
    return run(data.parent, "openssl", "ts", "-verify", *what)


def assert_verified(data: Path, token: Path, trusted: Path) -> None:
    """Fails where openssl does not accept *token*."""
    done = openssl(data, token, trusted)

    assert 0 == done.returncode, done.stderr
    assert "Verification: OK" in done.stdout + done.stderr


def assert_refused(data: Path, token: Path, trusted: Path) -> None:
    """Fails where openssl accepts *token* over other bytes: then it proves nothing at all."""
    assert 0 != openssl(data, token, trusted).returncode


def assert_instructions_work(bundle: Path, root: Path) -> None:
    """The lines of VERIFY.txt, as they stand in the bundle, accept it."""
    text = (bundle / "VERIFY.txt").read_text()
    for part in (LINUX_FILES, LINUX_CHAIN, LINUX_TIME, FINGERPRINTS):
        assert part in text
        done = run(bundle, "bash", "-c", part)
        assert 0 == done.returncode, done.stdout + done.stderr
    done = run(bundle, "bash", "-c", LINUX_CHAIN)
    assert done.stdout.startswith(f"OK after {len(lines(bundle))} lines")
    published = run(bundle, "openssl", "x509", "-in", root, "-noout", "-fingerprint", "-sha256")
    assert published.stdout in run(bundle, "bash", "-c", FINGERPRINTS).stdout


# --------------------------------------------------------------------------- filer seal


@dataclass(frozen=True)
class Finished:
    """A practice bundle and the authority that stamped it."""

    bundle: Path
    authority: Authority


@pytest.fixture(scope="module")
def once(
    tmp_path_factory: pytest.TempPathFactory, authority_keys: Keys
) -> Iterator[tuple[Path, Authority]]:
    """A finished case, made once for the tests below, each of which takes a copy."""
    authority = Authority(authority_keys)
    filer = Command(tmp_path_factory.mktemp("once"))
    ran = practised(filer, "confirmed", asking(authority))
    filer.put_away()
    assert 0 == ran.code, ran.stderr
    yield Path(ran.result["case"]), authority
    authority.stop()


@pytest.fixture
def finished(filer: Command, once: tuple[Path, Authority]) -> Finished:
    """A finished practice bundle in the evidence folder of *filer*."""
    case, authority = once
    copy = filer.evidence / case.name
    shutil.copytree(case, copy)
    return Finished(copy / "practice-01-filing", authority)


def without_outer(finished: Finished) -> dict[str, tuple[str, int]]:
    """Take the outer seal away; returns the state of what is left."""
    for file in finished.bundle.glob("tagmanifest-sha256.txt.*"):
        file.unlink()
    return state(finished.bundle)


def test_seal_adds_what_is_missing(filer: Command, finished: Finished) -> None:
    """A deleted outer seal is noticed; `filer seal` adds one, and touches nothing else."""
    before = without_outer(finished)

    assert (7, {21}) == found(filer, finished.bundle)
    assert "filer seal" in said(filer, finished.bundle, 21)
    ran = filer("seal", str(finished.bundle), "--json", env=asking(finished.authority))
    assert 0 == ran.code, ran.stderr
    assert [1, None] == [len(ran.result["added"]), ran.result["problem"]]
    assert "confirmed by" in ran.stderr
    assert (0, set()) == found(filer, finished.bundle, asking(finished.authority))
    after = state(finished.bundle)
    assert before == {name: after[name] for name in before}
    assert {"tsr", "pem"} == {name.rpartition(".")[2] for name in after.keys() - before.keys()}


def test_seal_where_nothing_is_missing(filer: Command, finished: Finished) -> None:
    """Where nothing is missing, `filer seal` says so, asks nobody, and changes nothing."""
    before, asked = state(finished.bundle.parent), len(finished.authority.asked)
    ran = filer("seal", str(finished.bundle), "--json", env=asking(finished.authority))

    assert (0, []) == (ran.code, ran.result["added"])
    assert "Nothing was missing." in ran.stderr
    assert asked == len(finished.authority.asked)
    assert before == state(finished.bundle.parent)


def test_seal_while_the_authority_is_down(filer: Command, finished: Finished) -> None:
    """Where no authority answers, `filer seal` says whom it asked, and changes nothing."""
    before = without_outer(finished)
    down = {"FILER_TSA_URLS": f"http://127.0.0.1:{unheard_port()}/tsa", "NO_PROXY": "127.0.0.1"}
    ran = filer("seal", str(finished.bundle), "--json", env=down)

    assert 7 == ran.code, ran.stderr
    assert "No timestamp came from 127-0-0-1-" in ran.stderr
    assert "connection refused" in str(ran.result["problem"])
    assert before == state(finished.bundle)
    assert (7, {21}) == found(filer, finished.bundle)


def test_seal_where_nobody_may_be_asked(filer: Command, finished: Finished) -> None:
    """In practice nobody is asked unless named, and never where the setting says none."""
    before = without_outer(finished)
    for env, why in (
        ({"FILER_TSA_URLS": None}, "this is practice"),
        ({"FILER_TSA_URLS": ""}, "the settings say so"),
    ):
        ran = filer("seal", str(finished.bundle), env=env)

        assert 4 == ran.code, ran.stderr
        assert f"filer may ask no timestamp authority ({why})." in ran.stderr
        assert "FILER_TSA_URLS" in ran.stderr
    assert before == state(finished.bundle)


def test_seal_on_broken_evidence(filer: Command, finished: Finished) -> None:
    """What is broken gets no timestamp that would make it look whole."""
    next((finished.bundle / "data/shots").iterdir()).write_bytes(b"another picture")
    before, asked = without_outer(finished), len(finished.authority.asked)
    ran = filer("seal", str(finished.bundle), "--json", env=asking(finished.authority))

    assert 7 == ran.code
    assert "It is not in order (check 7), so nothing is added." in ran.stderr
    assert asked == len(finished.authority.asked)
    assert before == state(finished.bundle)


def test_seal_that_was_cut_off(filer: Command, finished: Finished) -> None:
    """A seal that broke off between its certificates and itself is finished by the next one."""
    (outer,) = finished.bundle.glob("tagmanifest-sha256.txt.*.tsr")
    outer.unlink()

    assert (7, {21}) == found(filer, finished.bundle)
    assert 0 == filer("seal", str(finished.bundle), env=asking(finished.authority)).code
    assert (0, set()) == found(filer, finished.bundle, asking(finished.authority))


# --------------------------------------------------------------------------- settings, and failures


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"FILER_TSA_URLS": "timestamp.example"}, "is not the address of a timestamp authority"),
        ({"FILER_TSA_URLS": "http://a.example ftp://b.example"}, "ftp://b.example"),
        (
            {"FILER_TSA_URLS": "http://a.example", "FILER_TSA_ROOTS": "nowhere.pem"},
            "The root certificates in nowhere.pem cannot be read",
        ),
    ],
)
def test_garbled_settings(filer: Command, env: dict[str, str], words: str) -> None:
    """A setting for timestamps that is garbled is said before any window opens."""
    ran = practised(filer, "confirmed", env)

    assert 4 == ran.code, ran.stderr
    assert words in ran.stderr
    assert "The window opens." not in ran.stderr
    assert not list(filer.evidence.glob("*/*"))


def test_roots_that_are_no_certificates(filer: Command, finished: Finished) -> None:
    """`filer verify` with a file of root certificates that is not there says so, and not more."""
    for name in ("nowhere.pem", str(finished.bundle / "bagit.txt")):
        ran = filer("verify", str(finished.bundle), env={"FILER_TSA_ROOTS": name})

        assert 4 == ran.code, ran.stderr
        assert name in ran.stderr
        assert "" == ran.stdout


def test_an_authority_that_cannot_be_reached(filer: Command) -> None:
    """Without an answer of the authority the filing goes on; what is missing is said everywhere."""
    down = {"FILER_TSA_URLS": f"http://127.0.0.1:{unheard_port()}/tsa", "NO_PROXY": "127.0.0.1"}
    ran = practised(filer, "confirmed", down)
    bundle = Path(ran.result["bundle"])

    assert (0, "confirmed", True) == (ran.code, ran.result["outcome"], ran.result["sealed"])
    assert "no timestamp authority has confirmed the seal: connection refused" in ran.stderr
    assert f"filer seal {bundle}" in ran.stderr
    assert (0, set()) == found(filer, bundle)
    assert "only this computer says when it was closed" in said(filer, bundle, 21)
    failed = [line.data for line in lines(bundle) if line.event == "timestamp.failed"]
    assert ["start", "before-send", "after-send"] == [facts["moment"] for facts in failed]


def test_a_slow_authority(filer: Command, authority: Authority) -> None:
    """An authority that takes ten seconds holds up the person's send by two at the most."""
    authority.delay = 10
    ran = practised(filer, "confirmed", asking(authority))
    bundle = Path(ran.result["bundle"])
    told = {line.event: dt.datetime.fromisoformat(line.t) for line in lines(bundle)}
    held = (told["gate.unlocked"] - told["confirmed"]).total_seconds()

    assert (0, "confirmed") == (ran.code, ran.result["outcome"]), ran.stderr
    assert 1.5 < held < 4
    assert (0, set()) == found(filer, bundle, asking(authority))
    assert "no answer in time" in ran.stderr
