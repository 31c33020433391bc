"""Replay: what a bundle recorded, and what is the same now as it was then.

A bundle is read as a stranger's: its flow is data (`filer.flow_json`), nothing in it is run, no
link in it is followed out of it, and what is larger than any bundle filer writes is refused.
Both sides are compared by the same facts, those of the log and of the captures, step by step.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from filer.errors import EvidenceBroken
from filer.evidence import layout
from filer.evidence.reading import files_named, read_log
from filer.evidence.verify import verify
from filer.flow import Attach, Fill, Flow, HandOver, HumanSends, Keep, Label, Open, Step
from filer.flow_json import LARGEST, Known, confined, read_flow
from filer.human.shown import inline
from filer.ports import Recorder, Shot
from filer.settings import LANGUAGES
from filer.words import _

_LARGEST_LOG = 32 << 20
_LARGEST_BUNDLE = 1 << 30
_LARGEST_FILE = 4 << 20
_LARGEST_PICTURE = 32 << 20
_MOST_FILES = 2_000
_MOST_LINES = 20_000
_MOST_ROWS = 500
_MOST_PICTURES = 60

# --------------------------------------------------------------------------- what a session saw


@dataclass(frozen=True)
class Control:
    """A control of the form as a capture has it: label, name and kind, no value."""

    label: str
    name: str
    kind: str


@dataclass(frozen=True)
class Capture:
    """A capture without values: its controls and its text line by line.

    *controls* or *text* is None where there is none. *picture* is its file below `data/`.
    """

    name: str
    controls: tuple[Control, ...] | None
    text: tuple[str, ...] | None
    picture: str = ""


@dataclass
class Facts:
    """What a session saw, as far as it can be compared. Of several the last one counts."""

    opened: str = ""
    address: str = ""
    arrived: dict[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    captures: list[Capture] = field(default_factory=list)
    reviewed: tuple[str, ...] | None = None
    host: str = ""

    def take(self, event: str, data: Mapping[str, Any]) -> None:
        """Take what a line of the log says."""
        match event, data:
            case "address.tried", {"address": str(address), "problem": None}:
                self.opened = address
            case "page.seen", {"place": "form", "address": str(address)}:
                self.address = plain_address(address)
            case "gate.armed", _:
                kept = ("host", "recognised", "language")
                self.arrived = {key: str(data.get(key) or "") for key in kept}
            case "typed", {"field": str(name), "how": str(how)}:
                self.found[name] = how
            case "compared", {"field": str(name), "same": bool(same)}:
                self.found[name] = "there already" if same else "there already, another value"
            case "handed-over", {"task": "field", "field": str(name)}:
                self.found[name] = "by hand"
            case "reviewed", {"host": str(host), "fields": list(names)}:
                self.host, self.reviewed = host, tuple(str(name) for name in names[:_MOST_ROWS])

    def capture(self, title: str) -> Capture | None:
        """The newest capture with this *title*."""
        name = layout.slug(title)
        return next((c for c in reversed(self.captures) if layout.slug(c.name) == name), None)


def plain_address(address: str) -> str:
    """*address* as the flow writes it: a practice copy's without `.localhost`, no query."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removesuffix(".localhost")
    except ValueError:
        return ""
    return f"https://{host}{parts.path}"


_VALUE = re.compile(r'^(\s*- (?:textbox|searchbox|combobox|spinbutton)(?: "(?:[^"\\]|\\.)*")?.*?):')
_STATE = re.compile(r" \[(?:checked|selected|active|focused|disabled|ref=[^\]]*)\]")


def text_of(aria: str) -> tuple[str, ...]:
    """The lines of an accessibility snapshot without what was typed; digits count as equal."""
    lines: list[str] = []
    inside: int | None = None
    for line in aria.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        depth = len(line) - len(line.lstrip())
        if inside is not None and depth > inside:
            continue  # the further lines of a value
        inside = None
        found = _VALUE.match(line)
        if found:
            inside = depth
        shown = found[1] if found else line
        lines.append(re.sub(r"\d+", "#", _STATE.sub("", shown.strip())))
    return tuple(lines[:_MOST_ROWS])


