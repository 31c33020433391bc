"""A complaint onto the disk: a bundle in its case, and a folder ready to be uploaded.

The folder holds the dossier in each language, full and light, the exhibits and mails as files of
their own, and a text with every answer that a complaint form asks for. Nothing here hands it in.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from filer.complaint.dossier import Dossier, Matter, as_pdf
from filer.complaint.writing import MakeStamps
from filer.errors import EvidenceBroken, FilerError, MachineLacks, WrongUsage
from filer.evidence import layout
from filer.evidence.bundle import Bundle
from filer.evidence.environment import environment
from filer.evidence.outer import PATIENCE, stamp_seal
from filer.evidence.stamps import Stamped, Stamps
from filer.ports import Clock
from filer.words import _

_IN_BUNDLE = "complaint"
SEAL_PATIENCE = 20.0
"""How many seconds the seal waits: authorities that stamped the dossiers want a pause of 15."""


@dataclass(frozen=True)
class Made:
    """A file of a complaint: where it lies in the upload folder, and what is in it."""

    path: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Its hash."""
        return layout.sha256(self.content)


@dataclass(frozen=True)
class HandedOut:
    """What was written: the *folder* to upload from, and the *bundle* that keeps it in the case.

    *already* says that the case held the same complaint before; *problem* why the bundle is not
    sealed; *stamped* names the authorities that gave a timestamp of a dossier, *unstamped* says in
    a few words why none did.
    """

    matter: Matter
    dossiers: tuple[Dossier, ...]
    folder: Path
    files: tuple[Made, ...]
    bundle: Path
    already: bool = False
    stamped: tuple[str, ...] = ()
    unstamped: str = ""
    problem: FilerError | None = None

    def facts(self) -> dict[str, object]:
        """The same as a JSON object."""
        return {
            "case": str(self.matter.recorded.case),
            "bundle": str(self.bundle),
            "sealed": self.problem is None,
            "already": self.already,
            "practice": self.matter.recorded.practice,
            "to": self.matter.authority.slug,
            "why": self.matter.why,
            "folder": str(self.folder),
            "dossiers": [
                {
                    "language": each.language,
                    "light": each.light,
                    "path": str(self.folder / pdf_name(each)),
                    "exhibits": len(each.exhibits),
                    "embedded": len(each.originals),
                }
                for each in self.dossiers
            ],
            "files": [
                {"path": str(self.folder / f.path), "sha256": f.sha256, "size": len(f.content)}
                for f in self.files
            ],
            "stamped": list(self.stamped),
            "problem": self.problem.message if self.problem else None,
        }


def write(
    matter: Matter,
    dossiers: Sequence[Dossier],
    answers: str,
    where: Path,
    *,
    clock: Clock,
    stamps: MakeStamps | None = None,
) -> HandedOut:
    """Write the complaint into a new folder in *where*, and keep it in its case.

    *answers* is the text for the form. A folder that holds exactly this already is used again;
    another one is never written into. Raises `WrongUsage` when *where* is no folder, `MachineLacks`
    when it cannot be written, and what `Bundle` raises.
    """
    refuse_no_folder(where)
    try:
        pdfs = tuple(Made(pdf_name(each), as_pdf(each)) for each in dossiers)
    except OSError as trouble:
        raise MachineLacks(
            _("The dossier cannot be made: {why}.").format(why=trouble.strerror or trouble)
        ) from trouble
    text = Made("answers.txt", answers.encode("utf-8", "backslashreplace"))
    already = _kept_before(matter, (*pdfs, text))
    asked: Stamps | str = "not asked"
    made: tuple[Made, ...] = ()
    problem: FilerError | None = None
    if already is not None:
        bundle, made = already, tuple(_stamps_in(already))
    else:
        asked = stamps() if stamps else "not asked"
        made = tuple(_timestamps(pdfs, asked)) if isinstance(asked, Stamps) else ()
        # Who did not answer for the dossiers is not asked for the seal; `filer seal` can be later.
        again = asked if made or isinstance(asked, str) else "none answered for the dossiers"
        bundle, problem = _keep(matter, dossiers, (*pdfs, text, *made), clock, again)
    files = (*pdfs, *made, text, *_loose(matter))
    folder = _put(where, _folder_name(matter), files)
    return HandedOut(
        matter,
        tuple(dossiers),
        folder,
        files,
        bundle,
        already=already is not None,
        stamped=tuple(
            dict.fromkeys(
                f.path.split(".pdf.")[1].removesuffix(".tsr")
                for f in made
                if f.path.endswith(".tsr")
            )
        ),
        unstamped="" if made else asked if isinstance(asked, str) else "no answer",
        problem=problem,
    )


def refuse_no_folder(where: Path) -> None:
    """Raise `WrongUsage` when *where* is no folder: better before anything is asked."""
    if not where.is_dir():
        raise WrongUsage(
            _("There is no folder {folder}.").format(folder=where),
            _("Make it first, or name another with --folder."),
        )


def pdf_name(dossier: Dossier) -> str:
    """What the PDF of *dossier* is called."""
    practice = "practice-" if dossier.practice else ""
    light = "-light" if dossier.light else ""
    return f"{practice}complaint-{dossier.language}{light}.pdf"


def _folder_name(matter: Matter) -> str:
    practice = "practice-" if matter.recorded.practice else ""
    day, flow = matter.day.isoformat(), matter.recorded.flow
    return f"{practice}{day}-complaint-{matter.authority.slug}-{layout.slug(flow)}"


