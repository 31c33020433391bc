"""Any change to any file of a sealed bundle: never all right, and never more than a sentence."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from filer.evidence import layout
from filer.evidence.tokens import read_roots
from filer.evidence.verify import verify
from tests.evidence.forging import Good, good_evidence

CASES = [30, pytest.param(1_500, marks=pytest.mark.proof)]
Change = Callable[[bytes], bytes]


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """A change to what a file holds; places are a part of its length."""
    where = draw(st.floats(0, 1, exclude_max=True))
    length = draw(st.integers(1, 200))
    more = draw(st.one_of(st.binary(min_size=1, max_size=60), st.sampled_from(TELLING)))
    bit = draw(st.integers(1, 255))
    kind = draw(st.sampled_from(["flip", "cut", "put in", "take out", "other", "twice", "case"]))

    def change(raw: bytes) -> bytes:
        at = int(where * len(raw))
        match kind:
            case "flip":
                return raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :] if raw else more
            case "cut":
                return raw[:at]
            case "put in":
                return raw[:at] + more + raw[at:]
            case "take out":
                return raw[:at] + raw[at + length :]
            case "other":
                return more
            case "twice":
                return raw + raw[at:]
            case _:
                return raw[:at] + raw[at:].swapcase()

    return change


TELLING = (b"\n", b"\r\n", b" ", b"\0", b"\xef\xbb\xbf", b"%0A", b"../", b'{"seq":', b"0" * 64)


@pytest.mark.parametrize("examples", CASES)
def test_any_bytes(filed: Callable[..., Path], examples: int) -> None:
    """A file whose bytes are others is noticed, whichever file, whatever bytes."""
    bundle = filed()
    files = sorted(path for path in bundle.rglob("*") if path.is_file())

    @settings(max_examples=examples)
    @given(st.sampled_from(files), changes())
    @example(bundle / layout.SEAL, lambda raw: raw.upper())
    @example(bundle / layout.SEAL, lambda raw: raw.replace(b"\n", b"\r\n"))
    @example(bundle / layout.MANIFEST, lambda raw: raw + b"\n")
    @example(bundle / layout.TAGMANIFEST, lambda raw: raw.replace(b"  ", b" *"))
    def holds(file: Path, change: Change) -> None:
        before = file.read_bytes()
        after = change(before)
        file.write_bytes(after)
        try:
            noticed(bundle, same=before == after)
        finally:
            file.write_bytes(before)

    holds()
    noticed(bundle, same=True)


def noticed(bundle: Path, *, same: bool) -> None:
    """Check that `verify` finds something wrong, unless all is the *same*, and says it in words."""
    found = verify(bundle)

    assert found.ok is same
    assert all(f"{c.name}{c.got}{c.expected}".isprintable() for c in found.checks)


NAMES = st.one_of(
    st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=40),
    st.sampled_from(["seal.sha256", "a.part", ".hidden", "README.html", "session.jsonl", "x.tsr"]),
)
"""Names that a file can have on Linux."""


@pytest.mark.parametrize("examples", CASES)
def test_any_file(filed: Callable[..., Path], examples: int) -> None:
    """A file or folder that is gone, called otherwise, added or exchanged is noticed."""
    bundle = filed()
    kept = bundle.parent.parent.parent / "kept"
    shutil.copytree(bundle, kept)
    names = sorted(path.relative_to(bundle) for path in bundle.rglob("*"))
    folders = [Path(), *(name for name in names if (bundle / name).is_dir())]

    @settings(max_examples=examples)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(names))
        new = bundle / data.draw(st.sampled_from(folders)) / data.draw(NAMES)
        how = data.draw(st.sampled_from(["gone", "renamed", "added", "exchanged", "linked"]))
        try:
            done = carry_out(bundle, name, new, how)
            noticed(bundle, same=not done)
        finally:
            shutil.rmtree(bundle)
            shutil.copytree(kept, bundle)

    holds()


def carry_out(bundle: Path, name: Path, new: Path, how: str) -> bool:
    """Do *how* with the file *name* of *bundle* and the path *new*; False where nothing changed.

    What an operating system strews and nobody seals is passed over, and is no change.
    """
    old, strewn = bundle / name, new.name in layout.STREWN
    if new.name in {".", ".."} or len(new.name.encode()) > 255 or new.exists():
        return False
    match how:
        case "gone":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        case "renamed":
            if old in new.parents or old == new:
                return False
            old.rename(new)
        case "added":
            new.write_bytes(b"new")
            return not strewn
        case "linked":
            new.symlink_to(old)
            return not strewn
        case "exchanged":
            other = bundle / "manifest-sha256.txt"
            if old.is_dir() or old == other:
                return False
            first, second = old.read_bytes(), other.read_bytes()
            old.write_bytes(second)
            other.write_bytes(first)
    return True


# --------------------------------------------------------------------------- with timestamps


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Good:
    """Good evidence with timestamps, made once."""
    return good_evidence(tmp_path_factory.mktemp("good"))


@pytest.mark.proof
def test_any_bytes_of_a_stamped_bundle(good: Good, tmp_path: Path) -> None:
    """The same for a bundle with timestamps, in case the root certificate is known.

    Outside of what is sealed, so that a change of it takes nothing away and may pass: certificates
    beside the outer seal, which are only there to help, and the parts of a timestamp that its
    signature does not cover.
    """
    roots = read_roots(good.keys.root)
    case = shutil.copytree(good.cases["filed"], tmp_path / good.cases["filed"].name)
    bundle = next(path for path in sorted(case.iterdir()) if path.is_dir())
    assert verify(bundle, roots).ok
    files = sorted(path for path in bundle.rglob("*") if path.is_file())

    @settings(max_examples=1_000)
    @given(st.sampled_from(files), changes())
    def holds(file: Path, change: Change) -> None:
        before = file.read_bytes()
        after = change(before)
        file.write_bytes(after)
        try:
            found = verify(bundle, roots)
            outside = file.name.startswith(f"{layout.TAGMANIFEST}.")
            assert outside or found.ok is (before == after), file
            assert all(f"{c.name}{c.got}{c.expected}".isprintable() for c in found.checks)
        finally:
            file.write_bytes(before)

    holds()
