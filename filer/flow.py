"""The vocabulary of a flow, and its laws.

A flow says what one of Meta's forms looks like: labels, fields and steps, nothing else.
It is data. `load` reads a flow file only after its syntax tree was found to hold data alone, and
`broken_laws` says in whole sentences what a flow must not do. There is exactly one step that ends
in a send, `HumanSends`, and it is the person who takes it.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import importlib.util
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from filer.errors import FlowBroken, WrongUsage
from filer.words import _, did_you_mean

# --------------------------------------------------------------------------- words on a page

_TRAILING = re.compile(r"\s*(\([^()]*\)|\[[^\[\]]*\])\s*$")
_MARKS = re.compile(r"[*\u2217:：.…?!\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


def plain(text: str) -> str:
    """*text* as it is compared: case, spacing, apostrophes and composition made equal."""
    text = unicodedata.normalize("NFKC", text).replace("\u2019", "'").replace("\u2018", "'")
    return " ".join(text.casefold().split())


def plain_name(text: str) -> str:
    """A control's name as it is compared: `plain` without "*", ":" and a trailing "(optional)"."""
    text = plain(_MARKS.sub(" ", text))
    shorter = _TRAILING.sub("", text)
    return shorter or text


@dataclass(frozen=True, init=False)
class Label:
    """The wordings of one thing, by language.

    `Label(nl="Verzenden", en=("Submit", "Send"), unconfirmed=("es",), source="...")`: a language
    has one wording or several. *unconfirmed* names the languages whose wording nobody has seen on
    this form, *source* says where the others were seen. Icelandic is written `is_`, because `is` is
    a Python keyword.
    """

    texts: Mapping[str, tuple[str, ...]]
    unconfirmed: tuple[str, ...]
    source: str

    def __init__(
        self,
        *,
        unconfirmed: tuple[str, ...] = (),
        source: str = "",
        **texts: str | tuple[str, ...],
    ) -> None:
        table = {
            language.rstrip("_"): (wording,) if isinstance(wording, str) else tuple(wording)
            for language, wording in texts.items()
        }
        object.__setattr__(self, "texts", table)
        object.__setattr__(self, "unconfirmed", tuple(unconfirmed))
        object.__setattr__(self, "source", source)

    def __hash__(self) -> int:
        return hash(tuple(self.texts.items()))

    def wordings(self) -> tuple[str, ...]:
        """All wordings, of all languages."""
        return tuple(wording for texts in self.texts.values() for wording in texts)

    def names(self, name: str) -> bool:
        """Whether *name*, as a whole, is one of the wordings."""
        wanted = plain_name(name)
        return bool(wanted) and any(plain_name(wording) == wanted for wording in self.wordings())

    def within(self, text: str) -> str:
        """The first wording that occurs in *text* as whole words, or an empty string."""
        haystack = plain(text)
        for wording in self.wordings():
            if re.search(rf"(?<!\w){re.escape(plain(wording))}(?!\w)", haystack):
                return wording
        return ""

    def best(self, language: str) -> str:
        """The first wording in *language*, else in English, else any."""
        for code in (language, "en"):
            if self.texts.get(code):
                return self.texts[code][0]
        return next(iter(self.wordings()), "")


# --------------------------------------------------------------------------- fields and steps

KINDS = ("email", "phone", "text", "textarea", "choice", "select", "checkbox", "file", "code")

FILES = ("picture",)
"""The profile's values that are files: their value is where the file lies."""


@dataclass(frozen=True)
class Field:
    """One thing the form asks for. *kind* is one of `KINDS`."""

    name: str
    kind: str
    label: Label
    required: bool = False


@dataclass(frozen=True, init=False)
class Open:
    """Open the form: the addresses in the order they are tried."""

    addresses: tuple[str, ...]

    def __init__(self, *addresses: str) -> None:
        object.__setattr__(self, "addresses", addresses)


@dataclass(frozen=True)
class HandOver:
    """The person does something themselves, until the form with that field is there."""

    words: str
    until: Field


@dataclass(frozen=True)
class Press:
    """Press a cookie or wizard button. Never a send control."""

    label: Label


@dataclass(frozen=True)
class Choose:
    """Answer a wizard question: its wording, the answer's, and that of the button to go on.

    Where nobody has met the wording of the question, *question* is the answer's own. Without a
    button to go on, the page goes on by itself.
    """

    question: Label
    answer: Label
    then: Label = field(default_factory=Label)


@dataclass(frozen=True)
class Fill:
    """Type a value of the profile into a field."""

    field: Field
    value: str


@dataclass(frozen=True)
class Attach:
    """Attach a file to a field: the one that the person named. *value* is one of `FILES`."""

    field: Field
    value: str


