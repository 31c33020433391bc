"""The doctor's findings: what is fine, what is not, and what to do about it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from filer import doctor, settings
from filer.browser.find import Browser


def made(folder: Path, environment: dict[str, str] | None = None) -> settings.Settings:
    """The settings of a run whose evidence goes to *folder*."""
    return settings.read(
        {}, default_evidence=folder, environment=environment or {}, dotenv=folder / "no.env"
    )


def test_every_part_is_looked_at(tmp_path: Path) -> None:
    """Each thing filer needs has one finding; what is wrong has a hint; nothing stays behind."""
    before = set(tmp_path.iterdir())

    findings = doctor.examine(made(tmp_path))

    assert [
        "browser",
        "browser starts",
        "driver",
        "login",
        "display",
        "fonts",
        "evidence folder",
        "file system",
        "room",
        "cloud copies",
        "way out",
        "timestamps",
        "clock",
        "versions",
    ] == [finding.name for finding in findings]
    assert all(finding.hint for finding in findings if not finding.ok)
    assert all(finding.got for finding in findings)
    assert before == set(tmp_path.iterdir())


def test_the_browser_of_this_machine_starts(tmp_path: Path) -> None:
    """The browser found here really starts, and a wrong one is told by its own words."""
    found = {finding.name: finding for finding in doctor.examine(made(tmp_path))}
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho 'missing shared library libnss3' >&2\nexit 127\n")
    broken.chmod(0o755)

    refused = doctor.start_of(Browser(broken, "Chromium", "", "chromium"))

    assert found["browser"].ok
    assert found["browser starts"].ok, found["browser starts"].got
    assert not refused.ok
    assert "missing shared library libnss3" == refused.got


def test_no_such_browser(tmp_path: Path) -> None:
    """A browser that is not there is a finding, and the rest is still looked at."""
    findings = doctor.examine(made(tmp_path, {"FILER_BROWSER": "/nowhere/chrome"}))

    assert not findings[0].ok
    assert "/nowhere/chrome" in findings[0].got
    assert "versions" == findings[-1].name


def test_evidence_folder_that_is_a_file(tmp_path: Path) -> None:
    """An evidence folder that cannot be made is told with its reason."""
    file = tmp_path / "file"
    file.touch()

    finding = doctor.evidence_folder(file / "evidence")

    assert not finding.ok
    assert str(file / "evidence") in finding.got
    assert "--evidence" in finding.hint


def test_evidence_folder_that_others_read(tmp_path: Path) -> None:
    """An evidence folder that other accounts can look into is usable, with a word about it."""
    tmp_path.chmod(0o755)

    finding = doctor.evidence_folder(tmp_path)

    assert finding.ok
    assert "700" in finding.hint


def test_evidence_folder_is_not_made(tmp_path: Path) -> None:
    """Looking at an evidence folder that is not there does not make it."""
    finding = doctor.evidence_folder(tmp_path / "new" / "evidence")

    assert finding.ok
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("/home/jo/Dropbox/evidence", "Dropbox"),
        ("C:/Users/jo/OneDrive - Company/Documents", "OneDrive"),
        ("/Users/jo/Library/Mobile Documents/com~apple~CloudDocs/x", "iCloud"),
        ("/Users/jo/Library/CloudStorage/GoogleDrive-jo@example.org/My Drive", "A cloud service"),
        ("/home/jo/Nextcloud/papers", "Nextcloud"),
        ("/home/megan/papers", None),
        ("/home/jo/.local/share/filer", None),
    ],
)
def test_cloud(folder: str, service: str | None) -> None:
    """A folder that a cloud service copies is known by the names on its path."""
    assert service == doctor.cloud_of(Path(folder))


def test_cloud_behind_a_link(tmp_path: Path) -> None:
    """A link into a cloud's folder is followed, and the finding is not fine."""
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "evidence").symlink_to(tmp_path / "Dropbox")

    finding = doctor.cloud(tmp_path / "evidence")

    assert not finding.ok
    assert "Dropbox" in finding.got


@pytest.mark.parametrize(
    ("upstream", "desktop", "ok", "got"),
    [
        ({}, "", True, "directly"),
        ({"https": "http://jo:secret@proxy.example:3128"}, "", True, "http://proxy.example:3128"),
        ({"https": "socks5://proxy.example:1080"}, "", False, "socks5://proxy.example:1080"),
        ({}, "script", False, "(PAC)"),
        ({}, "manual", False, "HTTPS_PROXY"),
    ],
)
def test_way_out(
    tmp_path: Path, upstream: dict[str, str], desktop: str, ok: bool, got: str
) -> None:
    """The system's proxy is named, without its password; what filer cannot chain is not fine."""
    run = dataclasses.replace(made(tmp_path), upstream=upstream)

    finding = doctor.proxy(run, ask=lambda: desktop)

    assert ok == finding.ok
    assert got in finding.got
    assert "secret" not in finding.got
