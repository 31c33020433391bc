"""Every reason that the gate, the wire and the walk can give is told in the person's language.

The reasons are read out of the source: one that is added there and not told in words fails here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from filer.evidence import happened
from filer.ports import Answer
from tests.house.sources import calls, sources, texts

LANGUAGES = ("nl", "de", "fr")
ALIKE = {"stop"}
"""What is the same in Dutch."""
ANY = re.compile(r"^filer (vroeg|hat gefragt,?|a demandé) |[.].*")
"""What stands around the question in the sentence about it."""


def argument(call: ast.Call, place: int, name: str) -> ast.AST:
    """The argument of *call* at *place*, or by *name*; an empty tuple where there is none."""
    if len(call.args) > place:
        return call.args[place]
    return next((k.value for k in call.keywords if k.arg == name), ast.Tuple(elts=[]))


def given(path: str, called: str, place: int, name: str = "why") -> Iterator[str]:
    """What calls of *called* in the module at *path* give there, as text."""
    for what, call in calls(sources()[path]):
        if what == called:
            yield from texts(argument(call, place, name))


def returned(path: str, function: str) -> Iterator[str]:
    """What *function* in the module at *path* returns, as text; of an f-string its beginning."""
    for node in ast.walk(sources()[path]):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            for back in ast.walk(node):
                if isinstance(back, ast.Return) and back.value is not None:
                    yield from list(texts(back.value))[:1]


def refusals() -> set[str]:
    """Why the judge and the wire refuse."""
    gate, wire = "filer/gate.py", "filer/browser/wire.py"
    unpressed = next(
        node.value.value
        for node in sources()[gate].body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and [t.id for t in node.targets if isinstance(t, ast.Name)] == ["UNPRESSED"]
    )
    verdicts = [
        why
        for path in (gate, wire)
        for name, call in calls(sources()[path])
        if name == "Verdict" and "REFUSE" in ast.dump(call.args[0])
        for why in texts(argument(call, 1, "why"))
    ]
    return {*verdicts, *filter(None, returned(gate, "_contradiction")), str(unpressed)}


def lets() -> set[str]:
    """Why the judge and the wire let a send or a code go."""
    return {
        why
        for path in ("filer/gate.py", "filer/browser/wire.py")
        for name, call in calls(sources()[path])
        if name == "Verdict" and ({"SEND", "CODE"} & set(ast.dump(call.args[0]).split("'")))
        for why in texts(argument(call, 1, "why"))
    }


CASES: dict[str, tuple[Callable[[], set[str]], Callable[[str], str]]] = {
    "refused": (refusals, lambda why: happened.why_held_back(f"{why}x" if why[-1] == " " else why)),
    "let go": (lets, happened._let_in_words),
    "voided": (
        lambda: {
            why
            for name, call in calls(sources()["filer/session.py"])
            if name == "_revoke"
            for why in texts(argument(call, 0, "why"))
        },
        happened._void_in_words,
    ),
    "withheld": (
        lambda: set(given("filer/browser/window.py", "_withheld", 1)) - {" (", ")"},
        happened.withheld_in_words,
    ),
    "ended": (
        lambda: {
            why
            for why in given("filer/session.py", "_Ending", 1, "reason")
            if why.strip(" :") and why not in {"drifted", "unavailable"}
        },
        happened.reason_in_words,
    ),
    "asked": (
        lambda: {
            name
            for what, call in calls(sources()["filer/session.py"])
            if what in {"_ask", "_ask_press"} and call.args and isinstance(call.args[0], ast.Call)
            for name in [getattr(call.args[0].func, "id", "").removesuffix("To")]
        },
        lambda name: ANY.sub("", happened._answered(line("answered", {"question": name}))[0]),
    ),
    "answers": (
        lambda: {each.value for each in Answer} - {"one", "both", "more"},
        happened._answer,
    ),
}


def line(event: str, data: dict[str, str]) -> happened.Line:
    """A line of a log, as the start page reads it."""
    return happened.Line(1, "2026-11-28T10:00:00.000Z", event, by_person=True, data=data)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", CASES)
def test_each_is_told_in_words(kind: str, language: str, speak: Callable[[str], None]) -> None:
    """None of them reaches a person as the word of the program."""
    found, told = CASES[kind]
    reasons = found()
    speak(language)
    raw = {why for why in reasons if told(why) == why and why not in ALIKE}

    assert len(reasons) > 1
    assert set() == raw
