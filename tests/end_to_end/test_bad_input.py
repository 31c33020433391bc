"""Bad input: each gets its sentence, what to do about it, and its exit code; no browser opens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.end_to_end.command import Command, Run


def complain(run: Run, code: int, *words: str) -> None:
    """Check that *run* ended with *code*, in sentences that hold *words*, and one JSON object."""
    assert code == run.code, run.stderr
    assert "Traceback" not in run.stderr
    for word in words:
        assert word in run.stderr
    if run.stdout:
        assert code == run.told.get("exit", code)
        assert [] == run.results


@dataclass(frozen=True)
class Wrong:
    """Something wrong on the command line or in the settings, and what should come of it."""

    arguments: tuple[str, ...]
    code: int
    words: tuple[str, ...]
    env: Mapping[str, str | None] = field(default_factory=dict)
    dotenv: bytes | None = None


PRACTICE = ("practice", "facebook", "--stand-in", "willing", "--headless")
FILE = ("file", "facebook", "--headless")

WRONG: dict[str, Wrong] = {
    "flow to practise": Wrong(
        ("practice", "facebok"), 2, ("facebok", "Did you mean facebook?", "instagram")
    ),
    "flow to file": Wrong(("file", "threads"), 2, ("threads", "facebook", "instagram")),
    "flow to show": Wrong(("show", "../etc/passwd"), 2, ("facebook", "instagram")),
    "command": Wrong(("fiel", "facebook"), 2, ("fiel", "Did you mean file?", "--help")),
    "a window and none": Wrong((*PRACTICE, "--headed"), 2, ("--headed", "--headless")),
    "a bundle to seal": Wrong(("seal", "home"), 2, ("home", "no bundle")),
    "a complaint to nobody": Wrong(("complaint", "x"), 4, ("--to", "complaint --list")),
    "evidence that is not there": Wrong(
        ("status", "--evidence", "nowhere"), 2, ("nowhere", "--evidence", "FILER_EVIDENCE")
    ),
    "practice with nobody to ask": Wrong(
        ("practice", "facebook", "--headless"), 4, ("--email", "--stand-in willing")
    ),
    "option": Wrong((*PRACTICE, "--speed", "9"), 2, ("--speed", "--help")),
    "language": Wrong((*PRACTICE, "--language", "xx"), 2, ('"xx"', "nl")),
    "language, set": Wrong(PRACTICE, 4, ('"klingon"', "nl"), {"FILER_LANGUAGE": "klingon"}),
    "scenario": Wrong((*PRACTICE, "--scenario", "destkop"), 2, ("destkop", "desktop", "--list")),
    "two renderings": Wrong((*PRACTICE, "--scenario", "app+mobile"), 2, ("app", "mobile")),
    "site of the world": Wrong(
        (*PRACTICE, "--site", "https://www.facebook.com"), 2, ("www.facebook.com", "127.0.0.1:PORT")
    ),
    "site of the network": Wrong(
        (*PRACTICE, "--site", "http://192.168.1.2:80"), 2, ("192.168.1.2", "127.0.0.1:PORT")
    ),
    "site that only looks like ours": Wrong(
        (*PRACTICE, "--site", "http://127.0.0.1.example.org:80"), 2, ("127.0.0.1:PORT",)
    ),
    "site with a name in front": Wrong(
        (*PRACTICE, "--site", "http://127.0.0.1:80@example.org:80"), 2, ("127.0.0.1:PORT",)
    ),
    "site without a port": Wrong((*PRACTICE, "--site", "http://127.0.0.1"), 2, ("127.0.0.1:PORT",)),
    "site with no such port": Wrong(
        (*PRACTICE, "--site", "http://127.0.0.1:99999"), 2, ("99999", "127.0.0.1:PORT")
    ),
    "site and scenario": Wrong(
        (*PRACTICE, "--site", "http://127.0.0.1:80", "--scenario", "app"), 2, ("--scenario",)
    ),
    "stand-in nobody knows": Wrong(("practice", "--stand-in", "robot"), 2, ("robot", "willing")),
    "stand-in for the real form": Wrong((*FILE, "--stand-in", "willing"), 2, ("--stand-in",)),
    "site for the real form": Wrong((*FILE, "--site", "http://127.0.0.1:80"), 2, ("--site",)),
    "e-mail": Wrong((*FILE, "--email", "sanne"), 4, ('"sanne"', "name@example.org")),
    "e-mail, set": Wrong(PRACTICE, 4, ("a b@c.nl",), {"FILER_EMAIL": "a b@c.nl"}),
    "country": Wrong((*PRACTICE, "--country", "us"), 4, ('"us"', "nl")),
    "no e-mail and nobody to ask": Wrong(FILE, 4, ("e-mail", ".env")),
    "no flow and nobody to ask": Wrong(("file", "--email", "a@example.org"), 4, ("facebook",)),
    "patience": Wrong(PRACTICE, 4, ('"soon"', "FILER_PATIENCE"), {"FILER_PATIENCE": "soon"}),
    "no patience": Wrong(PRACTICE, 4, ('"0"', "FILER_PATIENCE"), {"FILER_PATIENCE": "0"}),
    "patience that is no number": Wrong(PRACTICE, 4, ('"nan"',), {"FILER_PATIENCE": "nan"}),
    "reason file": Wrong((*PRACTICE, "--reason-file", "none.txt"), 4, ("none.txt",)),
    "log level": Wrong(PRACTICE, 4, ('"loud"', "warning"), {"FILER_LOG": "loud"}),
    ".env with half a line": Wrong(
        PRACTICE, 4, (".env", "line 2", "NAME=value"), {}, b"FILER_NAME=Sanne\nwhat is this\n"
    ),
    ".env with an open quote": Wrong(PRACTICE, 4, (".env", "line 1"), {}, b'FILER_NAME="Sanne\n'),
    ".env in another coding": Wrong(PRACTICE, 4, (".env", "UTF-8"), {}, b"FILER_NAME=\xff\xfe\n"),
    ".env with a setting nobody knows": Wrong(
        PRACTICE, 4, (".env", "FILER_EMIAL", ".env.example"), {}, b"FILER_EMIAL=a@example.org\n"
    ),
    ".env with a bad e-mail": Wrong(PRACTICE, 4, ('"sanne"',), {}, b"FILER_EMAIL=sanne\n"),
    "no browser": Wrong(
        PRACTICE, 8, ("/nowhere/chromium", "FILER_BROWSER"), {"FILER_BROWSER": "/nowhere/chromium"}
    ),
    "a browser that is none": Wrong(PRACTICE, 8, (), {"FILER_BROWSER": "/bin/false"}),
    "no display": Wrong(
        ("practice", "facebook", "--stand-in", "willing", "--headed"), 8, ("display", "--headless")
    ),
    "evidence below a file": Wrong(
        (*PRACTICE, "--evidence", "/dev/null/evidence"), 8, ("/dev/null",)
    ),
    "evidence where nobody can write": Wrong(
        (*PRACTICE, "--evidence", "/proc/filer"), 8, ("/proc/filer",)
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong(filer: Command, name: str) -> None:
    """It ends at once with its exit code, and says what is wrong and what to do."""
    wrong = WRONG[name]
    if wrong.dotenv is not None:
        (filer.folder / ".env").write_bytes(wrong.dotenv)
    ran = filer(*wrong.arguments, env=wrong.env)

    complain(ran, wrong.code, *wrong.words)
    assert "" == ran.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("practice", "facebok"), 2),
        (("practice", "--stand-in", "robot"), 2),
        (("show", "facebok"), 2),
        ((*FILE, "--email", "sanne"), 4),
        ((*PRACTICE, "--evidence", "/dev/null/x"), 8),
    ],
)
def test_told_to_programs(filer: Command, arguments: tuple[str, ...], code: int) -> None:
    """With `--json`, an error too is one object on one line, and people still read the sentence."""
    ran = filer(*arguments, "--json")

    complain(ran, code)
    assert ran.told["error"] in ran.stderr
    assert ran.told["hint"] in ran.stderr
    assert code == ran.told["exit"]


def test_the_evidence_folder_is_a_file(filer: Command) -> None:
    """A file in the place of the folder is named, and left as it is."""
    filer.evidence.write_text("mine", encoding="utf-8")
    ran = filer(*PRACTICE)

    complain(ran, 8, str(filer.evidence))
    assert "mine" == filer.evidence.read_text(encoding="utf-8")


def test_python_runs_it(filer: Command) -> None:
    """`python -m filer` is the command, and says its version."""
    ran = filer("--version")

    assert (0, "") == (ran.code, ran.stderr)
    assert ran.stdout.startswith("filer")


def test_help_of_every_command(filer: Command) -> None:
    """`--help` names the commands, and ends well."""
    ran = filer("--help")

    assert 0 == ran.code
    for command in ("doctor", "file", "flows", "practice", "show", "verify"):
        assert f"\n  {command} " in ran.stdout


def test_doctor(filer: Command) -> None:
    """`doctor --json` tells of each thing whether it will do; without a display it still runs."""
    ran = filer("doctor", "--json")

    assert ran.code == (0 if ran.told["ok"] else 8)
    for finding in ran.told["findings"]:
        assert {"name", "ok", "got", "hint"} == set(finding)
        assert finding["ok"] or finding["hint"]


def test_doctor_without_a_browser(filer: Command) -> None:
    """A browser that is not there is found missing, with what to do."""
    ran = filer("doctor", "--json", env={"FILER_BROWSER": "/nowhere/chromium"})
    missing = [finding for finding in ran.told["findings"] if not finding["ok"]]

    assert (8, False) == (ran.code, ran.told["ok"])
    assert any("/nowhere/chromium" in json.dumps(finding) for finding in missing)


def test_nothing_of_ours_is_used(filer: Command, tmp_path: Path) -> None:
    """Without a setting, evidence goes to a folder of the person's own, below their home."""
    ran = filer("--json", env={"FILER_EVIDENCE": None, "XDG_DATA_HOME": None})

    assert (0, []) == (ran.code, ran.results)
    assert [filer.home] == list(tmp_path.iterdir())
