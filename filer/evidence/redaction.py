"""A working copy of a bundle, as `redacted.json` describes it: what was taken out, what stands in.

The copy keeps every list, seal, timestamp and the log of the original. What was taken out is
missing, by name and hash; what stands in for it has another name, so that it can never pass for
it. Whoever wrote `redacted.json`, it excuses nothing that evidence cannot do without.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filer.evidence import layout
from filer.evidence.check import Check, first_few, printable
from filer.evidence.layout import DATA, LOG, START_PAGE
from filer.words import _

REDACTED = "redacted.json"
REDACTED_TEXT = "REDACTED.txt"
FORMAT = "filer-redaction/1"
WHYS = frozenset({"dropped", "blackened", "hidden", "unseen", "salt", "start page"})
"""Why a file was taken out: asked for, blackened, a hidden value is in it, filer cannot see whether
one is, it holds the secret number that keeps hashes from being guessed, it shows all of these."""

NUMBER = 30
"""The number of the check of a working copy, which no other bundle has."""

_BIGGEST = 1 << 22
_SHA256 = re.compile(r"[0-9a-f]{64}")
_STANDS_IN = re.compile(rf"{DATA}/(?:.+/)?[^/]+\.redacted(?:-\d+)?(?:\.[A-Za-z0-9.]+)?")


@dataclass(frozen=True)
class Removed:
    """A file that was taken out, as it was, *why* (one of `WHYS`), and what stands in for it."""

    name: str
    sha256: str
    size: int
    why: str
    replaced_by: str | None = None

    def facts(self) -> dict[str, object]:
        """The same as a JSON object."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "size": self.size,
            "why": self.why,
            "replaced_by": self.replaced_by,
        }


@dataclass(frozen=True)
class Redaction:
    """What `redacted.json` says. *added* is name to hash of all that was put in beside itself.

    *sealed* is the hash of the original's list of tag files; *hidden* are names of form fields.
    *wrong* says what it may not say, or why it cannot be read.
    """

    made: str
    agent: str
    sealed: str
    hidden: tuple[str, ...]
    removed: tuple[Removed, ...]
    added: Mapping[str, str]
    wrong: tuple[str, ...] = ()

    def as_json(self) -> bytes:
        """The bytes of `redacted.json`."""
        facts = {
            "format": FORMAT,
            "what": "a working copy; the original was not changed",
            "made": self.made,
            "agent": self.agent,
            "by": "person",
            "sealed": self.sealed,
            "hidden": list(self.hidden),
            "removed": [each.facts() for each in self.removed],
            "added": [{"name": name, "sha256": self.added[name]} for name in sorted(self.added)],
        }
        return json.dumps(facts, indent=2).encode("ascii") + b"\n"


def removable(name: str) -> bool:
    """Whether the file *name* of a bundle may be taken out of a copy.

    The log, the lists, the seals and the timestamps stay: without them nothing can be checked.
    """
    return name == START_PAGE or (name.startswith(f"{DATA}/") and name != f"{DATA}/{LOG}")


def stands_in(name: str) -> bool:
    """Whether *name* says that the file stands in for another, so it cannot pass for it."""
    return _STANDS_IN.fullmatch(name) is not None and layout.is_safe(name)


def read_redaction(bundle: Path) -> Redaction | None:
    """What `redacted.json` in *bundle* says; None when there is none, so it is no working copy.

    Raises nothing: what is wrong with it is in the answer.
    """
    path = bundle / REDACTED
    if not os.path.lexists(path):
        return None
    try:
        with layout.opened(path) as file:
            raw = file.read(_BIGGEST + 1)
        if len(raw) > _BIGGEST:
            return _unreadable(_("it is too big"))
        redaction = _parsed(json.loads(raw.decode("utf-8"), object_pairs_hook=layout.without_twins))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as trouble:
        return _unreadable(printable(str(trouble)))
    return replace(redaction, wrong=tuple(_wrong(redaction)))


