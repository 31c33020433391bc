"""What a command prints: for people on standard error, wrapped; for programs one JSON object."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator

import click

from filer.words import _, pair


def print_json(data: object) -> None:
    """Print *data* as one JSON object, in one line, on standard output."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str))


_IN_MEMORY = 1 << 22
"""So much of a long answer is held in memory, the rest in a file without a name."""


def print_results(results: Iterable[object]) -> None:
    """Print one JSON object that holds *results*, each written down before the next is asked for.

    Nothing is printed when one of them raises.
    """
    with tempfile.SpooledTemporaryFile(
        _IN_MEMORY, "w+", encoding="utf-8", errors="surrogatepass", newline=""
    ) as answer:
        answer.write('{"results": [')
        for number, result in enumerate(results):
            answer.write(", " if number else "")
            answer.write(json.dumps(result, ensure_ascii=False, default=str))
        answer.write("]}\n")
        answer.seek(0)
        while piece := answer.read(1 << 20):
            click.echo(piece, nl=False)


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


_REDRAW = 0.1
"""How often the progress is drawn anew, in seconds."""


@contextlib.contextmanager
def progress(total: int, *, as_json: bool) -> Iterator[Callable[[], None]]:
    """How far it is, on a terminal, where there are many; what is called once for each step."""
    if as_json or total <= MANY or not sys.stderr.isatty():
        yield lambda: None
        return
    # It draws when it is told to: a thread that did would keep other processes from being forked.
    import rich.console  # noqa: PLC0415 - read in only where there are many, and a terminal
    import rich.progress  # noqa: PLC0415 - the same

    console = rich.console.Console(stderr=True)
    with rich.progress.Progress(console=console, transient=True, auto_refresh=False) as shown:
        task = shown.add_task(_("checking"), total=total)
        drawn = 0.0

        def step() -> None:
            nonlocal drawn
            shown.advance(task)
            if time.monotonic() - drawn > _REDRAW:
                shown.refresh()
                drawn = time.monotonic()

        yield step


def say_indented(word: str, what: str) -> None:
    """Print *what* beside *word*, as a column of its own."""
    width = max(40, min(100, shutil.get_terminal_size().columns))
    indent = " " * 10
    click.echo(
        textwrap.fill(
            pair(word, what), width, initial_indent=indent, subsequent_indent=indent + "  "
        )
    )
