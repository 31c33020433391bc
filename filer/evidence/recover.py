"""Bundles that a crash, a power cut or a killed process left without a seal: made whole again.

A bundle whose log is locked belongs to a session that is still running and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from filer.errors import EvidenceBroken, FilerError
from filer.evidence import disk, layout
from filer.evidence.bundle import Bundle, complete, previous_seal
from filer.evidence.layout import FileRef
from filer.evidence.log import Log
from filer.evidence.reading import BundleReading, case_folders, files_named, read_bundle, read_log
from filer.evidence.volume import must_hold
from filer.ports import Clock
from filer.words import _


@dataclass(frozen=True)
class Recovered:
    """A bundle that had broken off. *sent* is None when it is not known whether a send left.

    *problem* says why it could not be sealed, and is None when it was.
    """

    bundle: Path
    outcome: str
    sent: bool | None
    problem: str | None = None

    def sentence(self) -> str:
        """What was found and what became of it, for the person."""
        sent = {
            True: _("The objection had left before."),
            False: _("Nothing was sent."),
            None: _("Whether the objection left is not known; filer will not send it again."),
        }
        found = (
            _("An earlier session broke off; its evidence is sealed now: {path}.")
            if self.problem is None
            else _("An earlier session broke off and could not be sealed: {path}. {why}")
        )
        return f"{found.format(path=self.bundle, why=self.problem)} {sent[self.sent]}"


def recover(root: Path, clock: Clock) -> list[Recovered]:
    """Seal every bundle below the evidence folder *root* that broke off; return what was found.

    One that cannot be sealed is reported with its problem and does not stop the others.
    Raises `EvidenceFolder`, and touches none, where a lock does not tell whether one still runs.
    """
    found = []
    for case in case_folders(root):
        try:
            unsealed = [entry for entry in sorted(case.iterdir()) if _broke_off(entry)]
        except OSError as trouble:
            found.append(Recovered(case, "interrupted", None, str(trouble)))
            continue
        if unsealed:
            must_hold(root)
        recovered = (_recover(bundle, clock) for bundle in unsealed)
        found.extend(each for each in recovered if each)
    return found


def _broke_off(entry: Path) -> bool:
    is_bundle = layout.bundle_name(entry.name) and entry.is_dir() and not entry.is_symlink()
    return bool(is_bundle) and not _sealed(entry)


def _sealed(bundle: Path) -> bool:
    """Whether a seal is there. One that a power cut left empty, or all zeros, is none."""
    seal = bundle / layout.SEAL
    try:
        return seal.exists() and bool(not seal.is_file() or seal.read_bytes().strip(b"\0"))
    except OSError:
        return True  # there is something; verify says what


def _recover(path: Path, clock: Clock) -> Recovered | None:
    try:
        with disk.said_plainly(path):
            disk.make_folder(path / layout.DATA)
            alone = not _others(path / layout.DATA)
            opened = Log.reopen(path / layout.DATA / layout.LOG, clock, alone=alone)
    except FilerError as trouble:
        return Recovered(path, "interrupted", _sent(read_bundle(path)), str(trouble))
    if opened is None:
        return None
    log, torn = opened
    with closing(log):
        if _sealed(path):  # sealed by its own session since we looked
            return None
        return _finish(path, log, torn, clock)


def _sent(reading: BundleReading) -> bool | None:
    """Whether the send left, as far as the log goes; behind a break nobody knows."""
    whole = reading.started and not reading.broken
    return reading.sent if whole else reading.sent or None


def _finish(path: Path, log: Log, torn: FileRef | None, clock: Clock) -> Recovered:
    reading = read_bundle(path)
    outcome: Mapping[str, object] = {"outcome": reading.outcome or "interrupted"}
    try:
        with disk.said_plainly(path):
            story = _read(path)
            _refuse_changed(path, story)
            for part in (*path.glob("*.part"), *path.glob(f"{layout.TIMESTAMPS}/*.part")):
                part.unlink()  # of a tag file: written anew, or a timestamp that did not get there
            _tidy_timestamps(path / layout.TIMESTAMPS)
            complete(path)
            finished = bool(reading.outcome) and torn is None and not _nameless(path, story)
            bundle = Bundle.resume(path, log, story.begun, clock, finished=finished)
            if not finished:
                _tidy(path, bundle, story, torn)
                lost = {"outcome": "interrupted", "reason": None, "sent": reading.sent}
                outcome = story.outcome or lost
            bundle.seal(outcome)
    except FilerError as trouble:
        return Recovered(path, str(outcome["outcome"]), _sent(reading), str(trouble))
    return Recovered(path, str(outcome["outcome"]), reading.sent)


@dataclass(frozen=True)
class _Story:
    """What the log says of the files: named, withdrawn, and found to hold a secret.

    *outcome* is that of a session which ended but was not sealed.
    """

    lines: int
    begun: Mapping[str, object]
    named: Mapping[str, str]
    tokens: frozenset[str]
    gone: frozenset[str]
    leaking: frozenset[str]
    outcome: Mapping[str, object] | None


def _read(path: Path) -> _Story:
    name = layout.bundle_name(path.name)
    case = layout.case_name(path.parent.name)
    begun: Mapping[str, object] = {
        "kind": name.kind if name else "",
        "flow": case.flow if case else "",
        "practice": name.practice if name else False,
        "previous_seal": previous_seal(path),
    }
    lines = 0
    named: dict[str, str] = {}
    gone: set[str] = set()
    leaking: set[str] = set()
    tokens: set[str] = set()
    outcome = None
    for line in read_log(path / layout.DATA / layout.LOG):
        lines += 1
        begun = line.data if line.seq == 0 else begun
        refs = {ref.path: ref.sha256 for ref in files_named(line.data)}
        if line.event == "capture.withdrawn":
            gone |= refs.keys()
        else:
            named |= refs
        tokens |= {str(line.data.get(key)) for key in ("token", "kept") if line.data.get(key)}
        if line.event == "secret.found":
            leaking.add(str(line.data.get("name", "")).removeprefix(f"{layout.DATA}/"))
            outcome = line.data.get("outcome")
        if line.event == "closed":
            outcome = line.data
    outcome = outcome if isinstance(outcome, dict) and outcome.get("outcome") else None
    return _Story(
        lines, begun, named, frozenset(tokens), frozenset(gone), frozenset(leaking), outcome
    )


def _refuse_changed(path: Path, story: _Story) -> None:
    # What was changed after it was logged must not get a seal from us.
    for name, digest in story.named.items():
        if name in story.gone:
            continue
        file = path / layout.DATA / name
        if not layout.is_safe(name) or not file.is_file() or layout.hash_file(file)[0] != digest:
            raise EvidenceBroken(
                _("{name} is not the file that the log names.").format(name=name),
                _("The folder is left as it is."),
            )


def _tidy(path: Path, bundle: Bundle, story: _Story, torn: FileRef | None) -> None:
    data = path / layout.DATA
    for name in filter(layout.is_safe, story.gone):
        (data / name).unlink(missing_ok=True)  # withdrawn, but not yet deleted
    nameless = _nameless(path, story)
    facts: dict[str, object] = {
        "torn": torn.facts() if torn else None,
        "files": [_ref(data, name).facts() for name in nameless if not torn or name != torn.path],
        "tokens": list(_nameless_tokens(path, story)),
    }
    if story.lines == 0:  # not even the first line was written
        facts |= story.begun
    bundle.event("recovered", "tool", **facts)
    for name in sorted(story.leaking & _present(data)):
        if name == layout.LOG:
            raise EvidenceBroken(
                _("The log itself may hold a secret, and nothing is ever taken out of a log."),
                _("The folder is left as it is, without a seal. Do not hand it on."),
            )
        bundle.withdraw(name, "it held a secret")
    for folder in sorted((e for e in data.rglob("*") if e.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()  # made for a file that never came


def _nameless(path: Path, story: _Story) -> list[str]:
    """The payload files that no line of the log names."""
    return sorted(_present(path / layout.DATA) - story.named.keys() - {layout.LOG})


def _tidy_timestamps(folder: Path) -> None:
    """Take out certificates whose timestamp did not get there any more, and an empty folder."""
    entries = list(folder.iterdir()) if folder.is_dir() else []
    authorities = {
        parts[2]
        for entry in entries
        if (parts := layout.token_parts(f"{layout.TIMESTAMPS}/{entry.name}"))
    }
    kept = {Path(layout.chain_name(authority)).name for authority in authorities}
    for entry in entries:
        if entry.name.endswith(".chain.pem") and entry.name not in kept:
            entry.unlink()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _nameless_tokens(path: Path, story: _Story) -> Iterator[dict[str, str]]:
    """Timestamps that came just before the end: they are there, but no line names them yet."""
    folder = path / layout.TIMESTAMPS
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = f"{layout.TIMESTAMPS}/{entry.name}"
        if name in story.tokens or entry.name.endswith(".chain.pem") or not _is_evidence(entry):
            continue
        yield {"name": name, "digest": layout.hash_file(entry)[0]}


def _present(data: Path) -> set[str]:
    return {entry.relative_to(data).as_posix() for entry in data.rglob("*") if _is_evidence(entry)}


def _others(data: Path) -> set[str]:
    """The payload files beside the log."""
    return {name for name in _present(data) if not name.startswith(layout.LOG)}


def _is_evidence(entry: Path) -> bool:
    return entry.is_file() and entry.name not in layout.STREWN


def _ref(data: Path, name: str) -> FileRef:
    digest, size = layout.hash_file(data / name)
    return FileRef(name, digest, size)
