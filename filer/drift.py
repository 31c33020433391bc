"""A form's fingerprint held against its flow: what is different, and where to repair it.

Pure logic over `ports.Fingerprint`. `spots` reads where a flow's wordings stand, so that a finding
names file and line and the string to add. The same sentences are said by `filer check`, by a
session that drifts, and by `filer record`.
"""

from __future__ import annotations

import ast
import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filer.flow import Field, Flow, Label, folder, impure, stem_of
from filer.ports import Fingerprint, Part
from filer.words import _

_FITS: Mapping[str, tuple[str, ...]] = {
    "email": ("email", "text"),
    "phone": ("text",),
    "text": ("text", "textarea"),
    "textarea": ("textarea", "text"),
    "code": ("code", "text"),
}
"""Which kinds of control a field of a kind may be; others are only themselves."""


@dataclass(frozen=True)
class Spot:
    """Where the wordings of a label stand: *file*, the *name* it is bound to, lines by language.

    *line* is where the label begins: there a language is added.
    """

    file: str
    name: str
    line: int
    lines: Mapping[str, int]

    def at(self, language: str) -> int:
        """The line of *language*, else that of the whole label."""
        return self.lines.get(language, self.line)


@dataclass(frozen=True)
class Finding:
    """One difference between a form and its flow.

    *what* is a key of `_SENTENCES`, *field* a field of the flow, "send" or "answer"; *seen* is the
    wording on the page, *candidates* are the names that could be meant. *weighty* is False for what
    changes nothing: filer files as before.
    """

    what: str
    weighty: bool
    field: str = ""
    language: str = ""
    seen: str = ""
    kind: str = ""
    limit: int | None = None
    candidates: tuple[str, ...] = ()
    spot: Spot | None = None

    @property
    def where(self) -> str:
        """File, line, name and language, as a maintainer looks them up; empty where unknown."""
        if self.spot is None:
            return ""
        line = self.spot.at(self.language)
        told = _("{file} line {line}: {name}, {language}")
        return told.format(
            file=self.spot.file, line=line, name=self.spot.name, language=self.language or "?"
        )

    def facts(self) -> dict[str, object]:
        """The same as a JSON object; *add* is the exact string to add."""
        return {
            "what": self.what,
            "drift": self.weighty,
            "field": self.field,
            "language": self.language,
            "seen": self.seen,
            "file": self.spot.file if self.spot else None,
            "line": self.spot.at(self.language) if self.spot else None,
            "name": self.spot.name if self.spot else None,
            "add": quoted(self.seen) if self.seen and self.spot else None,
            "sentence": self.sentence(),
        }

    def noted(self) -> dict[str, object]:
        """What the log keeps: no word of the page."""
        return {
            "what": self.what,
            "drift": self.weighty,
            "field": self.field,
            "language": self.language,
            "at": f"{self.spot.file}:{self.spot.at(self.language)}" if self.spot else None,
        }

    def sentence(self) -> str:
        """The finding in one sentence; where a wording is new, the string to add."""
        told = _SENTENCES[self.what]().format(
            field=self.field,
            seen=quoted(self.seen),
            kind=self.kind,
            limit=self.limit,
            language=self.language or "?",
            candidates=", ".join(quoted(name) for name in self.candidates),
        )
        if not self.spot:
            return told
        return _("{where}: {told}").format(where=self.where, told=told)


_SENTENCES: Mapping[str, Callable[[], str]] = {
    "renamed": lambda: _("add {seen}"),
    "unread": lambda: _("no wording is known in this language; add {language}={seen}"),
    "missing": lambda: _("the field {field} is not there, or cannot be told apart"),
    "which": lambda: _("the field {field} cannot be told apart; add the one it is: {candidates}"),
    "new": lambda: _("the form asks for something new and requires it: {seen} ({kind})"),
    "new choice": lambda: _("the form has something new that may stay empty: {seen} ({kind})"),
    "no send": lambda: _("the form has no button that sends"),
    "about": lambda: _("nothing on the page says that it is about AI at Meta; add its wording"),
    "limit": lambda: _("the field {field} takes {limit} characters at most"),
    "answer": lambda: _(
        "the wording of the answer is new; it stands in the last text of the evidence: add it"
    ),
    "frame": lambda: _("the page holds a frame, another page within it; filer does not read those"),
    "guess": lambda: _("no form fits; this one is most like it"),
}


def quoted(text: str) -> str:
    """*text* as it is written in a flow file."""
    return json.dumps(text, ensure_ascii=False)


# --------------------------------------------------------------------------- comparing


def compare(
    flow: Flow, seen: Fingerprint, known: Mapping[str, Spot] | None = None
) -> tuple[Finding, ...]:
    """What is different between the form *seen* and *flow*; empty when it is as expected.

    *known* says where wordings stand, by the name of the field, "send" and "about" (`spots`).
    """
    return tuple(_differences(flow, seen, known or {}))


def drifted(findings: Sequence[Finding]) -> bool:
    """Whether one of *findings* is more than a note."""
    return any(finding.weighty for finding in findings)


def _differences(flow: Flow, seen: Fingerprint, known: Mapping[str, Spot]) -> Iterator[Finding]:
    if seen.recognised == "frame":
        yield Finding("frame", weighty=True)
        return
    if seen.recognised == "guess":
        yield Finding("guess", weighty=True)
    for field in flow.fields:
        yield from _of_field(field, seen, known.get(field.name))
    for part in seen.parts:
        if not part.meaning and not _could_be_one(part, flow, seen):
            what = "new" if part.required else "new choice"
            yield Finding(what, part.required, seen=part.name, kind=part.kind)
    yield from _of_send(flow.sending.send, seen, known.get("send"))
    if seen.recognised in {"structure", "shape"} or not seen.about:
        readable = seen.language in flow.about.texts
        yield Finding("about", readable, language=seen.language, spot=known.get("about"))


