"""A letter onto the disk: a PDF and a text in a folder, and both kept in the case if there is one.

The log of the kept bundle names kind, platform and language, and nothing personal.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from filer.complaint.letters import Letter, as_pdf, as_text
from filer.errors import EvidenceBroken, FilerError, MachineLacks, WrongUsage
from filer.evidence import layout
from filer.evidence.bundle import Bundle
from filer.evidence.environment import environment
from filer.evidence.outer import stamp_seal, why_unstamped
from filer.evidence.stamps import Stamps
from filer.ports import Clock
from filer.words import _

MakeStamps = Callable[[], "Stamps | str"]
"""Who is asked for timestamps of a new bundle, or in a few words why nobody is."""


@dataclass(frozen=True)
class Written:
    """The files of a letter, and the *bundle* that keeps it in its case, if there is one.

    *problem* says why that bundle is not sealed, *unstamped* why its seal has no timestamp though
    authorities were asked.
    """

    letter: Letter
    pdf: Path
    text: Path
    bundle: Path | None = None
    problem: FilerError | None = None
    unstamped: str = ""

    def facts(self) -> dict[str, object]:
        """The same as a JSON object."""
        return {
            "kind": self.letter.kind,
            "platform": self.letter.platform,
            "language": self.letter.language,
            "practice": bool(self.letter.practice),
            "pdf": str(self.pdf),
            "text": str(self.text),
            "case": str(self.bundle.parent) if self.bundle else None,
            "bundle": str(self.bundle) if self.bundle else None,
            "sealed": None if self.bundle is None else self.problem is None,
            "problem": self.problem.message if self.problem else None,
        }


def write(
    letter: Letter,
    folder: Path,
    case: Path | None = None,
    *,
    flow: str = "",
    clock: Clock,
    stamps: MakeStamps | None = None,
) -> Written:
    """Write *letter* to *folder* as PDF and text, and keep both in *case*.

    A file that is there already with other content is never overwritten; the new one gets a number.
    Raises `WrongUsage` when *folder* is none, `MachineLacks` when it cannot be written, and what
    `Bundle` raises.
    """
    if not folder.is_dir():
        raise WrongUsage(
            _("There is no folder {folder}.").format(folder=folder),
            _("Make it first, or name another with --to."),
        )
    made, text = as_pdf(letter), as_text(letter).encode("utf-8", "backslashreplace")
    bundle, problem, unstamped = None, None, ""
    if case is not None:
        bundle, problem, unstamped = _keep(letter, made, text, case, flow, clock, stamps)
    pdf_path, text_path = _put(folder, name(letter), made, text)
    return Written(letter, pdf_path, text_path, bundle, problem, unstamped)


def name(letter: Letter) -> str:
    """The name of the letter's files, without their ending."""
    practice = "practice-" if letter.practice else ""
    return f"{practice}{letter.day.isoformat()}-{letter.kind}-{letter.platform}-{letter.language}"


def _put(folder: Path, stem: str, made: bytes, text: bytes) -> tuple[Path, Path]:
    number = 1
    while True:
        own = stem if number == 1 else f"{stem}-{number}"
        paths = folder / f"{own}.pdf", folder / f"{own}.txt"
        taken = [
            path
            for path, content in zip(paths, (made, text), strict=True)
            if os.path.lexists(path) and _content(path) != content
        ]
        if not taken:
            break
        number += 1
    for path, content in zip(paths, (made, text), strict=True):
        if not path.exists():
            _write_new(path, content)
    return paths


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write_new(path: Path, content: bytes) -> None:
    try:
        # A letter holds a name and an address: readable by its owner alone.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(content)
    except OSError as trouble:
        raise MachineLacks(
            _("{path} cannot be written: {why}.").format(
                path=path, why=trouble.strerror or trouble
            ),
            _("Name another folder with --to."),
        ) from trouble


def _keep(
    letter: Letter,
    made: bytes,
    text: bytes,
    case: Path,
    flow: str,
    clock: Clock,
    stamps: MakeStamps | None,
) -> tuple[Path, FilerError | None, str]:
    asked = stamps() if stamps else "not asked"
    ready = None if isinstance(asked, str) else asked
    with Bundle.begin(
        case,
        "letter",
        flow=flow,
        practice=bool(letter.practice),
        clock=clock,
        stamps=ready,
        unstamped=asked if isinstance(asked, str) else "",
    ) as bundle:
        bundle.put("environment.json", environment({"typst": version("typst")}))
        stem = f"letters/{letter.kind}-{letter.platform}-{letter.language}"
        bundle.put(f"{stem}.pdf", made)
        bundle.put(f"{stem}.txt", text)
        bundle.event(
            "letter.made",
            "tool",
            letter=letter.kind,
            platform=letter.platform,
            language=letter.language,
            day=letter.day.isoformat(),
        )
        bundle.stamp_and_wait("kept")
        try:
            bundle.seal({"outcome": layout.ADDED, "reason": None, "sent": False})
        except EvidenceBroken as trouble:
            return bundle.path, trouble, ""
    why = why_unstamped(stamp_seal(bundle.path, ready)) if ready is not None else ""
    return bundle.path, None, why