@dataclass(frozen=True)
class Keep:
    """Keep what the form shows as evidence; *title* is its caption."""

    title: str


@dataclass(frozen=True)
class HumanSends:
    """The person presses the send control.

    *confirmed* and *refused* hold the wordings of Meta's answer, as phrases within the page.
    """

    send: Label
    confirmed: Label
    refused: Label


@dataclass(frozen=True)
class Code:
    """The page may ask for a mailed code after the send; *field* is where it goes."""

    field: Field


Step = Open | HandOver | Press | Choose | Fill | Attach | Keep | HumanSends | Code
VERBS: Mapping[str, type] = {
    cls.__name__: cls
    for cls in (Open, HandOver, Press, Choose, Fill, Attach, Keep, HumanSends, Code)
}


@dataclass(frozen=True)
class Unavailable:
    """Why there is no form: a *reason* of design §4, and how a page says so.

    *paths* are beginnings of the address' path, *hosts* whole hosts.
    """

    reason: str
    label: Label = field(default_factory=Label)
    paths: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flow:
    """One of Meta's forms, as data.

    *title* and *covers* and *covers_not* are sentences by language. *checked* is the day somebody
    last compared the flow with its sources. *hosts* are the only hosts for top-level pages;
    *assets* are hosts that pages load pictures and scripts from. *private* are beginnings of paths
    that are never read nor captured. *sends_to* are beginnings of paths that a send may go to.
    *about* are wordings that mark the form as this one, *others* wordings of other requests.
    *platforms* are those whose accounts the objection covers together, if they are in one Accounts
    Center; empty where it is about no account, or nobody knows.
    """

    name: str
    title: Label
    covers: Label
    covers_not: Label
    checked: str
    hosts: tuple[str, ...]
    private: tuple[str, ...]
    sends_to: tuple[str, ...]
    steps: tuple[Step, ...]
    assets: tuple[str, ...] = ()
    cookies: tuple[Press, ...] = ()
    questions: tuple[Choose, ...] = ()
    about: Label = field(default_factory=Label)
    others: Label = field(default_factory=Label)
    unavailable: tuple[Unavailable, ...] = ()
    notes: Label = field(default_factory=Label)
    platforms: tuple[str, ...] = ()

    @property
    def sending(self) -> HumanSends:
        """The one step in which the person sends."""
        return next(step for step in self.steps if isinstance(step, HumanSends))

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every candidate address, in order."""
        return tuple(a for step in self.steps if isinstance(step, Open) for a in step.addresses)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that are filled, in order."""
        return tuple(step.field for step in self.steps if isinstance(step, Fill | Attach))

    @property
    def code_fields(self) -> tuple[Field, ...]:
        """The fields for a mailed code."""
        return tuple(step.field for step in self.steps if isinstance(step, Code))

    def needs(self) -> tuple[str, ...]:
        """The names of the profile's values that the steps use."""
        return tuple(step.value for step in self.steps if isinstance(step, Fill | Attach))

    def allows_host(self, host: str) -> bool:
        """Whether a top-level page may be on *host*."""
        return any(host_fits(host, pattern) for pattern in self.hosts)

    def as_json(self) -> str:
        """The flow as JSON, each step with its verb: what a replay reads, and nothing is run."""
        return json.dumps(_as_data(self), ensure_ascii=False, indent=2) + "\n"


def host_fits(host: str, pattern: str) -> bool:
    """Whether *host* is *pattern*, or ends with it where the pattern starts with "*."."""
    host, pattern = host.lower().rstrip("."), pattern.lower()
    if pattern.startswith("*."):
        return host.endswith(pattern[1:]) and host != pattern[2:]
    return host == pattern


