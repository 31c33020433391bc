"""The set-up: what it installs, and what it says to whoever may not install."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tool(name: str) -> types.ModuleType:
    """A script of tools/, imported."""
    sys.path.insert(0, str(ROOT / "tools"))  # where its neighbours are, as when it is run
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    sys.path.remove(str(ROOT / "tools"))
    return module


def run_setup(purpose: str, path: Path) -> subprocess.CompletedProcess[str]:
    """The set-up run for *purpose* on a machine whose only programs are those in *path*."""
    return subprocess.run(
        [sys.executable, ROOT / "tools/setup.py", "--for", purpose],
        env={"PATH": str(path), "HOME": str(path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_bare_machine_without_rights(tmp_path: Path) -> None:
    """On a machine that has nothing, everything missing is named, at once, and 8 is the end."""
    done = run_setup("test", tmp_path)

    assert 8 == done.returncode, done.stderr
    for what in ("Xvfb", "xauth", "jq", "qpdf", "pdftotext", "openssl", "sha256sum", "fonts"):
        assert f"  {what} " in done.stderr
    for package in ("xvfb", "poppler-utils", "fonts-noto-core", "fonts-wqy-zenhei"):
        assert package in done.stderr
    assert "type the same command again" in done.stderr


def test_one_line_for_the_administrator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On Debian the packages come as one line to hand to an administrator, each once."""
    setup = tool("setup")
    (tmp_path / "apt-get").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SystemExit) as ended:
        setup.name_and_leave(
            [setup.Lack("jq", "why", ("jq",)), setup.Lack("x", "why", ("jq", "y"))]
        )

    assert 8 == ended.value.code
    assert (
        "  apt-get update && apt-get install --no-install-recommends -y jq y\n"
        in capsys.readouterr().err
    )


def test_what_a_step_prints_is_shown_only_where_it_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Warnings of a step that worked are kept away; those of one that failed are there."""
    run = tool("setup").run
    prints = "import sys; print('WARNING: x', file=sys.stderr); sys.exit(int(sys.argv[1]))"

    run([sys.executable, "-c", prints, "0"])
    assert "" == capsys.readouterr().err
    with pytest.raises(SystemExit, match="This did not work"):
        run([sys.executable, "-c", prints, "1"])
    assert "WARNING: x\n" == capsys.readouterr().err


def test_nothing_to_do() -> None:
    """Where the suite runs, the set-up finds nothing missing."""
    setup = tool("setup")

    assert [] == setup.missing("test")
    assert [] == setup.missing("lint")
    assert setup.has_browser()


def test_browser_setting_that_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A FILER_BROWSER that names nothing stops the set-up: no other browser is installed."""
    monkeypatch.setenv("FILER_BROWSER", str(tmp_path / "none"))

    with pytest.raises(SystemExit, match="there is no program to start there"):
        tool("setup").has_browser()


FILED = {"outcome": "confirmed", "sent": True, "sealed": True}


@pytest.mark.parametrize(
    ("filed", "verified", "well"),
    [
        ([FILED, FILED], [{"ok": True}, {"ok": True}], True),
        ([FILED], [{"ok": True}], False),
        ([FILED, FILED], [{"ok": True}, {"ok": False}], False),
        ([FILED, FILED], [], False),
        ([FILED, {**FILED, "sent": None}], [{"ok": True}, {"ok": True}], False),
        ([FILED, {**FILED, "outcome": "sent"}], [{"ok": True}, {"ok": True}], False),
        ([FILED, {**FILED, "sealed": False}], [{"ok": True}, {"ok": True}], False),
    ],
)
def test_demo_ends_well_only_when_all_went_well(
    filed: list[dict[str, object]], verified: list[dict[str, object]], well: bool
) -> None:
    """The demo is content with two confirmed and sealed filings and two verified bundles only."""
    assert well == tool("demo").went_well(filed, verified)


def test_demo_counts_what_does_not_apply(capsys: pytest.CaptureFixture[str]) -> None:
    """The demo says how many checks had nothing to check, and calls none of them in order."""
    checks = [{"ok": True}, {"ok": True}, {"ok": False}]
    tool("demo").show(
        [FILED | {"flow": "facebook", "bundle": "x/01-filing"}],
        [{"bundle": "x/01-filing", "ok": False, "checks": checks, "not_applicable": [2]}],
        1,
    )

    assert "(checks: 1 in order, 1 not applicable, 1 broken)" in capsys.readouterr().out


def test_demo_runs_the_program_that_can_be_typed() -> None:
    """The demo runs filer itself, so the commands that it prints can be typed."""
    demo = tool("demo")

    (told,) = demo.filer(["flows"], demo.surroundings_of_a_stranger(dict(os.environ)))[:1]

    assert ("filer", "facebook") == (demo.PROGRAM.name, told["name"])


def test_demo_and_suite_use_nothing_of_yours() -> None:
    """What you have set for filer enters neither the demo nor the suite, the browser aside."""
    yours = {"FILER_EMAIL": "jo@example.org", "FILER_BROWSER": "chromium", "HOME": "/home/jo"}

    of_suite = tool("suite").bare({**yours, "HTTPS_PROXY": "http://proxy.example:3128"})
    of_demo = tool("demo").surroundings_of_a_stranger(yours)

    assert {"FILER_BROWSER": "chromium", "HOME": "/home/jo"} == of_suite
    assert of_suite == of_demo