@dataclass
class Watched:
    """A `Recorder` that passes all on to *kept*, and takes down what can be compared."""

    kept: Recorder
    facts: Facts = field(default_factory=Facts)

    @property
    def salt(self) -> str:
        """See `ports.Recorder`."""
        return self.kept.salt

    def event(self, name: str, who: str = "tool", **data: object) -> int:
        """See `ports.Recorder`."""
        self.facts.take(name, data)
        return self.kept.event(name, who, **data)

    def keep(self, shot: Shot) -> None:
        """See `ports.Recorder`."""
        controls = tuple(Control(r.label, r.name, r.kind) for r in shot.fields)
        text = text_of(shot.aria) if shot.aria is not None else None
        self.facts.captures.append(Capture(shot.name, controls or None, text))
        self.kept.keep(shot)

    def put(self, relative: str, content: bytes) -> object:
        """See `ports.Recorder`."""
        return self.kept.put(relative, content)

    def stamp(self, moment: str) -> None:
        """See `ports.Recorder`."""
        self.kept.stamp(moment)

    def stamped(self) -> bool:
        """See `ports.Recorder`."""
        return self.kept.stamped()


# --------------------------------------------------------------------------- a bundle to replay


@dataclass(frozen=True)
class Recording:
    """A bundle that can be replayed.

    *flow* is the one that ran then, held to what this filer knows; *left_out* says what of it is
    not done. *sha256* is the hash of its text in the bundle. *changed* names the parts in which
    today's flow of that name differs, None when there is none of that name. *broken* are the
    numbers of the checks that the bundle fails.
    """

    bundle: Path
    flow: Flow
    sha256: str
    left_out: tuple[str, ...]
    changed: tuple[str, ...] | None
    broken: tuple[int, ...]
    kind: str
    practice: bool
    scenario: str
    language: str
    began: str
    outcome: str
    facts: Facts

    def picture(self, number: int) -> tuple[str, bytes] | None:
        """Name and PNG of the capture that belongs to step *number*, or comes next after it."""
        names = [s.title for s in self.flow.steps[number:] if isinstance(s, Keep)]
        for capture in filter(None, map(self.facts.capture, names)):
            if capture.picture:
                raw = _read(self.bundle, capture.picture, _LARGEST_PICTURE)
                return (capture.name, raw) if raw else None
        return None


def read_recording(bundle: Path, known: Known, *, live: bool) -> Recording:
    """The bundle at *bundle*, ready to be replayed, on the real form if *live*.

    It is verified; that it is broken is no reason against a replay, but it is said. Raises
    `EvidenceBroken` when nothing can be replayed, `FlowBroken` when its flow may not be.
    """
    _refuse_large(bundle)
    broken = tuple(check.number for check in verify(bundle).checks if not check.ok)
    log = _Log()
    try:
        for number, line in enumerate(read_log(_inside(bundle, layout.LOG))):
            if number >= _MOST_LINES:
                break
            log.take(bundle, line.event, line.t, line.data)
    except EvidenceBroken as trouble:
        if not log.begun:
            raise _cannot(bundle, trouble.message) from trouble
    name = str(log.begun.get("flow", ""))
    raw = _read(bundle, f"flow/{name}.json", LARGEST + 1)
    if raw is None:
        raise _cannot(bundle, _("It holds no flow to replay."))
    then = read_flow(raw)
    flow, left_out = confined(then, known, live=live)
    practice = log.begun.get("practice") is True
    return Recording(
        bundle=bundle,
        flow=flow,
        sha256=layout.sha256(raw),
        left_out=left_out,
        changed=_changed(then, known.flows.get(then.name)),
        broken=broken,
        kind=str(log.begun.get("kind", ""))[:40],
        practice=practice,
        scenario=_scenario(bundle) if practice else "",
        language=log.language(),
        began=log.began,
        outcome=str(log.closed.get("outcome", ""))[:40],
        facts=log.facts,
    )


