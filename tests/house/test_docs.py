"""The docs against the program: commands, options, settings, links and names in README and docs/.

What is written there is for people who copy it, so it must be true of this program.
"""

from __future__ import annotations

import importlib.util
import re
import shlex
import tomllib
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from filer import settings
from filer.cli import COMMANDS, cli
from filer.errors import FilerError
from filer.words import NAMES
from tests.evidence.wrongs import OPEN, WAYS
from tests.gate.channels import CHANNELS
from tests.house.sources import ROOT

FILES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
DOCS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in FILES}
SETTINGS = {*settings.VALUES.values(), *settings.OTHERS, "FILER_LOG"}

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]\[]*\]\(([^)\s]+)\)")
OURS = re.compile(r"(?<![\w/.~-])(?:filer|flows|tests|tools|docs)/[\w./*-]*\w\b")
CALL = re.compile(r"(?:\.venv[/\\](?:bin|Scripts)[/\\])?filer(?:\s+(.*))?")

every_doc = pytest.mark.parametrize("doc", DOCS)


def prose(doc: str) -> str:
    """*doc* without its blocks of code."""
    return BLOCK.sub("", DOCS[doc])


def code(doc: str) -> list[str]:
    """All code in *doc*: each line of its blocks but plain text, and what is between backticks."""
    blocks = "".join(block for language, block in BLOCK.findall(DOCS[doc]) if language != "text")
    return [*blocks.splitlines(), *CODE.findall(prose(doc))]


def calls(doc: str) -> Iterator[str]:
    """What *doc* tells people to type after `filer`."""
    for line in code(doc):
        call = CALL.fullmatch(re.split(r" +#| \| ", line)[0].strip())
        if call and call[1]:
            yield call[1]


def options() -> set[str]:
    """Every option of filer and of its commands."""
    everything = [cli, *(cli.get_command(click.Context(cli), name) for name in COMMANDS)]
    params = [param for command in everything if command for param in command.params]
    shown = [param for param in params if isinstance(param, click.Option)]
    return {spelled for param in shown for spelled in (*param.opts, *param.secondary_opts)}


