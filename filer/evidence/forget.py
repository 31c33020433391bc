"""Forgetting a case: what will be lost, said before; then its folder deleted, whole or not at all.

A case that is being deleted first loses its name, so that it is a case or gone, never half of one.
What a crash leaves of it the next start deletes. Only what filer itself put there is deleted.
"""

from __future__ import annotations

import os
import re
import secrets as random
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filer.errors import EvidenceFolder, WrongUsage
from filer.evidence import disk, layout
from filer.evidence.check import first_few, printable
from filer.evidence.log import in_use
from filer.evidence.reading import BundleReading, CaseReading, cases
from filer.evidence.redaction import REDACTED, REDACTED_TEXT
from filer.words import _, command, ngettext

_FORGOTTEN = "forgotten-"
_MARK = re.compile(r"-[0-9a-f]{8}")
_PART = re.compile(r"(.+)\.[0-9a-f]{8}\.part")
_LISTED = re.compile(rb"[0-9a-f]{64}  ([^\r\n]+)\n?")
_MOST_LISTED = 1 << 24
_OURS = frozenset(
    {
        layout.BAGIT,
        layout.BAG_INFO,
        layout.MANIFEST,
        layout.TAGMANIFEST,
        layout.SEAL,
        layout.VERIFY_TEXT,
        layout.START_PAGE,
        REDACTED,
        REDACTED_TEXT,
    }
)


@dataclass(frozen=True)
class Loss:
    """What is lost with a case. *only_one* says that no other case shows such an objection."""

    case: CaseReading
    only_one: bool
    others: tuple[str, ...]

    def sentences(self) -> Iterator[str]:
        """What will be lost, for the person, one thing a sentence."""
        bundles = self.case.bundles
        yield _("You are about to delete this case: {case}").format(case=self.case.path)
        counts = Counter(bundle.kind for bundle in bundles if bundle.kind)
        kinds = ", ".join(_counted(kind, n) for kind, n in counts.items())
        yield ngettext(
            "It holds {n} bundle ({kinds}), begun on {since}.",
            "It holds {n} bundles ({kinds}), the first begun on {since}.",
            len(bundles),
        ).format(n=len(bundles), kinds=kinds or "?", since=self.case.date)
        if self.case.practice:
            yield _("It is practice: nothing in it was sent to Meta.")
        elif any(_left(bundle) for bundle in bundles):
            yield from self._of_a_send()
        else:
            yield _("It shows no objection that was sent.")

    def _of_a_send(self) -> Iterator[str]:
        sure = any(bundle.sent for bundle in self.case.bundles)
        if sure:
            yield _("It shows that your objection was sent.")
        else:
            yield _("It is not known whether the objection in it was sent.")
        if self.only_one:
            yield _(
                "It is your ONLY evidence here of an objection on {flow}. Without it you cannot "
                "show that you objected, or when."
            ).format(flow=self.case.flow)
        else:
            yield _("There is other evidence of an objection on {flow}: {others}.").format(
                flow=self.case.flow, others=first_few(self.others)
            )
        yield _(
            "filer does not know here whether a deadline is running. If you still wait for an "
            "answer, or want to complain, you need this evidence."
        )
        yield _("To keep a copy first: {command} export {case}").format(
            command=command(), case=self.case.path.name
        )


def _counted(kind: str, n: int) -> str:
    """What *n* bundles of a *kind* hold, in words; kinds that are unknown here as they are."""
    words = {
        "filing": ngettext("{n} form filled in", "{n} forms filled in", n),
        "mail": ngettext("{n} e-mail", "{n} e-mails", n),
        "paper": ngettext("{n} paper", "{n} papers", n),
        "note": ngettext("{n} note", "{n} notes", n),
        "letter": ngettext("{n} letter", "{n} letters", n),
        "complaint": ngettext("{n} complaint", "{n} complaints", n),
        "replay": ngettext("{n} replay", "{n} replays", n),
    }
    return words.get(kind, f"{{n}} {printable(kind)}").format(n=n)


