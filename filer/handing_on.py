"""Handing a case on: checked first, written as one .zip, and said what is in it and what is not."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cryptography import x509

from filer.clock import SystemClock
from filer.errors import WrongUsage
from filer.evidence import redact
from filer.evidence.check import first_few, printable
from filer.evidence.export import Contents, contents, entries, target_for, write_zip
from filer.evidence.hiding import Box
from filer.evidence.redact import Copy, Wishes
from filer.evidence.verify import verify
from filer.words import _, command, ngettext


@dataclass(frozen=True)
class Exported:
    """A copy that was written. *ok* says whether all of the case is in it and in order."""

    case: Path
    file: Path
    redacted: bool
    bundles: tuple[str, ...]
    ok: bool
    removed: tuple[str, ...]
    sentences: tuple[str, ...]

    def facts(self) -> dict[str, object]:
        """The same as a JSON object."""
        return {
            "case": str(self.case),
            "file": str(self.file),
            "redacted": self.redacted,
            "bundles": list(self.bundles),
            "ok": self.ok,
            "removed": list(self.removed),
        }


@dataclass(frozen=True)
class Export:
    """A copy that is to be written: of what, where to, and without what, if it is a working copy.

    `prepare` makes one.
    """

    inside: Contents
    target: Path
    redacted: bool
    overwrite: bool

    @property
    def in_the_way(self) -> bool:
        """Whether there is already something where the copy goes, and nobody said it may go."""
        return os.path.lexists(self.target) and not self.overwrite


def prepare(case: Path, to: str | None, *, redacted: bool, overwrite: bool) -> Export:
    """What a copy of *case* to *to* would be. Raises `WrongUsage` and `EvidenceBroken`."""
    inside = contents(case)
    name = f"{case.name}-working-copy.zip" if redacted else f"{case.name}.zip"
    return Export(inside, target_for(name, to, case), redacted, overwrite)


def export(job: Export, wishes: Wishes, pinned: Sequence[x509.Certificate] = ()) -> Exported:
    """Write the copy; what does not verify goes along, and is said.

    Raises `WrongUsage` for a wish that fits nothing, `EvidenceBroken` when what is to be hidden
    cannot be, and what `write_zip` raises.
    """
    inside = job.inside
    copy = redact.working_copy(inside, wishes, SystemClock()) if job.redacted else None
    broken = list(_broken(inside, pinned))
    what = copy.entries if copy else entries(inside)
    write_zip(what, job.target, overwrite=job.overwrite)
    return Exported(
        case=inside.case,
        file=job.target,
        redacted=job.redacted,
        bundles=tuple(bundle.name for bundle in inside.bundles),
        ok=not broken and not inside.unsealed,
        removed=copy.removed if copy else (),
        sentences=(*broken, *_left_out(inside), *_done(job, copy)),
    )


def _broken(inside: Contents, pinned: Sequence[x509.Certificate]) -> Iterator[str]:
    for bundle in inside.bundles:
        result = verify(bundle, pinned)
        if wrong := [check for check in result.checks if not check.ok]:
            yield _(
                "WARNING: {bundle} is NOT in order. Check {n} ({name}) found: {got}. It goes into "
                "the copy as it is, and whoever checks it will see this."
            ).format(bundle=bundle.name, n=wrong[0].number, name=wrong[0].name, got=wrong[0].got)


def _left_out(inside: Contents) -> Iterator[str]:
    for bundle in inside.unsealed:
        yield _(
            "WARNING: {bundle} is not in the copy, because it is not sealed: a session is still "
            "running in it, or it could not be sealed. Export again when it is."
        ).format(bundle=bundle.name)
    if inside.left_out:
        yield _("Not in the copy, because filer did not put it there: {files}.").format(
            files=first_few(inside.left_out)
        )


def _done(job: Export, copy: Copy | None) -> Iterator[str]:
    count = len(job.inside.bundles)
    if copy is None:
        yield ngettext(
            "The copy is there, with {n} bundle: {file}",
            "The copy is there, with {n} bundles: {file}",
            count,
        ).format(n=count, file=job.target)
        yield _(
            "Whoever gets it can read all that you filled in. To take something out first: "
            "{command} export {case} --redacted"
        ).format(command=command(), case=job.inside.case.name)
        return
    yield _("The working copy is there: {file}").format(file=job.target)
    yield _("Taken out, and named in the copy:")
    yield from (f"  {name}" for name in copy.removed)
    if copy.look_at:
        yield _("Still in it, and of the same page as something you took out:")
        yield from (f"  {name}" for name in copy.look_at)
    yield _(
        "Look through it before you hand it on: filer knows what was typed, not what else a "
        "picture or a paper shows. The names of files stay readable."
    )
    if copy.guessable:
        yield _(
            "What you hid cannot be read from the copy. But somebody who guesses it, letter by "
            "letter, can see from the hashes in the copy that the guess is right."
        )
    yield _("Your original was not changed. Keep it: only with it can everything be shown.")


# --------------------------------------------------------------------------- what to take out


def wishes_from(drop: Sequence[str], blacken: Sequence[str], hide: Sequence[str]) -> Wishes:
    """Wishes as typed on the command line. Raises `WrongUsage`."""
    names = [name.strip() for each in hide for name in each.split(",") if name.strip()]
    return Wishes(tuple(drop), tuple(_box(each) for each in blacken), tuple(names))


def _box(typed: str) -> tuple[str, Box]:
    file, _colon, numbers = typed.rpartition(":")
    try:
        left, top, width, height = (int(number) for number in numbers.split(","))
    except ValueError:
        left, top, width, height = 0, 0, 0, 0
    if not file or left < 0 or top < 0 or width <= 0 or height <= 0:
        raise WrongUsage(
            _('"{typed}" is no picture with a box.').format(typed=printable(typed)),
            _("It looks like data/shots/001-x.png:X,Y,W,H, in pixels: from the left, from the top,")
            + " "
            + _("width, height."),
        )
    return file, Box(left, top, width, height)


def choices(inside: Contents) -> list[tuple[str, str]]:
    """Every file that can be taken out, with a short word on what it shows."""
    return [(name, _shows(name)) for name in redact.choosable(inside)]


def how_to_choose(inside: Contents) -> str:
    """The choices in one text, for whoever has no terminal to be asked in."""
    fields = ", ".join(redact.fields(inside)) or "–"
    return _(
        "Say what to take out: --drop 'data/shots/*' leaves out files, "
        "--blacken data/shots/001-x.png:X,Y,W,H blackens a part of a picture, and --hide with "
        "names of fields takes out what was typed there (here: {fields})."
    ).format(fields=fields)


def _shows(name: str) -> str:
    kinds = {
        "shots": _("picture of a page"),
        "text": _("text of a page, with what was typed"),
        "form": _("what the fields of the form held"),
        "mail": _("e-mail"),
        "paper": _("paper, as you added it"),
        "note": _("your note"),
        "flow": _("the steps of the form; nothing of yours"),
        "environment": _("versions of programs on your computer, and its time zone"),
        "practice": _("which practice this was"),
    }
    kind = PurePosixPath(name).parts[2].partition(".")[0]
    return kinds.get(kind, _("added to the evidence"))


def numbers(typed: str, most: int) -> list[int] | None:
    """The numbers in a line such as `1 3-5, 7`, from 1 to *most*; None when it is no such line."""
    found: list[int] = []
    for part in typed.replace(",", " ").split():
        first, _dash, last = part.partition("-")
        if not (first.isascii() and first.isdigit() and (last or first).isdigit()):
            return None
        begin, end = int(first), int(last or first)
        if not 1 <= begin <= end <= most:
            return None
        found.extend(range(begin, end + 1))
    return found or None
