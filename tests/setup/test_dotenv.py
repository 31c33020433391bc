"""`.env`, whatever is written in it: read as python-dotenv reads it, or refused with the line."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import example, given, settings
from hypothesis import strategies as st

from filer import settings as reading
from filer.errors import BadValue, FilerError

SECRET = "pa55-w0rd"
"""What must not be said again: it stands where other programs have their secrets."""

NAMES = st.sampled_from(
    ["FILER_NAME", "FILER_REASON", "FILER_NAMES", "OTHER_TOKEN", "", "export A"]
)
VALUES = st.one_of(
    st.just(SECRET),
    st.text(max_size=20),
    st.builds('"{}"'.format, st.text(max_size=20)),
    st.builds("'{}'".format, st.text(max_size=20)),
    st.builds('"{} {}'.format, st.just(SECRET), st.text(max_size=5)),
)
LINES = st.one_of(
    st.builds("{}={}".format, NAMES, VALUES),
    st.builds("{} {}".format, NAMES, VALUES),
    st.builds("{}".format, NAMES),
    st.sampled_from(["", "# a remark", "  ", SECRET, f"{SECRET} and so on"]),
    st.text(max_size=30),
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(LINES, max_size=8).map("\n".join))


@pytest.mark.parametrize("examples", [100, pytest.param(1_500, marks=pytest.mark.proof)])
def test_any_text(tmp_path: Path, examples: int) -> None:
    """Either all of it counts, as python-dotenv reads it, or a sentence names a line of it."""
    file = tmp_path / ".env"

    @settings(max_examples=examples)
    @given(TEXTS)
    @example("\n\n\nwhat is this\n")
    @example("FILER_NAMEX=1\n\nFILER_NAME\n")
    def holds(text: str) -> None:
        file.write_bytes(text.encode())
        try:
            found = reading._written(file)
        except BadValue as refused:
            told = f"{refused.message} {refused.hint}"
            assert SECRET not in told
            assert "\n" not in told
            assert_names_a_line(refused.message, text)
        else:
            usual = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
            assert dict(dotenv_values(stream=io.StringIO(usual), interpolate=False)) == dict(found)

    holds()


def assert_names_a_line(message: str, text: str) -> None:
    """Check that the *message* names a line of *text* that is there and is not empty."""
    named = re.search(r", line (\d+)", message)
    assert named is not None, message
    lines = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))
    line = lines[int(named[1]) - 1]
    assert line.strip(), message
    said = re.search(r'"(FILER_\w*)"|setting (FILER_\w*)', message)
    if said:
        assert line.strip().removeprefix("export").strip().startswith(said[1] or said[2]), message


@pytest.mark.parametrize("examples", [40, pytest.param(500, marks=pytest.mark.proof)])
def test_any_text_gives_settings_or_a_sentence(tmp_path: Path, examples: int) -> None:
    """From any text there are settings, or one of filer's own errors; nothing else is raised."""
    file = tmp_path / ".env"

    @settings(max_examples=examples)
    @given(TEXTS)
    def holds(text: str) -> None:
        file.write_bytes(text.encode())
        with contextlib.suppress(FilerError):
            reading.read({}, default_evidence=tmp_path, environment={}, dotenv=file)

    holds()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\n\n\nwhat is this\n", 4),
        ("A=1\n\n# a remark\n\nwhat is this\n", 5),
        ("FILER_NAMES_OF=1\n", 1),
        ("A=1\n\nFILER_NAME\n", 3),
        ('FILER_REASON="one\ntwo"\n\nFILER_NAME\n', 4),
        ("A=1\r\n\r\nwhat is this\r\n", 3),
    ],
)
def test_the_line_is_the_right_one(tmp_path: Path, text: str, line: int) -> None:
    """The line that is named is the line that is wrong, whatever stands above it."""
    file = tmp_path / ".env"
    file.write_bytes(text.encode())
    with pytest.raises(BadValue, match=rf"line {line}\b"):
        reading.read({}, default_evidence=tmp_path, environment={}, dotenv=file)


@pytest.mark.parametrize(
    "text", [f'DATABASE_PASSWORD="{SECRET}\n', f"{SECRET} two\n", f"{SECRET}\n", f"A {SECRET}=1\n"]
)
def test_no_secret_is_repeated(tmp_path: Path, text: str) -> None:
    """A line that cannot be read is named by its number, not by what stands in it."""
    file = tmp_path / ".env"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadValue, match="line 1") as refused:
        reading.read({}, default_evidence=tmp_path, environment={}, dotenv=file)

    assert SECRET not in f"{refused.value.message} {refused.value.hint}"


def test_a_file_from_windows(tmp_path: Path) -> None:
    """The mark that some editors put before the first line costs no setting."""
    file = tmp_path / ".env"
    file.write_bytes(b"\xef\xbb\xbfFILER_NAME=Sanne\r\nFILER_PATIENCE=7\r\n")
    found = reading.read({}, default_evidence=tmp_path, environment={}, dotenv=file)

    assert ("Sanne", 7.0) == (found.profile.get("name"), found.patience)


@pytest.mark.parametrize("place", ["", "practice-01-filing", "case/practice-01-filing"])
def test_beside_evidence_it_is_left_alone(tmp_path: Path, place: str) -> None:
    """Whoever hands evidence over could have put a `.env` there: it sets nothing."""
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    (tmp_path / place / "bagit.txt").touch()
    file = tmp_path / ".env"
    file.write_text("FILER_BROWSER=/bin/sh\nFILER_TSA_ROOTS=mine.pem\nFILER_LANGUAGE=de\n")

    found = reading.read({}, default_evidence=tmp_path, environment={}, dotenv=file)

    assert (None, None, None, "en", file) == (
        found.browser,
        found.tsa_roots,
        found.roots_from,
        found.speaks,
        found.unread,
    )
    assert "en" == reading.spoken((), {}, file)


def test_it_counts_where_the_person_put_it(tmp_path: Path) -> None:
    """Beside a folder of evidence, as a person may have both, it is read, and named as a source."""
    (tmp_path / "evidence/case/01-filing").mkdir(parents=True)
    (tmp_path / "evidence/case/01-filing/bagit.txt").touch()
    file = tmp_path / ".env"
    file.write_text("FILER_TSA_ROOTS=mine.pem\nFILER_BROWSER=chromium\n")
    both = {"FILER_TSA_ROOTS": "of-the-environment.pem"}

    found = reading.read({}, default_evidence=tmp_path, environment={}, dotenv=file)
    other = reading.read({}, default_evidence=tmp_path, environment=both, dotenv=file)

    assert (None, file, "chromium") == (found.unread, found.roots_from, found.browser)
    assert None is other.roots_from


def test_no_browser_of_the_folder_one_is_in(tmp_path: Path) -> None:
    """A browser in `.env` has its whole path: a stranger's folder brings no program along."""
    file = tmp_path / ".env"
    file.write_text("FILER_BROWSER=sub/evil\n")

    with pytest.raises(BadValue, match="depends on where you are"):
        reading.read({}, default_evidence=tmp_path, environment={}, dotenv=file)