def headings(doc: str) -> set[str]:
    """What a link can lead to within *doc*: its headings, as a repository's web pages name them."""
    found = re.findall(r"^#+ (.*)$", prose(doc), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def understood(call: str) -> str:
    """What is wrong with *call*, a command and its options; empty where filer understands it.

    A command's name alone is understood too: a sentence may speak of it.
    """
    try:
        name, *arguments = shlex.split(call)
        if name.startswith("-"):
            cli.make_context("filer", [name, *arguments])
        elif name not in COMMANDS:
            return f"{call}: no such command"
        elif arguments:
            command = cli.get_command(click.Context(cli), name)
            assert command is not None
            command.make_context(name, arguments)
    except click.exceptions.Exit:
        return ""  # --help and --version end there
    except (click.ClickException, FilerError, ValueError) as trouble:
        return f"{call}: {trouble}"
    return ""


@every_doc
def test_every_command_can_be_typed(doc: str) -> None:
    """What the docs tell people to type, filer understands: commands, options, their values."""
    assert [] == [wrong for call in calls(doc) if (wrong := understood(call))]


@every_doc
def test_every_link_leads_somewhere(doc: str) -> None:
    """Each link is to a file that is there, and to a heading in it."""
    wrong = []
    for link in LINK.findall(prose(doc)):
        path, _hash, heading = link.partition("#")
        there = (ROOT / doc).parent.joinpath(path).resolve() if path else ROOT / doc
        known = link.startswith("https://") or (
            there.exists()
            and (not heading or heading in headings(there.relative_to(ROOT).as_posix()))
        )
        wrong += [] if known else [link]

    assert [] == wrong


@every_doc
def test_every_name_is_of_something(doc: str) -> None:
    """Files of this project, modules, targets of make and settings are there as they are named."""
    lines = code(doc)
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    files = [name for line in lines for name in OURS.findall(line)]
    modules = [name for line in lines for name in re.findall(r"-m (tests\.[\w.]+)", line)]
    targets = [name for line in lines for name in re.findall(r"^make (?:\w+=\S+ )?(\w+)", line)]

    there = [name for name in files if not name.rpartition("/")[2].isupper()]  # NAME is a blank

    assert [] == [name for name in there if not list(ROOT.glob(name))]
    assert [] == [name for name in modules if importlib.util.find_spec(name) is None]
    assert [] == [name for name in targets if f"\n{name}:" not in made]
    assert set() == set(re.findall(r"\bFILER_[A-Z_]+\b", DOCS[doc])) - SETTINGS


@every_doc
def test_every_option_that_is_named_is_one(doc: str) -> None:
    """An option that stands alone between backticks is one of filer's."""
    alone = {name for text in CODE.findall(prose(doc)) for name in re.findall(r"^--[a-z-]+", text)}

    assert set() == alone - options() - {"--help"} - OF_THE_BROWSER


OF_THE_BROWSER = {"--webrtc-ip-handling-policy"}


def test_all_that_can_be_typed_or_set_is_told() -> None:
    """Every command, option and setting stands in the docs."""
    told = "\n".join(DOCS.values())

    assert set() == set(COMMANDS) - {call.split()[0] for doc in DOCS for call in calls(doc)}
    assert [] == [name for name in sorted(options()) if f"`{name}" not in told]
    assert [] == [name for name in sorted(SETTINGS) if f"`{name}" not in told]


def test_the_list_of_commands_is_that_of_the_help() -> None:
    """The block in docs/filing.md is what `filer --help` prints, letter by letter."""
    printed = CliRunner().invoke(cli, ["--help"], prog_name="filer", terminal_width=78).output

    assert f"<!-- filer --help -->\n```text\n{printed}```\n" in DOCS["docs/filing.md"]


def test_every_exit_code_is_in_the_readme() -> None:
    """The README tells what each exit code means: in the table of outcomes, or below it."""
    readme = DOCS["README.md"]
    outcomes = {int(n) for n in re.findall(r"^\| `\w+` \|.*\| (\d) \|$", readme, re.MULTILINE)}
    below = re.search(r"^Other exits: (.*)$", readme, re.MULTILINE)
    others = {int(n) for n in re.findall(r"(?:^|· )(\d) ", below[1] if below else "")}

    assert set(range(10)) == outcomes | others
    assert set() == outcomes & others


@pytest.mark.parametrize("doc", sorted(set(DOCS) - {"README.md"}))
def test_every_page_says_for_whom_it_is(doc: str) -> None:
    """A page begins with whom it is for, or with what made it; the README leads to it."""
    title, _empty, first = DOCS[doc].split("\n")[:3]

    assert title.startswith("# ")
    assert first.startswith(("For ", "Made by "))
    assert f"({doc})" in DOCS["README.md"]


def test_the_counts_are_those_of_the_tests() -> None:
    """The figures in the docs are those of the tables they speak of."""
    assert f"`tests/gate/`: {len(CHANNELS)} ways of sending" in DOCS["docs/security.md"]
    assert f"makes {len(WAYS)} bundles that are wrong" in DOCS["docs/evidence.md"]
    assert f"and {len(OPEN)} that nobody can tell" in DOCS["docs/evidence.md"]


def test_the_languages_are_named() -> None:
    """The README names every language that filer speaks."""
    called = {"en": "English", "nl": "Dutch", "de": "German", "fr": "French"}
    spoken = re.search(r"^It speaks (.*?);", DOCS["README.md"], re.MULTILINE)

    assert {called[code] for code in NAMES} == set(
        re.split(", | and ", spoken[1] if spoken else "")
    )


def test_every_package_is_justified() -> None:
    """Each package that filer needs has its line in the README's Decisions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [re.split(r"[<>=]", line)[0] for line in project["dependencies"]]
    decisions = DOCS["README.md"].partition("## Decisions")[2]

    assert [] == [name for name in needed if f"**{name}**" not in decisions]
