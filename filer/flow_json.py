"""A flow read back from its JSON: as data, from whoever wrote it.

The text may come from a stranger. Nothing in it is run; it becomes a `Flow` only if every part has
the type that the vocabulary gives it and no law is broken. `confined` then holds it to what the
flows of this filer know: hosts, and on the real form also addresses and buttons.
"""

from __future__ import annotations

import dataclasses
import json
import re
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from filer.errors import FlowBroken
from filer.flow import (
    VERBS,
    Choose,
    Flow,
    HandOver,
    Label,
    Open,
    Press,
    Step,
    broken_laws,
    plain_name,
)
from filer.settings import VALUES
from filer.words import _, fits_a_line

LARGEST = 1 << 20
"""No longer text is read, in bytes; the flows of this filer have about 60,000."""

_DEEPEST = 10
_MOST = 40_000
_LONGEST = 4_000
_MOST_STEPS = 60

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FIELD = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_ADDRESS = re.compile(r"https://[a-z0-9.-]+(/[!-\[\]-~]*)?")
_NO_TEXT = re.compile(r"[\0\ud800-\udfff]")
_HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+")


class _NotDataError(Exception):
    """A part that is not what the vocabulary says, as a few words of where and what."""


def read_flow(raw: bytes) -> Flow:
    """The flow that *raw* holds, as `Flow.as_json` writes it.

    Raises `FlowBroken` for whatever is not exactly that, or breaks a law of `filer.flow`.
    """
    try:
        flow: Flow = _made(Flow, _parsed(raw), "flow")
    except _NotDataError as wrong:
        raise _refusal([_("It is not the data of a flow: %(what)s.") % {"what": wrong}]) from wrong
    _refuse(list(_strange(flow)))
    _refuse([sentence for _number, sentence in broken_laws(flow)])
    return flow


def _refuse(sentences: Sequence[str]) -> None:
    if sentences:
        raise _refusal(sentences)


def _refusal(sentences: Sequence[str]) -> FlowBroken:
    more = [_("And %(n)s more.") % {"n": len(sentences) - 5}] if len(sentences) > 5 else []
    lines = [_("The flow in this bundle cannot be used."), *sentences[:5], *more]
    return FlowBroken("\n".join(_shown(line) for line in lines), _("Nothing was opened."))


def _shown(line: str) -> str:
    """*line* for a terminal: it may quote what a stranger wrote."""
    return "".join(c if fits_a_line(c) else "?" for c in line)[:300]


# --------------------------------------------------------------------------- text to data


def _parsed(raw: bytes) -> object:
    if len(raw) > LARGEST:
        raise _NotDataError(f"it has more than {LARGEST} bytes")
    try:
        data = json.loads(raw.decode("utf-8"), object_pairs_hook=_no_twins)
    except (ValueError, RecursionError) as trouble:
        raise _NotDataError("it is no JSON") from trouble
    left: list[tuple[object, int]] = [(data, 0)]
    count = 0
    while left:
        item, depth = left.pop()
        count += 1
        if depth > _DEEPEST or count > _MOST:
            raise _NotDataError("it is nested too deep, or holds too much")
        match item:
            case dict():
                left.extend((each, depth + 1) for each in item.values())
            case list():
                left.extend((each, depth + 1) for each in item)
    return data


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) != len(dict(pairs)):
        raise ValueError("a key occurs twice")
    return dict(pairs)


# --------------------------------------------------------------------------- data to vocabulary


def _made(kind: Any, data: object, where: str) -> Any:
    """*data* as a value of the type *kind*; only the types that the vocabulary uses are known."""
    if kind in (str, bool, int):
        if type(data) is not kind:
            raise _NotDataError(f"{where} is no {kind.__name__}")
        return _text(data, where) if isinstance(data, str) else data
    if kind is Label:
        return _label(data, where)
    if isinstance(kind, types.UnionType):
        return _one_of(typing.get_args(kind), data, where)
    if typing.get_origin(kind) is tuple:
        if not isinstance(data, list):
            raise _NotDataError(f"{where} is no list")
        inner = typing.get_args(kind)[0]
        return tuple(_made(inner, each, f"{where}[{n}]") for n, each in enumerate(data))
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _thing(kind, data, where)
    raise _NotDataError(f"{where} is of a kind that cannot be read back")