def _as_data(value: object) -> object:
    if isinstance(value, Label):
        return {"texts": value.texts, "unconfirmed": value.unconfirmed, "source": value.source}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        data = {f.name: _as_data(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"verb": type(value).__name__, **data} if isinstance(value, Step) else data
    if isinstance(value, tuple):
        return [_as_data(item) for item in value]
    return value


# --------------------------------------------------------------------------- the laws


def broken_laws(flow: Flow) -> tuple[tuple[int | None, str], ...]:
    """Every law that *flow* breaks: the number of the step (None: the whole flow), a sentence."""
    return tuple(_broken(flow))


def _broken(flow: Flow) -> Iterator[tuple[int | None, str]]:
    sends = [number for number, step in enumerate(flow.steps) if isinstance(step, HumanSends)]
    if len(sends) != 1:
        yield None, f"A flow has exactly one HumanSends; this one has {len(sends)}."
    if not flow.addresses:
        yield None, "A flow opens at least one address; this one opens none."
    if not flow.checked:
        yield None, "A flow says when it was last checked; this one does not."
    for number, step in enumerate(flow.steps):
        yield from ((number, sentence) for sentence in _step_breaks(flow, number, step, sends))
    for press in flow.cookies:
        yield from ((None, s) for s in _press_breaks(flow, press, "A cookie button"))
    for choose in flow.questions:
        yield from ((None, s) for s in _choose_breaks(flow, choose, "A question's button"))
    for reason in flow.unavailable:
        if not (reason.label.wordings() or reason.paths or reason.hosts):
            yield None, f'The reason "{reason.reason}" has nothing to be recognised by.'
        if any(not plain(wording) for wording in reason.label.wordings()):
            yield None, f'The reason "{reason.reason}" has an empty wording.'


def _step_breaks(flow: Flow, number: int, step: Step, sends: list[int]) -> Iterator[str]:
    yield from _order_breaks(flow, number, step, sends)
    match step:
        case Open():
            for address in step.addresses:
                parts = urlsplit(address)
                if parts.scheme != "https":
                    yield f"{address} is not an https address."
                if not flow.allows_host(parts.hostname or ""):
                    yield f"{address} is on a host that the flow does not list."
        case Press():
            yield from _press_breaks(flow, step, "Press")
        case Choose():
            yield from _choose_breaks(flow, step, "Choose")
        case Fill() | Attach() | Code():
            if step.field.kind not in KINDS:
                yield f'"{step.field.kind}" is no kind of field; they are {", ".join(KINDS)}.'
            if isinstance(step, Fill) and step.value in FILES:
                yield f'"{step.value}" is a file, and Fill types; Attach attaches.'
            if isinstance(step, Attach) and (step.value not in FILES or step.field.kind != "file"):
                yield f"Attach is for a field of the kind file and one of {', '.join(FILES)}."
        case HumanSends():
            yield from _send_breaks(step)
        case Keep():
            if not step.title.strip():
                yield "Keep needs a title."
        case HandOver():
            pass


def _order_breaks(flow: Flow, number: int, step: Step, sends: list[int]) -> Iterator[str]:
    first_fill = next(
        (n for n, s in enumerate(flow.steps) if isinstance(s, Fill | Attach)), len(flow.steps)
    )
    if sends and number > sends[0] and not isinstance(step, Keep | Code):
        yield f"After HumanSends only Keep and Code may follow, not {type(step).__name__}."
    if isinstance(step, Press) and number > first_fill:
        yield "Press is for cookie and wizard buttons, before the first Fill."
    if isinstance(step, Choose) and number > first_fill:
        yield "Choose comes before the first Fill."
    if isinstance(step, HumanSends):
        before = flow.steps[number - 1] if number else None
        if not isinstance(before, Keep):
            yield "The step before HumanSends keeps the filled form; here it does not."


def _send_breaks(step: HumanSends) -> Iterator[str]:
    if not step.send.wordings():
        yield "HumanSends names no wording of the send control."
    for name, label in (("confirmed", step.confirmed), ("refused", step.refused)):
        if not label.wordings() or any(not plain(w) for w in label.wordings()):
            yield f'The outcome test "{name}" is empty or has an empty wording.'


def _choose_breaks(flow: Flow, choose: Choose, what: str) -> Iterator[str]:
    if not choose.question.wordings():
        yield "A question is recognised by its wording; this one has none."
    yield from _press_breaks(flow, Press(choose.answer), "An answer")
    if choose.then.wordings():
        yield from _press_breaks(flow, Press(choose.then), what)


def _press_breaks(flow: Flow, step: Press, what: str) -> Iterator[str]:
    if not step.label.wordings():
        yield f"{what} names no wording."
    for other in flow.steps:
        if isinstance(other, HumanSends):
            for wording in step.label.wordings():
                if other.send.names(wording):
                    yield f'{what} uses the wording "{wording}", which sends.'


# --------------------------------------------------------------------------- reading a flow file

_DATA_CALLS = frozenset({*VERBS, "Label", "Field", "Flow", "Unavailable"})


def impure(source: str, file: str) -> tuple[str, ...]:
    """Why the Python text *source* is more than data: sentences with *file* and line; empty if not.

    Allowed are a docstring, imports from `filer.flow` and `flows.meta`, plain names bound once to
    constants, tuples, sums of tuples, and calls of the vocabulary.
    """
    try:
        tree = ast.parse(source, filename=file)
    except SyntaxError as error:
        return (f"{file}:{error.lineno}: this is not Python: {error.msg}.",)
    return tuple(f"{file}:{line}: {sentence}" for line, sentence in _impure(tree))


def _impure(tree: ast.Module) -> Iterator[tuple[int, str]]:
    bound: set[str] = set()
    for number, node in enumerate(tree.body):
        match node:
            case ast.Expr(value=ast.Constant(value=str())) if number == 0:
                continue
            case ast.ImportFrom(module="__future__"):
                continue
            case ast.ImportFrom(module=module, level=0) if module and (
                module in {"filer.flow", "flows.meta"}
            ):
                for alias in node.names:
                    if alias.name == "*" or alias.asname or alias.name.startswith("_"):
                        yield node.lineno, "import plain names, one by one."
                    elif module == "filer.flow" and alias.name not in _DATA_CALLS:
                        yield node.lineno, f"{alias.name} is not part of the vocabulary."
                    bound.add(alias.name)
            case ast.Assign(targets=[ast.Name(id=name)]):
                if name in bound or name in _DATA_CALLS:
                    yield node.lineno, f"{name} is bound twice."
                yield from _impure_value(node.value, bound)
                bound.add(name)
            case ast.Expr(value=ast.Constant(value=str())):
                continue
            case _:
                yield node.lineno, f"a flow is data; {type(node).__name__} is not allowed here."


def _impure_value(node: ast.expr, bound: set[str]) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Constant(value=None | bool() | int() | str()):
            return
        case ast.Name(id=name):
            if name not in bound:
                yield node.lineno, f"{name} is not known here."
        case ast.Tuple(elts=elements):
            for element in elements:
                yield from _impure_value(element, bound)
        case ast.Starred(value=value):
            yield from _impure_value(value, bound)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _impure_value(left, bound)
            yield from _impure_value(right, bound)
        case ast.Call(func=ast.Name(id=name)):
            if name not in _DATA_CALLS:
                yield node.lineno, f'"{name}" is not a word of the vocabulary.'
            for argument in node.args:
                yield from _impure_value(argument, bound)
            for keyword in node.keywords:
                if keyword.arg is None:
                    yield node.lineno, "write arguments out, without **."
                yield from _impure_value(keyword.value, bound)
        case _:
            yield node.lineno, f"a flow is data; {type(node).__name__} is not allowed here."


USUAL = ("facebook", "instagram")
"""The flows that are filed where nobody says which: the forms of the accounts themselves."""


def folder() -> Path:
    """Where the flow files lie: the installed `flows` package.

    Raises `FlowBroken` when it is missing.
    """
    spec = importlib.util.find_spec("flows")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        return Path(place)
    raise FlowBroken("The folder with the flows is missing.", "Install filer again.")


def names() -> tuple[str, ...]:
    """The names of the flows: the accounts' own forms, then the others, by the alphabet.

    What forms share is none of them.
    """
    stems = sorted(p.stem for p in folder().glob("*.py") if p.stem not in {"__init__", "meta"})
    return tuple(sorted((s.replace("_", "-") for s in stems), key=lambda name: name not in USUAL))


def stem_of(name: str) -> str:
    """The name of the file, without its ending, that holds the flow called *name*."""
    return name.replace("-", "_")


def load(name: str) -> Flow:
    """The flow called *name*, checked to be data and to break no law.

    Raises `WrongUsage` for a name that is not there, `FlowBroken` with file and line otherwise.
    """
    if name not in names():
        none = _('There is no flow called "{name}".').format(name=name)
        raise WrongUsage(
            f"{none} {did_you_mean(name, names())}".rstrip(),
            _("There are: {all}.").format(all=", ".join(names())),
        )
    stem = stem_of(name)
    file = folder() / f"{stem}.py"
    for path in (folder() / "__init__.py", folder() / "meta.py", file):
        if path.exists():
            _refuse(impure(path.read_text(encoding="utf-8"), f"flows/{path.name}"))
    try:
        flow = importlib.import_module(f"flows.{stem}").FLOW
    except (TypeError, ValueError, AttributeError, ImportError) as error:
        raise FlowBroken(
            f"flows/{stem}.py cannot be read: {error}.", "Compare it with a flow that works."
        ) from error
    if not isinstance(flow, Flow):
        raise FlowBroken(f"flows/{stem}.py: FLOW is not a Flow.")
    _refuse(tuple(_located(flow, file)))
    return flow


def _refuse(sentences: tuple[str, ...]) -> None:
    if sentences:
        raise FlowBroken("\n".join(sentences), "Nothing was opened.")


def _located(flow: Flow, file: Path) -> Iterator[str]:
    lines = _step_lines(ast.parse(file.read_text(encoding="utf-8")))
    for number, sentence in broken_laws(flow):
        line = lines[number] if number is not None and number < len(lines) else None
        yield f"flows/{file.name}{f':{line}' if line else ''}: {sentence}"


def _step_lines(tree: ast.Module) -> list[int]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.keyword)
            and node.arg == "steps"
            and isinstance(node.value, ast.Tuple)
        ):
            return [element.lineno for element in node.value.elts]
    return []
