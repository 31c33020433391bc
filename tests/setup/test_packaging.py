"""What is built and what it is built from: the wheel, the lock, the settings' example."""

from __future__ import annotations

import gettext
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from filer import drift, settings

ROOT = Path(__file__).resolve().parents[2]
ESPERANTO = """\
msgid ""
msgstr ""
"Language: eo\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "display"
msgstr "ekrano"
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the project that speaks one language more."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("filer", "flows"):
        ignored = shutil.ignore_patterns("__pycache__", "*.mo")
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for name in ("pyproject.toml", "hatch_build.py", "LICENSE", "README.md", ".gitignore"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, copy / name)
    catalogue = copy / "filer/locale/eo/LC_MESSAGES/filer.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(ESPERANTO, encoding="utf-8")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "out"]
    done = subprocess.run(build, cwd=copy, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stdout + done.stderr
    return next((copy / "out").glob("*.whl"))


def test_wheel_holds_everything(wheel: Path) -> None:
    """Every file of filer and of the flows travels in the wheel, pages and templates too."""
    here = {
        path.relative_to(ROOT).as_posix()
        for name in ("filer", "flows")
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".mo"
    }

    travels = set(zipfile.ZipFile(wheel).namelist())

    assert set() == here - travels
    assert "flows/facebook.py" in travels
    assert any(name.startswith("filer/practice/pages/") for name in travels)


def test_wheel_holds_nothing_else(wheel: Path) -> None:
    """Two packages travel, and what describes them: no test, no tool, no evidence, no document."""
    travels = zipfile.ZipFile(wheel).namelist()
    kinds = {Path(name).suffix for name in travels if ".dist-info/" not in name}

    assert {"filer", "flows"} == {n.partition("/")[0] for n in travels if ".dist-info/" not in n}
    assert {".py", ".mo", ".po", ".pot", ".typed", ".typ", ".toml", ".json"} <= kinds
    assert {".html", ".css", ".js", ".png"} == kinds - set(
        ".py .mo .po .pot .typed .typ .toml .json".split()
    )
    assert [] == [name for name in travels if "__pycache__" in name or ".env" in name]


def test_every_language_is_compiled(wheel: Path) -> None:
    """Beside each catalogue lies what it was compiled to."""
    travels = set(zipfile.ZipFile(wheel).namelist())
    catalogues = {name for name in travels if name.endswith(".po")}

    assert catalogues
    assert set() == {str(Path(name).with_suffix(".mo")) for name in catalogues} - travels


@pytest.mark.proof
def test_the_wheel_alone_files(tmp_path: Path) -> None:
    """Installed where nothing else is it files, verifies, writes; a flow can be repaired there."""
    tool = [sys.executable, "tools/package.py", "--offline", "--to", str(tmp_path)]
    done = subprocess.run(tool, cwd=ROOT, capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "built again from the sdist: the same wheel" in done.stdout
    assert "repaired the installed flow" in done.stdout
    assert {".whl", ".gz"} == {path.suffix for path in tmp_path.iterdir()}


def test_installed_flows_are_named_whole(tmp_path: Path) -> None:
    """Where there is no checkout, whoever repairs a flow is told which folder it lies in."""
    (tmp_path / "flows").mkdir()
    (said,) = drift.place(tmp_path / "flows")

    assert str(tmp_path / "flows") in said
    assert () == drift.place()


def test_wheel_speaks(wheel: Path, tmp_path: Path) -> None:
    """The catalogues are compiled while the wheel is built."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extract("filer/locale/eo/LC_MESSAGES/filer.mo", tmp_path)

    spoken = gettext.translation("filer", tmp_path / "filer/locale", languages=["eo"])

    assert "ekrano" == spoken.gettext("display")


def test_wheel_is_no_developer(wheel: Path) -> None:
    """The wheel has the command, Python 3.11 and up, and asks for no developer's tool."""
    with zipfile.ZipFile(wheel) as archive:
        names = {Path(name).name: name for name in archive.namelist() if ".dist-info/" in name}
        metadata = archive.read(names["METADATA"]).decode()
        commands = archive.read(names["entry_points.txt"]).decode()

    assert "filer = filer.cli:main" in commands
    assert "Requires-Python: >=3.11" in metadata
    assert "pytest" not in "".join(re.findall(r"Requires-Dist: .*", metadata))
    assert "LICENSE" in names


def test_lock_is_whole() -> None:
    """Everything pyproject.toml asks for is in the lock: one version each, with its hashes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    asked += project["build-system"]["requires"]
    wanted = {re.match(r"[\w-]+", line)[0].lower() for line in asked}  # type: ignore[index]

    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+).*\\\n    --hash=sha256:", lock, re.MULTILINE))

    assert set() == wanted - set(pinned)
    assert len(pinned) == len(re.findall(r"^\S+==", lock, re.MULTILINE))


def test_lock_names_no_place() -> None:
    """The lock names neither a registry nor a folder of the machine it was made on."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    assert [] == re.findall(r"https?://|file:|--index|--extra|--find-links|^/", lock)


def test_every_setting_is_explained() -> None:
    """`.env.example` names every setting there is and none that is not."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert {*settings.VALUES.values(), *settings.OTHERS} == set(
        re.findall(r"^#?(FILER_\w+)=", example, re.MULTILINE)
    )


def test_the_example_sets_nothing(tmp_path: Path) -> None:
    """Copied as it is, `.env.example` changes nothing: every line is a comment."""
    copy = tmp_path / ".env"
    shutil.copy(ROOT / ".env.example", copy)

    with_it = settings.read({}, default_evidence=tmp_path, environment={}, dotenv=copy)
    without = settings.read({}, default_evidence=tmp_path, environment={}, dotenv=tmp_path / "no")

    assert without == with_it


def test_the_example_filled_in(tmp_path: Path) -> None:
    """Every example value, uncommented, is one that filer accepts."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    copy = tmp_path / ".env"
    copy.write_text(re.sub(r"^#(FILER_\w+=.)", r"\1", example, flags=re.MULTILINE))
    (tmp_path / "my-reason.txt").write_text("Because.", encoding="utf-8")
    text = copy.read_text(encoding="utf-8").replace(
        "my-reason.txt", str(tmp_path / "my-reason.txt")
    )
    copy.write_text(text, encoding="utf-8")

    read = settings.read({}, default_evidence=tmp_path, environment={}, dotenv=copy)

    assert "nl" == read.language
