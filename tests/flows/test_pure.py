"""A flow file is data: what else it holds is refused before it is imported, with file and line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from filer.errors import FlowBroken, WrongUsage
from filer.flow import impure, load, names

HEAD = '"""A form."""\n\nfrom filer.flow import Fill, Field, Flow, Keep, Label, Open\n'


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("import os", "a flow is data; Import is not allowed here."),
        ("from os import system", "a flow is data; ImportFrom is not allowed here."),
        ("from filer.session import run", "a flow is data; ImportFrom is not allowed here."),
        ("from filer.flow import load", "load is not part of the vocabulary."),
        ("from filer.flow import Label as L", "import plain names, one by one."),
        ("from flows.meta import *", "import plain names, one by one."),
        ("from flows.meta import _hidden", "import plain names, one by one."),
        ("from .meta import EMAIL", "a flow is data; ImportFrom is not allowed here."),
        ("exec('1')", "a flow is data; Expr is not allowed here."),
        ("X = exec('1')", '"exec" is not a word of the vocabulary.'),
        ("X = Submit(1)", '"Submit" is not a word of the vocabulary.'),
        ("X = lambda: 1", "a flow is data; Lambda is not allowed here."),
        ("X = Label.names", "a flow is data; Attribute is not allowed here."),
        ("X = Label(nl='a').best('nl')", "a flow is data; Call is not allowed here."),
        ("X = f'{HEAD}'", "a flow is data; JoinedStr is not allowed here."),
        ("X = tuple(a for a in (1, 2))", "a flow is data; GeneratorExp is not allowed here."),
        ("X = [a for a in (1, 2)]", "a flow is data; ListComp is not allowed here."),
        ("X = 1 if 2 else 3", "a flow is data; IfExp is not allowed here."),
        ("X = 'a' * 1000", "a flow is data; BinOp is not allowed here."),
        ("X = Label(**Y)", "write arguments out, without **."),
        ("X = {}", "a flow is data; Dict is not allowed here."),
        ("X = Unknown", "Unknown is not known here."),
        ("Label = 1", "Label is bound twice."),
        ("X = Y = 1", "a flow is data; Assign is not allowed here."),
        ("X = (Z := 1)", "a flow is data; NamedExpr is not allowed here."),
        ("if True: pass", "a flow is data; If is not allowed here."),
        ("while True: pass", "a flow is data; While is not allowed here."),
        ("def f(): pass", "a flow is data; FunctionDef is not allowed here."),
        ("class C: pass", "a flow is data; ClassDef is not allowed here."),
        ("assert True", "a flow is data; Assert is not allowed here."),
        ("X: int = 1", "a flow is data; AnnAssign is not allowed here."),
    ],
)
def test_what_is_more_than_data_is_refused(line: str, sentence: str) -> None:
    """Anything that could run is named with file and line, and why."""
    assert f"flows/x.py:4: {sentence}" in impure(f"{HEAD}{line}\n", "flows/x.py")


def test_plain_data_is_pure() -> None:
    """Names, tuples, sums of tuples, spread tuples and the vocabulary are all that a flow needs."""
    source = HEAD + 'A = ("x",)\nB = A + ("y",)\nC = (*B, "z")\nL = Label(nl=B, en="q" "r")\n'

    assert () == impure(source, "flows/x.py")


def test_what_is_not_python_is_refused_with_its_line() -> None:
    """A slip of the pen gets file and line too."""
    assert impure("X = (\n", "flows/x.py")[0].startswith("flows/x.py:1: this is not Python: ")


# --------------------------------------------------------------------------- a folder of its own

FLOW = '''"""A made-up form."""

from filer.flow import Field, Fill, Flow, HandOver, HumanSends, Keep, Label, Open, Press

EMAIL = Field("email", kind="email", label=Label(en="Email address"))

FLOW = Flow(
    name="madeup",
    title=Label(en="A made-up form"),
    covers=Label(en="nothing"),
    covers_not=Label(en="everything"),
    checked="2026-11-23",
    hosts=("forms.example.org",),
    private=("/login",),
    sends_to=("/send",),
    steps=(
        Open("https://forms.example.org/object"),
        HandOver("Log in.", until=EMAIL),
        Fill(EMAIL, "email"),
        Keep("the form as it will be sent"),
        HumanSends(Label(en="Send"), confirmed=Label(en="it is in"), refused=Label(en="it is not")),
        Keep("the answer"),
    ),
)
'''


@pytest.fixture
def flows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A flows folder of its own, that `load` reads instead of ours."""
    place = tmp_path / "flows"
    place.mkdir()
    (place / "__init__.py").write_text('"""Made-up flows."""\n', encoding="utf-8")
    kept = {name: sys.modules.pop(name) for name in [*sys.modules] if _is_flow(name)}
    monkeypatch.syspath_prepend(str(tmp_path))
    yield place
    for name in [name for name in sys.modules if _is_flow(name)]:
        del sys.modules[name]
    sys.modules.update(kept)