def _left(bundle: BundleReading) -> bool:
    """Whether an objection left in it, or may have."""
    return bundle.kind == "filing" and bundle.sent is not False


def loss(name: str, root: Path) -> Loss:
    """What would be lost if the case *name* of the evidence folder *root* were forgotten.

    Raises `WrongUsage` when it is no case of that folder, or holds what filer did not put there.
    """
    case = _case(name, root)
    if foreign := sorted(_foreign(case)):
        raise WrongUsage(
            _("In this case lie files that filer did not put there: {files}.").format(
                files=first_few(foreign)
            ),
            _("Move them elsewhere first. Nothing was deleted."),
        )
    all_cases = cases(root)
    mine = next(each for each in all_cases if each.path.name == case.name)
    others = tuple(
        each.path.name
        for each in all_cases
        if each is not mine
        and (each.flow, each.practice) == (mine.flow, mine.practice)
        and any(_left(bundle) and bundle.sealed for bundle in each.bundles)
    )
    return Loss(mine, only_one=not others, others=others)


def _case(name: str, root: Path) -> Path:
    given = Path(name) if os.path.lexists(name) else root / name
    path = Path(os.path.normpath(given.absolute()))  # not resolved: a link is no case
    kept = _("Nothing was deleted.")
    if not os.path.lexists(path):
        raise WrongUsage(_("There is no case {name}.").format(name=printable(name)), kept)
    if layout.bundle_name(path.name) and layout.case_name(path.parent.name):
        raise WrongUsage(
            _(
                "{bundle} cannot be forgotten alone: the bundles of a case hold on to each other, "
                "and without one the others prove less."
            ).format(bundle=path.name),
            _("The whole case: {command} forget {case}. {kept}").format(
                command=command(), case=path.parent.name, kept=kept
            ),
        )
    if path.is_symlink() or not path.is_dir() or layout.case_name(path.name) is None:
        raise WrongUsage(_("{path} is no case of filer.").format(path=path), kept)
    if path.parent.resolve() != root.resolve():
        raise WrongUsage(
            _("{path} does not lie in your evidence folder, {root}.").format(path=path, root=root),
            _("Only cases there are deleted; name another folder with --evidence. {kept}").format(
                kept=kept
            ),
        )
    return path


# --------------------------------------------------------------------------- what is not ours


def _foreign(case: Path) -> Iterator[str]:
    for entry in case.iterdir():
        if entry.name in layout.STREWN:
            continue
        if not entry.is_symlink() and entry.is_dir() and layout.bundle_name(entry.name):
            yield from _foreign_in(entry)
        elif not _is_part_of_a_seal(entry.name):
            yield printable(entry.name)


def _is_part_of_a_seal(name: str) -> bool:
    """Whether it is what an outer seal left that broke off: `outer` writes it in the case."""
    bundle, _dot, rest = name.partition(".")
    part = _PART.fullmatch(rest)
    return bool(layout.bundle_name(bundle) and part and layout.outer_parts(part[1]))


def _foreign_in(bundle: Path) -> Iterator[str]:
    listed = _listed(bundle)
    for folder, inside, files in os.walk(bundle):  # it follows no links
        for name in files + [each for each in inside if (Path(folder) / each).is_symlink()]:
            path = Path(folder) / name
            relative = path.relative_to(bundle).as_posix()
            plain = stat.S_ISREG(path.lstat().st_mode)
            if not plain or not (name in layout.STREWN or _is_ours(relative, listed)):
                yield printable(f"{bundle.name}/{relative}")


