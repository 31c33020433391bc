"""A wrong command line: said in our own sentences, so in the person's language."""

from __future__ import annotations

import click
import pytest

from filer.commands.usage import in_words


@click.group()
def program() -> None:
    """A program as filer is one."""


@program.command()
@click.argument("case", metavar="CASE|PLATFORM")
@click.option("--kind", type=click.Choice(("objection", "reminder")))
@click.option("--on", "day", type=click.DateTime(("%Y-%m-%d",)))
@click.option("--yes", is_flag=True)
def letter(**_given: object) -> None:
    """A command with one of each."""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("leter x", "There is no command leter. Did you mean letter?"),
        ("xyz", "There is no command xyz."),
        ("letter", "Something is missing: CASE|PLATFORM."),
        ("letter x --knd y", "There is no option --knd. Did you mean --kind"),
        ("letter x --zzz", "There is no option --zzz."),
        ("letter x --kind", "The option --kind needs a value after it."),
        ("letter x --yes=no", "The option --yes takes no value."),
        (
            "letter x --kind poem",
            "--kind cannot be “poem”. It can be one of: objection, reminder.",
        ),
        (
            "letter x --on never",
            "--on wants a day: write it as 2026-11-24.",
        ),
        ("letter x y z", "This is too much: y z."),
    ],
)
def test_what_is_wrong_is_said_in_our_words(typed: str, said: str) -> None:
    """Each mistake that click finds has a sentence with what was typed and what would do."""
    with pytest.raises(click.ClickException) as caught:
        program.main(typed.split(), standalone_mode=False)

    assert in_words(caught.value).startswith(said)


def test_what_is_not_known_here_stays() -> None:
    """Any other word of click's is passed on as it is."""
    assert "Something else." == in_words(click.UsageError("Something else."))