def _is_flow(name: str) -> bool:
    return name == "flows" or name.startswith("flows.")


def test_a_flow_of_another_folder_loads(flows: Path) -> None:
    """`load` reads what lies in the flows folder, and nothing has to be registered."""
    (flows / "madeup.py").write_text(FLOW, encoding="utf-8")

    assert ("madeup",) == names()
    assert "madeup" == load("madeup").name


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'HandOver("Log in.", until=EMAIL)',
            'Press(Label(nl="send"))',
            'flows/madeup.py:18: Press uses the wording "send", which sends.',
        ),
        (
            'Keep("the answer")',
            'Fill(EMAIL, "email")',
            "flows/madeup.py:22: After HumanSends only Keep and Code may follow, not Fill.",
        ),
        (
            'Keep("the answer")',
            'Wait("a minute")',
            'flows/madeup.py:22: "Wait" is not a word of the vocabulary.',
        ),
        (
            'covers=Label(en="nothing")',
            "covers=Label(en=__doc__)",
            "flows/madeup.py:10: __doc__ is not known here.",
        ),
        (
            'checked="2026-11-23"',
            'checked=""',
            "flows/madeup.py: A flow says when it was last checked; this one does not.",
        ),
    ],
)
def test_a_broken_flow_does_not_load(flows: Path, old: str, new: str, message: str) -> None:
    """The error names file and line, and says that nothing was opened."""
    (flows / "madeup.py").write_text(FLOW.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(FlowBroken) as error:
        load("madeup")

    assert (message, "Nothing was opened.") == (error.value.message, error.value.hint)


def test_what_forms_share_is_checked_too(flows: Path) -> None:
    """Code in flows/meta.py is refused before it runs, though only another file was asked for."""
    (flows / "madeup.py").write_text(FLOW, encoding="utf-8")
    (flows / "meta.py").write_text("raise SystemExit\n", encoding="utf-8")

    with pytest.raises(FlowBroken, match=r"flows/meta\.py:1: a flow is data; Raise is not"):
        load("madeup")


def test_a_flow_imports_no_other_flow(flows: Path) -> None:
    """What is shared lies in flows/meta.py: code in any other neighbour never runs."""
    text = FLOW.replace("\nEMAIL = ", "\nfrom flows.other import X\n\nEMAIL = ", 1)
    (flows / "madeup.py").write_text(text, encoding="utf-8")
    (flows / "other.py").write_text("X = 1\nraise SystemExit\n", encoding="utf-8")

    with pytest.raises(FlowBroken, match=r"flows/madeup\.py:5: a flow is data; ImportFrom is not"):
        load("madeup")


def test_code_in_the_folders_own_file_is_refused(flows: Path) -> None:
    """flows/__init__.py runs first, so it must be data as well."""
    (flows / "madeup.py").write_text(FLOW, encoding="utf-8")
    (flows / "__init__.py").write_text("raise SystemExit\n", encoding="utf-8")

    with pytest.raises(FlowBroken, match=r"flows/__init__\.py:1: a flow is data; Raise is not"):
        load("madeup")


def test_a_flow_that_is_none_is_refused(flows: Path) -> None:
    """A file whose FLOW is something else says so."""
    (flows / "madeup.py").write_text('FLOW = "no"\n', encoding="utf-8")

    with pytest.raises(FlowBroken, match=r"flows/madeup\.py: FLOW is not a Flow"):
        load("madeup")


def test_an_unknown_name_is_wrong_usage() -> None:
    """A flow that is not there is refused with the names that are."""
    with pytest.raises(WrongUsage) as error:
        load("myspace")

    assert 'There is no flow called "myspace".' == error.value.message
    assert (
        "There are: facebook, instagram, general, third-party, whatsapp, wizard."
        == error.value.hint
    )