@dataclass
class _Log:
    """The log of a bundle while it is read."""

    facts: Facts = field(default_factory=Facts)
    begun: Mapping[str, Any] = field(default_factory=dict)
    closed: Mapping[str, Any] = field(default_factory=dict)
    began: str = ""

    def take(self, bundle: Path, event: str, t: str, data: Mapping[str, Any]) -> None:
        self.facts.take(event, data)
        match event:
            case "begun" if not self.begun:
                self.begun, self.began = data, t
            case "closed":
                self.closed = data
            case "captured" if len(self.facts.captures) < _MOST_PICTURES:
                self.facts.captures.append(_capture(bundle, data))

    def language(self) -> str:
        """The language of the page; empty when it is not known, or none that filer knows."""
        said = str(self.closed.get("page_language") or self.facts.arrived.get("language") or "")
        return said if said in LANGUAGES else ""


def _changed(then: Flow, today: Flow | None) -> tuple[str, ...] | None:
    if today is None:
        return None
    one, other = json.loads(then.as_json()), json.loads(today.as_json())
    return tuple(name for name in other if one.get(name) != other[name])


def _scenario(bundle: Path) -> str:
    read = _json(bundle, "practice.json")
    said = read.get("scenario") if isinstance(read, dict) else None
    return said if isinstance(said, str) and len(said) < 200 else ""


def _capture(bundle: Path, data: Mapping[str, Any]) -> Capture:
    by_folder = {ref.path.partition("/")[0]: ref.path for ref in files_named(data)}
    text = _read(bundle, by_folder.get("text", ""), _LARGEST_FILE)
    return Capture(
        name=str(data.get("name", ""))[:200],
        controls=_controls(_json(bundle, by_folder.get("form", ""))),
        text=text_of(text.decode("utf-8", "replace")) if text is not None else None,
        picture=by_folder.get("shots", ""),
    )


def _controls(form: object) -> tuple[Control, ...] | None:
    match form:
        case {"fields": list() as rows}:
            return tuple(
                Control(*(str(row.get(key, ""))[:300] for key in ("label", "name", "kind")))
                for row in rows[:_MOST_ROWS]
                if isinstance(row, dict)
            )
    return None


# --------------------------------------------------------------------------- a stranger's files


def _refuse_large(bundle: Path) -> None:
    """Look at names and sizes alone: whatever follows reads no more than filer itself writes."""
    files, size, left = 0, 0, [bundle]
    try:
        while left:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    files += 1
                    if entry.is_dir(follow_symlinks=False):
                        left.append(Path(entry.path))
                    else:
                        size += entry.stat(follow_symlinks=False).st_size
                    if files > _MOST_FILES or size > _LARGEST_BUNDLE:
                        raise _cannot(bundle, _("It is larger than any bundle that filer writes."))
    except OSError as trouble:
        raise _cannot(bundle, trouble.strerror or str(trouble)) from trouble
    log = _inside(bundle, layout.LOG)
    if not log.is_file() or log.lstat().st_size > _LARGEST_LOG:
        raise _cannot(bundle, _("It has no log, or one that is larger than any filer writes."))


def _inside(bundle: Path, relative: str) -> Path:
    """The payload file *relative*; raises `EvidenceBroken` where a link could lead out of it."""
    path = bundle / layout.DATA
    parts = relative.split("/")
    for part in ("", *parts[:-1]):
        path = path / part
        if path.is_symlink():
            raise _cannot(bundle, _("It holds a link that leads out of it."))
    return path / parts[-1]


def _read(bundle: Path, relative: str, most: int) -> bytes | None:
    """The payload file *relative*, None when it is not there, not inside, no file, or too large."""
    if not layout.is_safe(relative):
        return None
    try:
        with layout.opened(_inside(bundle, relative)) as file:
            raw = file.read(most + 1)
    except OSError:
        return None
    return raw if len(raw) <= most else None