def _of_field(field: Field, seen: Fingerprint, spot: Spot | None) -> Iterator[Finding]:
    mine = next((part for part in seen.parts if part.meaning == field.name), None)
    if mine is None:
        names = tuple(part.name for part in _candidates(field, seen) if part.name)
        yield Finding(
            "which" if names else "missing",
            weighty=True,
            field=field.name,
            language=seen.language,
            candidates=names,
            spot=spot,
        )
        return
    if mine.how == "structure" and mine.name:
        readable = seen.language in field.label.texts
        yield Finding(
            _renamed(readable=readable), readable, field.name, seen.language, mine.name, spot=spot
        )
    if mine.limit is not None:
        yield Finding("limit", weighty=False, field=field.name, limit=mine.limit)


def _candidates(field: Field, seen: Fingerprint) -> list[Part]:
    kinds = _FITS.get(field.kind, (field.kind,))
    free = [part for part in seen.parts if not part.meaning]
    return [p for p in free if p.kind == kinds[0]] or [p for p in free if p.kind in kinds]


def _could_be_one(part: Part, flow: Flow, seen: Fingerprint) -> bool:
    """Whether *part* is told of as what a missing field could be."""
    found = {each.meaning for each in seen.parts}
    return any(part in _candidates(field, seen) for field in flow.fields if field.name not in found)


def _of_send(send: Label, seen: Fingerprint, spot: Spot | None) -> Iterator[Finding]:
    if not seen.send:
        yield Finding("no send", weighty=True)
    elif not send.names(seen.send) and seen.recognised != "guess":  # a "next" must not become one
        readable = seen.language in send.texts
        what = _renamed(readable=readable)
        yield Finding(what, readable, "send", seen.language, seen.send, spot=spot)


def _renamed(*, readable: bool) -> str:
    return "renamed" if readable else "unread"


def unknown_answer(language: str, known: Mapping[str, Spot]) -> Finding:
    """The finding that nobody knows the wording of the answer, which is in the evidence."""
    return Finding(
        "answer", weighty=True, field="answer", language=language, spot=known.get("confirmed")
    )


# --------------------------------------------------------------------------- where to repair


def spots(name: str, where: Path | None = None) -> Mapping[str, Spot]:
    """Where the wordings of the flow called *name* stand: by field, "send", "confirmed", "about".

    *where* is the folder of the flow files, else that of this filer. What is not written as a
    name bound to a `Label` or a `Field` is left out; so is all of a flow that has no file there.
    """
    try:
        trees = _trees(where or folder(), name)
    except OSError:
        return {}
    bound = _bound(trees)
    flow = bound.get("FLOW")
    if flow is None or not isinstance(flow[1], ast.Call):
        return {}
    wanted = {**_names_of_steps(flow[1], bound), "about": _argument(flow[1], "about")}
    return {
        what: spot
        for what, node in wanted.items()
        if isinstance(node, ast.Name) and (spot := _spot(node.id, bound)) is not None
    }


def place(where: Path | None = None) -> tuple[str, ...]:
    """Where the files that findings name lie, as a sentence; none in a checkout, where it is plain.

    *where* is the folder of the flow files, else that of this filer.
    """
    where = where or folder()
    if (where.parent / "pyproject.toml").exists():
        return ()
    told = _(
        "These files lie in {folder}. You can repair them there; the next update of filer "
        "overwrites that."
    )
    return (told.format(folder=where),)


_Bound = Mapping[str, tuple[str, ast.expr]]


def _trees(where: Path, name: str) -> dict[str, ast.Module]:
    found = {}
    for stem in ("meta", stem_of(name)):
        path = where / f"{stem}.py"
        text = path.read_text(encoding="utf-8")
        if not impure(text, path.name):
            found[f"{where.name}/{path.name}"] = ast.parse(text)
    return found


def _bound(trees: Mapping[str, ast.Module]) -> _Bound:
    return {
        target.id: (file, node.value)
        for file, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _names_of_steps(flow: ast.Call, bound: _Bound) -> dict[str, ast.expr | None]:
    """The nodes that stand for fields and wordings in the steps of *flow*."""
    wanted: dict[str, ast.expr | None] = {}
    for node in ast.walk(flow):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id in {"Fill", "Attach"} and node.args:
            wanted[_field_of(node.args[0], bound)] = node.args[0]
        if node.func.id == "HumanSends":
            first = node.args[0] if node.args else _argument(node, "send")
            wanted |= {"send": first, "confirmed": _argument(node, "confirmed")}
    return wanted


def _field_of(node: ast.expr, bound: _Bound) -> str:
    """The name of the field that *node* stands for; empty where that cannot be told."""
    call = bound[node.id][1] if isinstance(node, ast.Name) and node.id in bound else node
    first = call.args[0] if isinstance(call, ast.Call) and call.args else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _argument(call: ast.Call, name: str) -> ast.expr | None:
    return next((k.value for k in call.keywords if k.arg == name), None)


def _spot(name: str, bound: _Bound) -> Spot | None:
    """Where the label that *name* is bound to stands."""
    if name not in bound:
        return None
    file, node = bound[name]
    label = (
        _argument(node, "label") if isinstance(node, ast.Call) and _calls(node, "Field") else node
    )
    if not (isinstance(label, ast.Call) and _calls(label, "Label")):
        return None
    lines = {k.arg.rstrip("_"): k.value.lineno for k in label.keywords if k.arg}
    return Spot(file, name, label.lineno, lines)


def _calls(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def as_data(seen: Fingerprint) -> dict[str, object]:
    """The fingerprint as a JSON object."""
    return dataclasses.asdict(seen)