def _loose(matter: Matter) -> Iterator[Made]:
    """The exhibits, mails and papers as files of their own."""
    practice = "practice-" if matter.recorded.practice else ""
    for each in matter.exhibits:
        what = layout.slug(each.what)
        yield Made(
            f"exhibits/{practice}exhibit-{each.number:03d}-{what}.png", each.original.content
        )
    for original in matter.originals:
        name = original.path.rpartition("/")[2]
        if original.path == "data/mail/0001.eml":
            yield Made(f"mail/{original.bundle}.eml", original.content)
        elif original.path.startswith("data/papers/") and not name.endswith(".json"):
            yield Made(f"papers/{original.bundle}-{name}", original.content)


# --------------------------------------------------------------------------- timestamps


def _timestamps(pdfs: Sequence[Made], stamps: Stamps) -> Iterator[Made]:
    """A detached timestamp beside each full PDF, with its certificates; none that failed."""
    wanted = [each for each in pdfs if not each.path.endswith("-light.pdf")]
    for number, each in enumerate(wanted, 1):
        stamps.ask("dossier", number, each.content)
    stamps.wait(PATIENCE)
    for came in stamps.finish():
        if isinstance(came, Stamped) and 0 < came.lines <= len(wanted):
            name = f"{wanted[came.lines - 1].path}.{came.authority}"
            yield Made(f"{name}.tsr", came.token.raw)
            yield Made(f"{name}.chain.pem", came.chain)


def _stamps_in(bundle: Path) -> Iterator[Made]:
    for path in sorted((bundle / layout.DATA / _IN_BUNDLE).iterdir()):
        if path.name.endswith((".tsr", ".chain.pem")):
            yield Made(path.name, path.read_bytes())


# --------------------------------------------------------------------------- the bundle


def _kept_before(matter: Matter, files: Sequence[Made]) -> Path | None:
    """The bundle of the case that holds just these *files* already, sealed; None if none does."""
    wanted = {each.sha256 for each in files}
    for bundle in matter.recorded.bundles:
        held = {ref.sha256 for ref in bundle.files}
        if bundle.kind == "complaint" and bundle.sealed and wanted <= held:
            return bundle.path
    return None


def _keep(
    matter: Matter,
    dossiers: Sequence[Dossier],
    files: Sequence[Made],
    clock: Clock,
    asked: Stamps | str,
) -> tuple[Path, FilerError | None]:
    ready = None if isinstance(asked, str) else asked
    with Bundle.begin(
        matter.recorded.case,
        "complaint",
        flow=matter.recorded.flow,
        practice=matter.recorded.practice,
        clock=clock,
        stamps=ready,
        unstamped=asked if isinstance(asked, str) else "",
    ) as bundle:
        bundle.put("environment.json", environment({"typst": version("typst")}))
        for each in files:
            bundle.put(f"{_IN_BUNDLE}/{each.path}", each.content)
        bundle.put(f"{_IN_BUNDLE}/rests-on.json", _rests_on(matter))
        bundle.event(
            "complaint.made",
            "tool",
            authority=matter.authority.slug,
            languages=sorted({each.language for each in dossiers}),
            why=matter.why,
            day=matter.day.isoformat(),
        )
        try:
            bundle.seal({"outcome": layout.ADDED, "reason": None, "sent": False})
        except EvidenceBroken as trouble:
            return bundle.path, trouble
    if ready is not None:
        # The log itself gets none: the dossiers have their own, and the seal covers all of it.
        stamp_seal(bundle.path, ready, patience=SEAL_PATIENCE)
    return bundle.path, None


def _rests_on(matter: Matter) -> bytes:
    """The seals of the bundles that the complaint rests on, by their names."""
    seals: Mapping[str, str] = {
        each.bundle: each.sha256 for each in matter.originals if each.path == layout.TAGMANIFEST
    }
    return json.dumps({"tagmanifests": seals}, indent=2).encode() + b"\n"


# --------------------------------------------------------------------------- the folder


def _put(where: Path, name: str, files: Sequence[Made]) -> Path:
    number = 1
    while True:
        folder = where / (name if number == 1 else f"{name}-{number}")
        if not os.path.lexists(folder):
            _write(folder, files)
            return folder
        if _holds(folder, files):
            return folder
        number += 1


def _holds(folder: Path, files: Sequence[Made]) -> bool:
    try:
        there = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and path.name not in layout.STREWN
        }
    except OSError:
        return False
    return there == {each.path: each.content for each in files}


def _write(folder: Path, files: Sequence[Made]) -> None:
    """Write all *files* into a new *folder*, or nothing: it gets its name when it is whole."""
    try:
        # A complaint holds a name, an address and more: for its owner alone, as a new folder is.
        made = Path(tempfile.mkdtemp(prefix=".filer-", dir=folder.parent))
        try:
            for each in files:
                path = made / each.path
                path.parent.mkdir(mode=0o700, exist_ok=True)
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
                    file.write(each.content)
            made.rename(folder)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
    except OSError as trouble:
        raise MachineLacks(
            _("{path} cannot be written: {why}.").format(
                path=folder, why=trouble.strerror or trouble
            ),
            _("The complaint itself is kept in its case. Name another folder with --folder."),
        ) from trouble
