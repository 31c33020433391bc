"""A working copy of a case: what the person chose is taken out, named, and leaves no trace.

Nothing here touches the original. What comes out are the entries of a zip; `redacted.json` in each
changed bundle says what is missing, so that the rest can be checked against the original's lists.

Three things could bring a value back, and are taken out with it. The start page shows everything
once more, and so does a complaint, whose PDFs hold the files of the case. The *salt* in the
readings of the form stands before each value that the log has a hash of: with it, a short value is
found by trying; so when a reading goes, the salt goes out of all. And a picture, a mail or a PDF
can hold a value that filer cannot see: with something to hide, only a picture stays whose page, as
text, is there and does not hold it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from filer.errors import EvidenceBroken, WrongUsage
from filer.evidence import layout
from filer.evidence.bundle import agent
from filer.evidence.check import printable
from filer.evidence.export import Contents, Entry, read_plainly, time_of, zip_time
from filer.evidence.hiding import MOST_TEXT, Box, Hidden, blackened, form_without
from filer.evidence.layout import DATA, START_PAGE, TAGMANIFEST
from filer.evidence.redacted_text import redacted_text
from filer.evidence.redaction import REDACTED, REDACTED_TEXT, Redaction, Removed, removable
from filer.flow import plain_name
from filer.ports import Clock
from filer.words import _

_TEXTS = frozenset(".txt .json .jsonl .yaml .html .pem .sha256 .csv .md".split())
_COMPLAINT = f"{DATA}/complaint/"
_CHUNK = 1 << 20

MOST_PICTURE = 32 << 20


@dataclass(frozen=True)
class Wishes:
    """What the person wants out: files by pattern, boxes in pictures, fields of the form by name.

    A file is named as it lies in a bundle (`data/shots/001-x.png`), or with the bundle's name
    before that.
    """

    drop: tuple[str, ...] = ()
    blacken: tuple[tuple[str, Box], ...] = ()
    hide: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.drop or self.blacken or self.hide)


@dataclass(frozen=True)
class Copy:
    """A working copy, ready to be written. *removed* are names as `01-filing/data/…`.

    *look_at* are files that stay and could still show something, in the same way of naming.
    *guessable* says that whoever guesses a hidden value can see from a hash that it is right.
    """

    name: str
    entries: tuple[Entry, ...]
    removed: tuple[str, ...]
    look_at: tuple[str, ...]
    guessable: bool


@dataclass
class _Plan:
    """One bundle on its way into the copy."""

    path: Path
    files: tuple[str, ...]
    out: dict[str, str] = field(default_factory=dict)  # name to why
    instead: dict[str, bytes] = field(default_factory=dict)  # name to what stands in for it
    forms: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    salts: set[str] = field(default_factory=set)
    labels: dict[str, set[str]] = field(default_factory=dict)  # a flow's field to its labels

    def named(self, name: str) -> str:
        """*name* with the bundle before it."""
        return f"{self.path.name}/{name}"

    def take_out(self, name: str, why: str, instead: bytes | None = None) -> None:
        """Take *name* out; who said so first is who is named."""
        self.out.setdefault(name, why)
        if instead is not None:
            self.instead[name] = instead


def fields(inside: Contents) -> list[str]:
    """The fields of the form whose values can be hidden, by the names that `hide` takes."""
    found = (
        _called(plan, row)
        for plan in _plans(inside)
        for form in plan.forms.values()
        for row in form["fields"]
        if row["value"]
    )
    return list(dict.fromkeys(found))


def choosable(inside: Contents) -> list[str]:
    """Every file that can be taken out, as `01-filing/data/…`; start pages go by themselves."""
    return [
        f"{bundle.name}/{name}"
        for bundle, files in inside.each()
        for name in files
        if removable(name) and name != START_PAGE
    ]


def working_copy(inside: Contents, wishes: Wishes, clock: Clock) -> Copy:
    """The copy of the case *inside* without what *wishes* names.

    Raises `WrongUsage` for a wish that fits nothing, and `EvidenceBroken` when a hidden value
    stands where it cannot be taken out.
    """
    plans = _plans(inside)
    for pattern in wishes.drop:
        _drop(plans, pattern)
    _blacken(plans, wishes.blacken)
    hidden = _hide(plans, wishes.hide)
    if any(plan.out for plan in plans):
        _without_complaints(plans)
    for plan in plans:
        _without_salt(plan, hidden)
        if plan.out and START_PAGE in plan.files:
            plan.take_out(START_PAGE, "start page")
    _refuse_what_stays(plans, hidden)
    return _copy(inside, plans, wishes, clock)


# --------------------------------------------------------------------------- what is there


def _plans(inside: Contents) -> list[_Plan]:
    plans = []
    for bundle, files in inside.each():
        plan = _Plan(bundle, files)
        for name in files:
            if _is_form(name) and (form := _form(bundle / name)) is not None:
                plan.forms[name] = form
                plan.salts.add(form["salt"])
            elif name.startswith(f"{DATA}/flow/") and name.endswith(".json"):
                _learn_labels(plan.labels, _json(bundle / name))
        plans.append(plan)
    return plans


def _is_form(name: str) -> bool:
    return name.startswith(f"{DATA}/form/") and name.endswith(".json")


def _form(path: Path) -> Mapping[str, Any] | None:
    """The reading of a form at *path*; None when it is not as filer writes it."""
    read: Any = _json(path)
    keys = ("name", "kind", "label", "value")
    match read:
        case {"salt": str(), "fields": list() as rows} if all(
            isinstance(row, dict) and all(isinstance(row.get(key), str) for key in keys)
            for row in rows
        ):
            found: Mapping[str, Any] = read
            return found
    return None


def _json(path: Path) -> Any:
    try:
        return json.loads(_read(path))
    except (ValueError, RecursionError):
        return None


def _read(path: Path, most: int = MOST_TEXT) -> bytes:
    """The bytes of *path*; of one that is larger than *most*, that many and one more."""
    with read_plainly(path), layout.opened(path) as file:
        return file.read(most + 1)


def _learn_labels(labels: dict[str, set[str]], read: Any) -> None:
    left = [read]
    while left:
        match left.pop():
            case {"name": str(name), "label": {"texts": dict() as texts}} as found:
                wordings = [w for each in texts.values() if isinstance(each, list) for w in each]
                labels.setdefault(name, set()).update(plain_name(str(w)) for w in wordings)
                left.extend(found.values())
            case dict() as found:
                left.extend(found.values())
            case list() as found:
                left.extend(found)


def _called(plan: _Plan, row: Mapping[str, Any]) -> str:
    """What a person calls the field of *row*: as the flow does, or as the page does."""
    for name, labels in sorted(plan.labels.items()):
        if plain_name(str(row["label"])) in labels:
            return name
    return str(row["name"] or row["label"])


def _means(plan: _Plan, row: Mapping[str, Any], wanted: str) -> bool:
    said = {row["name"], row["label"], row["kind"], _called(plan, row)}
    return plain_name(wanted) in {plain_name(str(each)) for each in said if each}


# --------------------------------------------------------------------------- the wishes


def _drop(plans: Sequence[_Plan], pattern: str) -> None:
    found = [(p, n) for p in plans for n in p.files if _fits(p, n, pattern)]
    if not found:
        raise WrongUsage(
            _('No file of the case fits "{pattern}".').format(pattern=printable(pattern)),
            _("Name files as they lie in a bundle, such as data/shots/*."),
        )
    can = [(plan, name) for plan, name in found if removable(name)]
    if not can:
        raise WrongUsage(
            _("{name} has to stay: without it nothing can be checked.").format(name=found[0][1]),
            _("The log, the lists, the seals and the timestamps hold names and hashes only."),
        )
    for plan, name in can:
        plan.take_out(name, "start page" if name == START_PAGE else "dropped")


def _without_complaints(plans: Sequence[_Plan]) -> None:
    """Take out every complaint: its PDFs hold all files of the case once more, and a name."""
    for plan in plans:
        for name in plan.files:
            if name.startswith(_COMPLAINT) and name.endswith((".pdf", ".txt")):
                plan.take_out(name, "unseen")
                plan.instead.pop(name, None)


def _fits(plan: _Plan, name: str, pattern: str) -> bool:
    wanted = pattern.removeprefix("./").rstrip("/")
    for whole in (PurePosixPath(name), PurePosixPath(plan.named(name))):
        above = [str(each) for each in whole.parents if str(each) not in {".", plan.path.name}]
        if any(fnmatchcase(each, wanted) for each in (str(whole), *above)):
            return True
    return False


def _blacken(plans: Sequence[_Plan], wanted: Iterable[tuple[str, Box]]) -> None:
    boxes: dict[tuple[str, str], list[Box]] = {}
    for file, box in wanted:
        found = [(p, n) for p in plans for n in p.files if file in {n, p.named(n)}]
        if len(found) != 1:
            said = _("{file} lies in several bundles.") if found else _("There is no {file} here.")
            names = ", ".join(plan.named(name) for plan, name in found)
            raise WrongUsage(
                said.format(file=printable(file)),
                _("Name one of: {names}.").format(names=names)
                if found
                else _("Name a picture as it lies in a bundle, such as data/shots/001-x.png."),
            )
        plan, name = found[0]
        boxes.setdefault((plan.path.name, name), []).append(box)
    for plan in plans:
        for (bundle, name), theirs in boxes.items():
            if bundle == plan.path.name:
                plan.take_out(name, "blackened", _black(plan, name, theirs))


def _black(plan: _Plan, name: str, boxes: Sequence[Box]) -> bytes:
    if plan.out.get(name):
        raise WrongUsage(
            _("{file} cannot be dropped and blackened at once.").format(file=plan.named(name)), ""
        )
    if not removable(name):
        raise WrongUsage(
            _("{name} has to stay: without it nothing can be checked.").format(name=name)
        )
    try:
        return blackened(_read(plan.path / name, MOST_PICTURE), boxes)
    except ValueError as trouble:
        raise WrongUsage(
            _("{file} cannot be blackened: {why}.").format(file=plan.named(name), why=trouble),
            _("A box is X,Y,W,H in pixels: from the left, from the top, width, height."),
        ) from trouble


def _hide(plans: Sequence[_Plan], names: Sequence[str]) -> Hidden:
    values = set()
    for wanted in names:
        rows = [
            r for p in plans for f in p.forms.values() for r in f["fields"] if _means(p, r, wanted)
        ]
        if not rows:
            raise WrongUsage(
                _('No form in this case has a field "{name}".').format(name=printable(wanted)),
                _("Only what was typed into the form can be hidden by name."),
            )
        values |= {row["value"] for row in rows}
    hidden = Hidden(values)
    if names:
        for plan in plans:
            _hide_in(plan, hidden, names)
    return hidden


def _hide_in(plan: _Plan, hidden: Hidden, names: Sequence[str]) -> None:
    shown = {
        _stem(file)
        for file, form in plan.forms.items()
        for row in form["fields"]
        if row["value"] and any(_means(plan, row, name) for name in names)
    }
    for name in plan.files:
        if not removable(name) or name in plan.out:
            continue
        path = plan.path / name
        if name == START_PAGE:
            if hidden.in_text(_read(path)):
                plan.take_out(name, "start page")
            continue
        if name in plan.forms:
            gone = {
                row["name"]
                for row in plan.forms[name]["fields"]
                if row["value"] and any(_means(plan, row, each) for each in names)
            }
            raw = _read(path)
            if gone or hidden.in_text(raw):
                plan.take_out(name, "hidden", form_without(raw, hidden, frozenset(gone)))
        elif Path(name).suffix in _TEXTS:
            raw = _read(path)
            if hidden.in_text(raw):
                plan.take_out(name, "hidden", _sibling(name, raw, hidden))
            elif _stem(name) in shown and name.startswith(f"{DATA}/text/"):
                plan.take_out(name, "unseen")  # the value is there, and filer does not find it
        elif _stem(name) in shown or not _clean_page(plan, name, hidden):
            plan.take_out(name, "hidden" if _stem(name) in shown else "unseen")


def _stem(name: str) -> str:
    """What the files of one capture have in common: `001-the-empty-form`."""
    return PurePosixPath(name).name.partition(".")[0]


def _clean_page(plan: _Plan, name: str, hidden: Hidden) -> bool:
    """Whether *name* is a picture of a page whose text is there and holds no hidden value."""
    text = f"{DATA}/text/{_stem(name)}.aria.yaml"
    return (
        name == f"{DATA}/shots/{_stem(name)}.png"
        and text in plan.files
        and not hidden.in_text(_read(plan.path / text))
    )


def _sibling(name: str, raw: bytes, hidden: Hidden) -> bytes | None:
    plain = name.endswith((".aria.yaml", ".txt")) and len(raw) <= MOST_TEXT
    return hidden.without(raw) if plain else None


def _without_salt(plan: _Plan, hidden: Hidden) -> None:
    """When a reading of the form goes, the salt goes too, from wherever it stands."""
    if not any(_is_form(name) for name in plan.out):
        return
    salts = Hidden({*plan.salts, *hidden.values})
    for name in plan.files:
        if not removable(name) or name == START_PAGE:
            continue
        kept = plan.instead.get(name) if name in plan.out else None
        if _is_form(name) and name not in plan.out:
            made = form_without(_read(plan.path / name), salts, frozenset())
            plan.take_out(name, "salt", made if name in plan.forms else None)
        elif kept is not None and salts.in_text(kept):
            plan.instead.pop(name)
            if (made := salts.without(kept)) is not None:
                plan.instead[name] = made
        elif name not in plan.out and Path(name).suffix in _TEXTS:
            raw = _read(plan.path / name)
            if any(salt.encode() in raw for salt in plan.salts):
                plan.take_out(name, "salt", _sibling(name, raw, salts))


def _refuse_what_stays(plans: Sequence[_Plan], hidden: Hidden) -> None:
    """The last look: no hidden value in any name or byte that goes into the copy."""
    if not hidden:
        return
    for plan in plans:
        for name in plan.files:
            if hidden.in_name(name):
                raise EvidenceBroken(
                    _(
                        "What you want to hide also stands in the name of {file}. Names of files "
                        "have to stay, so it cannot be hidden."
                    ).format(file=plan.named(name)),
                    _("Nothing was exported. You can leave files out with --drop instead."),
                )
            if name not in plan.out and _in_file(plan.path / name, hidden):
                raise EvidenceBroken(
                    _(
                        "What you want to hide also stands in {file}, which has to stay, because "
                        "without it nothing can be checked. So it cannot be hidden."
                    ).format(file=plan.named(name)),
                    _("Nothing was exported. You can leave files out with --drop instead."),
                )


def _in_file(path: Path, hidden: Hidden) -> bool:
    tail = b""
    with read_plainly(path), layout.opened(path, buffering=0) as file:
        while piece := file.read(_CHUNK):
            if hidden.in_bytes(tail + piece):
                return True
            tail = (tail + piece)[-hidden.longest :]
    return hidden.in_bytes(tail)


# --------------------------------------------------------------------------- the copy


def _copy(inside: Contents, plans: Sequence[_Plan], wishes: Wishes, clock: Clock) -> Copy:
    now = clock.now().astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    top = f"{inside.case.name}-working-copy"  # no name of a case: it is never taken for one
    made: list[Entry] = []
    for plan in plans:
        before = f"{top}/{plan.path.name}"
        time = time_of(plan.path)
        stay = [name for name in plan.files if name not in plan.out]
        made += [Entry(f"{before}/{name}", plan.path / name, time) for name in stay]
        if plan.out:
            put_in = _put_in(plan, wishes, now)
            made += [Entry(f"{before}/{name}", raw, zip_time(now)) for name, raw in put_in.items()]
    return Copy(
        name=top,
        entries=tuple(sorted(made, key=lambda entry: entry.name)),
        removed=tuple(plan.named(name) for plan in plans for name in sorted(plan.out)),
        look_at=tuple(_look_at(plans)),
        guessable=any(_guessable(plan) for plan in plans),
    )


def _guessable(plan: _Plan) -> bool:
    """Whether a text that held a hidden value had no salt: all but the value may be known of it."""
    texts = [name for name in plan.out if name in plan.instead and name not in plan.forms]
    salts = [salt.encode() for salt in plan.salts if salt]
    return any(
        plan.out[name] == "hidden" and not any(s in _read(plan.path / name) for s in salts)
        for name in texts
        if name.endswith(".yaml")
    )


def _put_in(plan: _Plan, wishes: Wishes, now: str) -> dict[str, bytes]:
    """What is put into the copy of the bundle beside what stays, `redacted.json` included."""
    removed, added = [], {}
    taken = {name.casefold() for name in plan.files}
    for name in sorted(plan.out):
        with read_plainly(plan.path / name):
            digest, size = layout.hash_file(plan.path / name)
        raw = plan.instead.get(name)
        beside = None
        if raw is not None:
            beside = _beside(name, taken)
            taken.add(beside.casefold())
            added[beside] = raw
        removed.append(Removed(name, digest, size, plan.out[name], beside))
    added[REDACTED_TEXT] = redacted_text([(each.name, each.replaced_by) for each in removed], now)
    with read_plainly(plan.path / TAGMANIFEST):
        sealed = layout.hash_file(plan.path / TAGMANIFEST)[0]
    hidden = tuple(name for name in wishes.hide if name.isascii() and name.isprintable())
    hashes = {name: layout.sha256(raw) for name, raw in added.items()}
    redaction = Redaction(now, agent(), sealed, hidden, tuple(removed), hashes)
    return {**added, REDACTED: redaction.as_json()}


def _beside(name: str, taken: set[str]) -> str:
    """The name of what stands in for *name*: `001-x.png` becomes `001-x.redacted.png`."""
    path = PurePosixPath(name)
    stem, dot, ending = path.name.partition(".")
    for number in range(1, 1000):
        mark = ".redacted" if number == 1 else f".redacted-{number}"
        whole = str(path.with_name(f"{stem[: 110 - len(ending)]}{mark}{dot}{ending}"))
        if whole.casefold() not in taken and layout.is_safe(whole):
            return whole
    raise EvidenceBroken(_("{name} has a name that leaves no room for another.").format(name=name))


def _look_at(plans: Sequence[_Plan]) -> Iterator[str]:
    """Files that stay beside one of the same page that was taken out, and black-boxed ones."""
    for plan in plans:
        pages = {_stem(n) for n, why in plan.out.items() if why in {"dropped", "blackened"}}
        for name in plan.files:
            if name not in plan.out and _stem(name) in pages and name.startswith(f"{DATA}/"):
                yield plan.named(name)