def _json(bundle: Path, relative: str) -> object:
    raw = _read(bundle, relative, _LARGEST_FILE)
    try:
        return json.loads(raw) if raw is not None else None
    except (ValueError, RecursionError):
        return None


def _cannot(bundle: Path, why: str) -> EvidenceBroken:
    return EvidenceBroken(
        _("{bundle} cannot be replayed. {why}").format(bundle=inline(bundle.name), why=why),
        _("Nothing was opened."),
    )


# --------------------------------------------------------------------------- then and now


@dataclass(frozen=True)
class Finding:
    """One thing that was compared. *what* is its name; *then* and *now* are in few words.

    *same* is None when the bundle does not say how it was.
    """

    what: str
    same: bool | None
    then: str = ""
    now: str = ""


def compare(number: int, flow: Flow, then: Facts, now: Facts) -> tuple[Finding, ...]:
    """What of step *number* is the same now as it was *then*, and what is not."""
    step = flow.steps[number]
    return tuple(_findings(step, flow.sending.send, then, now))


def _findings(step: Step, send: Label, then: Facts, now: Facts) -> Iterator[Finding]:
    match step:
        case Open():
            yield _told("address", then.opened, now.opened)
        case HandOver():
            yield _told("address", then.address, now.address)
            for what in ("host", "language", "recognised"):
                yield _told(what, then.arrived.get(what, ""), now.arrived.get(what, ""))
        case Fill() | Attach():
            name = step.field.name
            yield _told("found by", then.found.get(name, ""), now.found.get(name, ""))
        case Keep():
            yield from _captures(send, then.capture(step.title), now.capture(step.title))
        case HumanSends():
            yield _told("host", then.host, now.host)
            yield _listed("shown fields", then.reviewed, now.reviewed)


def _captures(send: Label, then: Capture | None, now: Capture | None) -> Iterator[Finding]:
    if now is None:
        return
    for what, key in (("labels", "label"), ("names", "name"), ("kinds", "kind")):
        lists = [
            tuple(getattr(c, key) for c in each.controls) if each and each.controls else None
            for each in (then, now)
        ]
        if lists != [None, None]:
            yield _listed(what, *lists)
    if now.controls is not None:
        yield _told("send control", _send(send, then), _send(send, now))
    texts = [each.text if each else None for each in (then, now)]
    if texts != [None, None]:
        yield _listed("text", *texts)


def _send(send: Label, capture: Capture | None) -> str:
    """The wording of the send control in a capture's text; empty where none is known."""
    for line in (capture.text or ()) if capture else ():
        found = re.match(r'- button "((?:[^"\\]|\\.)*)"', line)
        if found and send.names(found[1]):
            return found[1]
    return ""


def _told(what: str, then: str, now: str) -> Finding:
    return Finding(what, None if not then else then == now, then, now)


def _listed(what: str, then: Sequence[str] | None, now: Sequence[str] | None) -> Finding:
    """Two lists compared; of a difference only what is gone and what is new is told."""
    if then is None:
        return Finding(what, None, "", _few(now or ()))
    now = now or ()
    gone = [each for each in then if each not in now]
    new = [each for each in now if each not in then]
    if not gone and not new and list(then) != list(now):
        return Finding(what, False, _few(then), _few(now))  # noqa: FBT003 - another order
    return Finding(what, not gone and not new, _few(gone), _few(new))


def _few(items: Sequence[str]) -> str:
    shown = "; ".join(item.strip() or "–" for item in items[:4])
    return shown + (f" (+{len(items) - 4})" if len(items) > 4 else "")


def as_data(compared: Mapping[int, Sequence[Finding]], flow: Flow) -> list[dict[str, object]]:
    """What was compared, step by step, as JSON values."""
    return [
        {
            "step": number + 1,
            "verb": type(flow.steps[number]).__name__,
            "findings": [
                {"what": f.what, "same": f.same, "then": f.then, "now": f.now} for f in findings
            ],
        }
        for number, findings in sorted(compared.items())
    ]