def _unreadable(why: str) -> Redaction:
    said = _("{name} cannot be read: {why}").format(name=REDACTED, why=why)
    return Redaction("", "", "", (), (), {}, (said,))


def _parsed(read: Any) -> Redaction:
    if not isinstance(read, dict) or read.get("format") != FORMAT:
        raise ValueError(f"it is not of the format {FORMAT}")
    removed = tuple(
        Removed(
            _text(each["name"]),
            _text(each["sha256"]),
            _size(each["size"]),
            _text(each["why"]),
            None if each["replaced_by"] is None else _text(each["replaced_by"]),
        )
        for each in read["removed"]
    )
    pairs = [(_text(each["name"]), _text(each["sha256"])) for each in read["added"]]
    return Redaction(
        _text(read["made"]),
        _text(read["agent"]),
        _text(read["sealed"]),
        tuple(_text(each) for each in read["hidden"]),
        removed,
        layout.without_twins(pairs),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("there is something else where text should be")
    return value


def _size(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError("a size is not a whole number")
    return value


def _wrong(redaction: Redaction) -> Iterator[str]:
    names = [each.name for each in redaction.removed]
    stand_ins = [each.replaced_by for each in redaction.removed if each.replaced_by is not None]
    if not names:
        yield _("{name} names nothing that was taken out").format(name=REDACTED)
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _("{name} is named twice").format(name=printable(name))
    for each in redaction.removed:
        name = printable(each.name)
        if not layout.is_safe(each.name) or not removable(each.name):
            yield _("{name} may not be missing").format(name=name)
        if not _SHA256.fullmatch(each.sha256) or each.why not in WHYS:
            yield _("what is said of {name} makes no sense").format(name=name)
    for name in sorted(set(stand_ins) - set(redaction.added)):
        yield _("{name} is to stand in, but has no hash").format(name=printable(name))
    for name, digest in redaction.added.items():
        named = name == REDACTED_TEXT or (stand_ins.count(name) == 1 and stands_in(name))
        if not named or not _SHA256.fullmatch(digest):
            yield _("{name} may not be added").format(name=printable(name))


def as_original(
    redaction: Redaction, hashes: dict[str, str], sizes: dict[str, int]
) -> tuple[str, ...]:
    """Make of *hashes* and *sizes*, those of the files of a copy, what the original should have.

    What was taken out is put back as `redacted.json` says it was, and what stands in goes. The
    lists and the log of the original then say whether that is true: every check can run as usual.
    Returns what in the copy does not fit. A `redacted.json` that is wrong excuses nothing.
    """
    if redaction.wrong:
        return redaction.wrong
    wrong = []
    hashes.pop(REDACTED, None)
    sizes.pop(REDACTED, None)
    for name, digest in redaction.added.items():
        if hashes.get(name) == digest:
            del hashes[name], sizes[name]
        else:
            what = (
                _("{name} is another file than was put in")
                if name in hashes
                else _("{name} is missing, although it was put in")
            )
            wrong.append(what.format(name=name))
    for each in redaction.removed:
        if each.name in hashes:
            wrong.append(_("{name} is still there").format(name=each.name))
        else:
            hashes[each.name], sizes[each.name] = each.sha256, each.size
    return tuple(wrong)


def redaction_check(redaction: Redaction, wrong: tuple[str, ...], tag_digest: str | None) -> Check:
    """The check of a working copy; *wrong* is what `as_original` found."""
    wrong = tuple(dict.fromkeys(wrong))
    if not redaction.wrong and redaction.sealed != tag_digest:
        wrong = (*wrong, _("{name} belongs to another bundle").format(name=REDACTED))
    count = len(redaction.removed)
    got = _("a working copy: {n} files taken out, each named").format(n=count)
    return Check(
        NUMBER,
        _("What was taken out is named"),
        ok=not wrong,
        got=first_few(wrong) or got,
        expected=_("only what {name} names is missing or added").format(name=REDACTED),
    )