def _text(text: str, where: str) -> str:
    if len(text) > _LONGEST or _NO_TEXT.search(text):
        raise _NotDataError(f"{where} is no text that a flow holds")
    return text


def _one_of(kinds: tuple[Any, ...], data: object, where: str) -> Any:
    if data is None and types.NoneType in kinds:
        return None
    if all(kind in VERBS.values() for kind in kinds):
        verb = data.get("verb") if isinstance(data, dict) else None
        if not isinstance(verb, str) or verb not in VERBS:
            raise _NotDataError(f"{where} has a verb that is not known")
        return _thing(VERBS[verb], data, where)
    others = [kind for kind in kinds if kind is not types.NoneType]
    return _made(others[0], data, where)


def _thing(kind: type, data: object, where: str) -> Any:
    """A dataclass of the vocabulary: every key known, none missing that has no default."""
    if not isinstance(data, dict):
        raise _NotDataError(f"{where} is no object")
    given = dict(data)
    if kind in VERBS.values() and given.pop("verb", None) != kind.__name__:
        raise _NotDataError(f"{where} has another verb than {kind.__name__}")
    hints = typing.get_type_hints(kind)
    for name in given:
        if name not in hints:
            raise _NotDataError(f"{where} holds {name[:40]!r}, which is not known")
    made = {name: _made(hints[name], each, f"{where}.{name}") for name, each in given.items()}
    if kind is Open:
        return Open(*made.get("addresses", ()))
    try:
        return kind(**made)
    except TypeError as trouble:
        raise _NotDataError(f"{where} lacks a part") from trouble


def _label(data: object, where: str) -> Label:
    match data:
        case {"texts": dict() as texts, "unconfirmed": unconfirmed, "source": source, **rest} if (
            not rest
        ):
            read = {
                language: _made(tuple[str, ...], wordings, f"{where}.{language[:9]}")
                for language, wordings in texts.items()
                if _LANGUAGE.fullmatch(language) or _no_language(language, where)
            }
            return Label(
                unconfirmed=_made(tuple[str, ...], unconfirmed, where),
                source=_made(str, source, where),
                **read,
            )
    raise _NotDataError(f"{where} is no label")


def _no_language(language: str, where: str) -> bool:
    raise _NotDataError(f"{where} names {language[:20]!r}, which is no language")


# --------------------------------------------------------------------------- held to what is known


def _strange(flow: Flow) -> Iterator[str]:
    """What a flow of filer never holds, and the laws do not speak of."""
    if not _NAME.fullmatch(flow.name) or len(flow.name) > 40:
        yield _("Its name is none that a flow of filer can have.")
    if not _is_day(flow.checked):
        yield _("It does not say on which day it was checked.")
    for address in flow.addresses:
        if not _ADDRESS.fullmatch(address):
            yield _("It opens an address that is no plain https address.")
    for host in (*flow.hosts, *flow.assets):
        if not _HOST.fullmatch(host):
            yield _("It names a host that is none.")
    for step in flow.steps:
        wanted = getattr(step, "field", None) or getattr(step, "until", None)
        if wanted is not None and not _FIELD.fullmatch(wanted.name):
            yield _("It has a field with a name that no flow of filer has.")
        value = getattr(step, "value", None)
        if value is not None and value not in VALUES:
            yield _("It wants a value that no profile has.")
    if not any(field.kind in {"email", "phone"} for field in flow.fields):
        yield _("It fills in no e-mail address and no telephone number.")
    if len(flow.steps) > _MOST_STEPS or len(flow.addresses) > _MOST_STEPS:
        yield _("It has more steps or addresses than any flow of filer.")
    if not _in_order(flow):
        yield _("It does not open the form, wait for it, and only then fill it in.")


def _in_order(flow: Flow) -> bool:
    """Whether the form is opened and reached, where the gate shuts, before anything is typed."""
    verbs = [type(step).__name__ for step in flow.steps]
    first = [verbs.index(verb) if verb in verbs else len(verbs) for verb in ("Open", "HandOver")]
    acts = [n for n, verb in enumerate(verbs) if verb in {"Fill", "Attach", "HumanSends"}]
    return first == sorted(first) and all(first[-1] < number for number in acts)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@dataclass(frozen=True)
