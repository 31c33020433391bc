"""The person's values, checked before a window opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from filer.profile import check, wrong


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("+31 6 12345678", True),
        ("06-1234 5678", True),
        ("(0)6.12.34.56", True),
        ("12345", False),
        ("my own", False),
        ("+31 6 1234 5678 9012 3456", False),
    ],
)
def test_a_telephone_number_has_six_to_fifteen_digits(value: str, right: bool) -> None:
    """However it is written: a country code and a number have 15 digits at most (E.164)."""
    assert right is (wrong("phone", value) == "")


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.png", b"\x89PNG"), ("b.JPG", b"\xff\xd8\xff\xe0"), ("c.webp", b"RIFF....WEBP")],
)
def test_a_picture_is_known_by_its_first_bytes(tmp_path: Path, name: str, begins: bytes) -> None:
    """A png, jpg or webp is attached; the same bytes under another ending are not."""
    path = tmp_path / name
    path.write_bytes(begins)
    other = path.with_suffix(".pdf")
    other.write_bytes(begins)

    assert "" == wrong("picture", str(path))
    assert "png, jpg or webp" in wrong("picture", str(other))


def test_a_picture_that_is_not_needed_is_not_looked_for() -> None:
    """A picture that is gone does not stop a command that has no use for it."""
    profile = check({"picture": "/nowhere/gone.png"})

    assert "/nowhere/gone.png" == profile.get("picture")
    assert "cannot be read" in wrong("picture", profile.get("picture"))