def _listed(bundle: Path) -> frozenset[str] | None:
    """What a sealed *bundle* lists; None for one that is not sealed, or not to be read."""
    names: set[str] = set()
    if not (bundle / layout.SEAL).is_file():
        return None
    for each in (layout.MANIFEST, layout.TAGMANIFEST):
        try:
            with layout.opened(bundle / each) as file:
                lines = file.read(_MOST_LISTED).splitlines(keepends=True)
        except OSError:
            return None
        found = [_LISTED.fullmatch(line) for line in lines]
        names |= {match[1].decode("utf-8", "backslashreplace") for match in found if match}
    return frozenset(names)


def _is_ours(relative: str, listed: frozenset[str] | None) -> bool:
    name = relative.removesuffix(".part")
    if name in _OURS or layout.is_seal(name):
        return True
    if listed is None:
        return name.startswith((f"{layout.DATA}/", f"{layout.TIMESTAMPS}/"))
    return name in listed


# --------------------------------------------------------------------------- the deleting


def forget(case: Path) -> None:
    """Delete the folder of the *case*. Deleted files may still be found on the disk or in backups.

    Raises `WrongUsage` while a session runs in it, and `EvidenceFolder` when not all of it could
    be deleted; it is no case any more then, and `sweep` goes on with it.
    """
    _refuse_running(case, case)
    gone = case.with_name(f"{_FORGOTTEN}{case.name}-{random.token_hex(4)}")
    with disk.said_plainly(case):
        case.rename(gone)
        disk.sync_folder(case.parent)
    try:
        _refuse_running(gone, case)  # one may have begun since we looked
    except WrongUsage:
        with disk.said_plainly(case):
            gone.rename(case)
        raise
    left = _delete(gone)
    if left:
        raise EvidenceFolder(
            _("Not everything could be deleted: {files}.").format(files=first_few(left)),
            _("What is left lies in {path}. filer tries again the next time it starts.").format(
                path=gone
            ),
        )


def _refuse_running(where: Path, case: Path) -> None:
    for entry in where.iterdir():
        if layout.bundle_name(entry.name) and in_use(entry / layout.DATA / layout.LOG):
            raise WrongUsage(
                _("A session is running in {case}.").format(case=case.name),
                _("End it first: close its window, or press Ctrl-C there. Nothing was deleted."),
            )


def sweep(root: Path) -> list[str]:
    """Delete what an earlier `forget` in the evidence folder *root* could not; what is left."""
    left: list[str] = []
    with suppress(OSError):
        for entry in sorted(root.iterdir()):
            if _was_forgotten(entry):
                left += _delete(entry)
    return left


def _was_forgotten(entry: Path) -> bool:
    case, mark = entry.name.removeprefix(_FORGOTTEN)[:-9], entry.name[-9:]
    return bool(
        entry.name.startswith(_FORGOTTEN)
        and layout.case_name(case)
        and _MARK.fullmatch(mark)
        and entry.is_dir()
        and not entry.is_symlink()
    )


def _delete(folder: Path) -> list[str]:
    """Delete *folder*, also what is read-only, following no link; return what could not go."""
    left: list[str] = []
    with suppress(OSError):
        folder.chmod(0o700)
    try:
        inside = list(folder.iterdir())
    except FileNotFoundError:
        return left  # somebody else deletes it too
    except OSError as trouble:
        return [f"{printable(folder.name)} ({trouble.strerror})"]
    for entry in inside:
        if entry.is_dir() and not entry.is_symlink():
            left += _delete(entry)
        else:
            left += _delete_file(entry)
    if not left:
        try:
            folder.rmdir()
        except FileNotFoundError:
            pass
        except OSError as trouble:
            left.append(f"{printable(folder.name)} ({trouble.strerror})")
    return left


def _delete_file(path: Path) -> list[str]:
    try:
        try:
            path.unlink(missing_ok=True)
        except PermissionError:  # Windows deletes nothing that is read-only
            path.chmod(0o600)
            path.unlink(missing_ok=True)
    except OSError as trouble:
        return [f"{printable(path.name)} ({trouble.strerror})"]
    return []
