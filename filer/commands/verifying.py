"""`verify`: the checks of any bundles, in words; loads nothing that opens windows or asks."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Iterator, Mapping

import click

from filer.commands.options import common_options, path_named, read_settings
from filer.commands.saying import MANY, print_results, progress, say_hanging, say_indented
from filer.evidence import reading
from filer.evidence.check import printable
from filer.evidence.many import verify_many
from filer.evidence.verify import TELLING, Verification
from filer.words import _, command


@click.command(name="verify")
@click.argument("bundles", metavar="BUNDLE...", nargs=-1, required=True)
@common_options
def verify_command(
    bundles: tuple[str, ...],
    as_json: bool,  # noqa: FBT001
    language: str | None,
    evidence: str | None,
) -> None:
    """Check evidence: numbered checks, each with what was found and what was expected."""
    found = read_settings(language=language, evidence=evidence)
    named = [each for name in bundles for each in reading.bundles_below(path_named(name, found))]
    if found.roots_from is not None:
        said = _("Timestamps are held against the roots in {roots}, which {file} names.")
        click.echo(said.format(roots=found.tsa_roots, file=found.roots_from.absolute()), err=True)
    count: Counter[str] = Counter()

    def each() -> Iterator[Verification]:
        results = verify_many(named, found.tsa_roots, found.speaks)
        scrolls = sys.stdout.isatty() and not as_json  # then the lines show how far it is
        total = 0 if scrolls else len(named)
        with progress(total, as_json=as_json) as step, contextlib.closing(results):
            for result in results:
                count.update(good=result.ok, copies=result.is_copy)
                step()
                yield result

    if as_json:
        print_results(map(_verification_as_data, each()))
    else:
        for result in each():
            _say_verification(result, briefly=len(named) > MANY)
        _say_sum(count, len(named))
    sys.exit(0 if count["good"] == len(named) else 7)


def _say_sum(count: Mapping[str, int], every: int) -> None:
    """What came of many, in a line."""
    if every == 1:
        return
    click.echo(
        _("%(good)s of %(all)s bundles are in order.") % {"good": count["good"], "all": every}
    )
    if count["copies"]:
        click.echo(_("WORKING COPIES, with something taken out: %(n)s.") % {"n": count["copies"]})


def _verification_as_data(result: Verification) -> dict[str, object]:
    return result.facts() | {"passed_over": list(result.passed_over)}


def _say_verification(result: Verification, *, briefly: bool) -> None:
    if briefly and result.ok:
        copy = _("WORKING COPY, what is left in it is in order")
        word = copy if result.is_copy else _("in order")
        click.echo(f"{word}  {result.bundle}")
        return
    click.echo(str(result.bundle))
    if result.is_copy:
        click.echo("  " + _("WORKING COPY, not the original. Taken out, so not checked:"))
        for name in result.removed or ("?",):
            click.echo(f"       {printable(name)}")
    if reading.is_none(result.bundle):
        click.echo("  " + _("This is no bundle of filer, so there is nothing to check."))
        return
    if reading.is_unsealed(result.bundle):
        unsealed = _(
            "Not sealed: the session is still running, or it broke off. {command} seals what broke "
            "off in your evidence folder."
        )
        say_hanging(unsealed.format(command=f"{command()} status"), indent=2)
    for check in result.checks:
        if briefly and check.ok:
            continue
        word = _("BROKEN") if not check.ok else _("n/a") if check.nothing else _("ok")
        click.echo(f"  {check.number:>2} {word:<6} {check.name}")
        if not check.ok or check.number in TELLING:
            say_indented(_("found"), check.got)
        if not check.ok:
            say_indented(_("expected"), check.expected)
    for name in result.passed_over:
        click.echo(
            "  " + _("passed over %(name)s, which an operating system left") % {"name": name}
        )
    good = _("In order.")
    if result.is_copy:
        good = _("What is left is in order. This is a WORKING COPY, not the original.")
    click.echo("  " + (good if result.ok else _("NOT in order.")))