class Known:
    """What the flows of this filer know: what a stranger's flow is held to.

    *presses* are wordings of buttons and answers, as they are compared.
    """

    flows: Mapping[str, Flow]
    hosts: frozenset[str]
    assets: frozenset[str]
    private: tuple[str, ...]
    addresses: frozenset[str]
    presses: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, flows: Iterable[Flow]) -> Known:
        """What *flows* know together."""
        known = list(flows)
        labels = [label for each in known for label in _pressed(each)]
        return cls(
            flows={each.name: each for each in known},
            hosts=frozenset(host for each in known for host in each.hosts),
            assets=frozenset(host for each in known for host in each.assets),
            private=tuple(dict.fromkeys(path for each in known for path in each.private)),
            addresses=frozenset(address for each in known for address in each.addresses),
            presses=frozenset(plain_name(w) for label in labels for w in label.wordings()),
            words=frozenset(s.words for f in known for s in f.steps if isinstance(s, HandOver)),
        )


def _pressed(flow: Flow) -> Iterator[Label]:
    for step in (*flow.steps, *flow.cookies, *flow.questions):
        yield from _labels_of(step)


def _labels_of(step: Step) -> tuple[Label, ...]:
    match step:
        case Press():
            return (step.label,)
        case Choose():
            return (step.answer, step.then)
        case _:
            return ()


def confined(flow: Flow, known: Known, *, live: bool) -> tuple[Flow, tuple[str, ...]]:
    """*flow* held to what is *known*, and sentences that say what was left out of it.

    A host that is not known is refused. What is private today is private, whatever the flow says;
    its title, and what it asks the person to do, are in words of this filer. On the real form
    (*live*) addresses and buttons that no flow of this filer knows are left out: an address can do
    something, and so can a button. Raises `FlowBroken`.
    """
    foreign = [h for h in flow.hosts if h not in known.hosts]
    foreign += [h for h in flow.assets if h not in known.assets]
    _refuse(
        [_("It names a host that filer does not know: %(host)s.") % {"host": h} for h in foreign]
    )
    today = known.flows.get(flow.name)
    fitted = dataclasses.replace(
        flow,
        private=tuple(dict.fromkeys((*known.private, *flow.private))),
        title=today.title if today else Label(en=flow.name),
        covers=today.covers if today else Label(),
        covers_not=today.covers_not if today else Label(),
        notes=Label(),
        steps=tuple(_in_our_words(step, known) for step in flow.steps),
    )
    if not live:
        return fitted, ()
    left_out: list[str] = []
    fitted = dataclasses.replace(
        fitted,
        steps=tuple(_known_steps(fitted.steps, known, left_out)),
        cookies=tuple(p for p in fitted.cookies if _is_known(p, known, left_out)),
        questions=tuple(q for q in fitted.questions if _is_known(q, known, left_out)),
    )
    _refuse([] if fitted.addresses else [_("It opens no address that filer knows today.")])
    _refuse([sentence for _number, sentence in broken_laws(fitted)])
    return fitted, tuple(dict.fromkeys(left_out))


def _in_our_words(step: Step, known: Known) -> Step:
    """*step*; what it asks the person to do is never a stranger's sentence."""
    if isinstance(step, HandOver) and step.words not in known.words:
        return HandOver("Log in if you are asked to.", step.until)
    return step


def _known_steps(steps: Sequence[Step], known: Known, left_out: list[str]) -> Iterator[Step]:
    for step in steps:
        if isinstance(step, Open):
            addresses = [a for a in step.addresses if a in known.addresses]
            if len(addresses) < len(step.addresses):
                left_out.append(_("An address that filer does not know today is not opened."))
            if addresses:
                yield Open(*addresses)
        elif _is_known(step, known, left_out):
            yield step


def _is_known(step: Step, known: Known, left_out: list[str]) -> bool:
    strange = any(
        plain_name(wording) not in known.presses
        for label in _labels_of(step)
        for wording in label.wordings()
    )
    if strange:
        left_out.append(_("A button that filer does not know today is not pressed."))
    return not strange
