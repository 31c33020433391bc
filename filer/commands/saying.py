"""What a command prints: for people on standard error, wrapped; for programs one JSON object."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator

import click
import rich.console
import rich.progress

from filer.words import _


def print_json(data: object) -> None:
    """Print *data* as one JSON object, in one line, on standard output."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str))


def say_wrapped(text: str, indent: int = 0) -> None:
    """Print *text* for people, wrapped at the width there is; what is moved in hangs together."""
    wrapped = textwrap.wrap(
        text,
        min(shutil.get_terminal_size((96, 24)).columns, 96),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2 if indent else 0),
        break_long_words=False,
        break_on_hyphens=False,
    )
    click.echo("\n".join(wrapped), err=True)


def say_hanging(text: str, *, indent: int = 0, hanging: int = 0, err: bool = False) -> None:
    """Print *text* wrapped at the width there is, its further lines moved in by *hanging*."""
    width = max(40, min(96, shutil.get_terminal_size().columns))
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )
    click.echo("\n".join(lines), err=err)


MANY = 5
"""Of more bundles than these, those in order get one line each, the others what is wrong."""


@contextlib.contextmanager
def progress(total: int, *, as_json: bool) -> Iterator[Callable[[], None]]:
    """How far it is, on a terminal, where there are many; what is called once for each step."""
    if as_json or total <= MANY or not sys.stderr.isatty():
        yield lambda: None
        return
    with rich.progress.Progress(console=rich.console.Console(stderr=True), transient=True) as shown:
        task = shown.add_task(_("checking"), total=total)
        yield lambda: shown.advance(task)


def say_indented(word: str, what: str) -> None:
    """Print *what* beside *word*, as a column of its own."""
    width = max(40, min(100, shutil.get_terminal_size().columns))
    indent = " " * 10
    click.echo(
        textwrap.fill(
            f"{word}: {what}", width, initial_indent=indent, subsequent_indent=indent + "  "
        )
    )
