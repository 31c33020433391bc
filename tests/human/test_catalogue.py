"""The catalogues: every sentence that filer says has its Dutch, German and French one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from filer import words

ROOT = Path(__file__).resolve().parents[2]
PLACE = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
Msgid = str | tuple[str, str]


def sources() -> list[Path]:
    """Every module that may say something."""
    return [*sorted((ROOT / "filer").rglob("*.py")), *sorted((ROOT / "flows").glob("*.py"))]


def said(file: Path) -> Iterator[Msgid]:
    """Every sentence that goes through gettext in *file*, also inside an f-string."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
        match node.func.id, texts:
            case "_" | "N_", [str() as only]:
                yield only
            case "ngettext", [str() as one, str() as many]:
                yield one, many
            case "HandOver", [str() as words] if file.parent.name == "flows":
                yield words


LANGUAGES = [language for language in words.NAMES if language != "en"]


def catalogue(language: str) -> Catalog:
    """The catalogue of *language* in the source tree; of "" the template."""
    path = f"{language}/LC_MESSAGES/filer.po" if language else "filer.pot"
    with (ROOT / "filer" / "locale" / path).open("rb") as file:
        return read_po(file, locale=language or None, domain="filer", abort_invalid=True)


ALL = sorted({msgid for file in sources() for msgid in said(file)}, key=str)


def test_every_sentence_is_in_the_template() -> None:
    """`make messages` was run: it found every sentence that the modules say."""
    template = catalogue("")

    assert [] == [m for m in ALL if template.get(m if isinstance(m, str) else m[0]) is None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    """No sentence falls back to English."""
    theirs = catalogue(language)
    missing = []
    for msgid in ALL:
        message = theirs.get(msgid if isinstance(msgid, str) else msgid[0])
        strings = () if message is None else message.string
        whole = all([strings] if isinstance(strings, str) else strings)
        if message is None or message.fuzzy or not strings or not whole:
            missing.append(msgid)

    assert [] == missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_agree(language: str) -> None:
    """A translated sentence has the same places to fill as the English one."""
    wrong = []
    for message in catalogue(language):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        if not ids[0]:
            continue
        places = {frozenset(PLACE.findall(text)) for text in (*ids, *strings) if text}
        if len(places) > 1:
            wrong.append(message.id)

    assert [] == wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_the_catalogue_is_unused(language: str) -> None:
    """A sentence that nobody says any more is taken out."""
    known = {m if isinstance(m, str) else m[0] for m in ALL}
    ids = [m.id if isinstance(m.id, str) else m.id[0] for m in catalogue(language)]

    assert [] == [i for i in ids if i and i not in known]


SPEAKING = (
    *sorted((ROOT / "filer" / "human").rglob("*.py")),
    ROOT / "filer" / "guiding.py",
    ROOT / "filer" / "tending.py",
)
"""The modules that speak to the person, in the terminal and in the guide."""


@pytest.mark.parametrize("file", SPEAKING, ids=lambda file: file.name)
def test_the_person_hears_nothing_untranslated(file: Path) -> None:
    """In `human` every sentence goes through gettext; the texts for the form are a table."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    translated = {id(node) for call in ast.walk(tree) if _says(call) for node in ast.walk(call)}
    quiet = {id(node) for part in ast.walk(tree) if _quiet(part) for node in ast.walk(part)}
    quiet |= {id(key) for d in ast.walk(tree) if isinstance(d, ast.Dict) for key in d.keys}
    loose = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in translated | quiet
        and re.search(r"\w \w", node.value)
        and (node.value[0].isupper() or node.value.rstrip()[-1:] in ".:!?")
    ]

    assert [] == loose


@pytest.mark.parametrize("name", ["body.html", "shell.html"])
def test_the_guides_templates_hold_no_words(name: str) -> None:
    """A page of the guide says only what it is given; beside that there is the name filer."""
    page = (ROOT / "filer" / "human" / "guide" / "pages" / name).read_text(encoding="utf-8")
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", page, flags=re.DOTALL)
    spoken = re.findall(r"(?:aria-label|alt|title|placeholder)=\"([^\"]*)\"", bare)
    words = re.sub(r"<[^>]*>", " ", bare)

    assert {"filer"} == set(words.split()) | {"filer"}
    assert "" == "".join(spoken).strip()


def test_the_guides_script_says_nothing() -> None:
    """The guide's script has no words of its own: what is shown comes from Python."""
    script = (ROOT / "filer" / "human" / "guide" / "pages" / "guide.js").read_text(encoding="utf-8")
    code = re.sub(r"^\s*//.*$|\s//\s.*$", "", script, flags=re.MULTILINE)

    assert [] == re.findall(r"'[A-Z][^']* [^']*'|`[A-Z][^`]* [^`]*`", code)


def _says(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"_", "ngettext"}
    )


def _quiet(node: ast.AST) -> bool:
    """A docstring, or one of the tables in capitals."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    target = node.target if isinstance(node, ast.AnnAssign) else None
    if isinstance(node, ast.Assign):
        target = node.targets[0]
    return isinstance(target, ast.Name) and target.id.isupper()
