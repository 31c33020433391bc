"""What was added to a case, in words: what is kept, what is proven and by whom, and what is not."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from filer.evidence.mail import MailReading
from filer.evidence.meanings import KINDS
from filer.evidence.papers import Added
from filer.evidence.signatures import Signature
from filer.human.shown import block, inline
from filer.words import _, command, ngettext

_SHOWN = ("from", "to", "cc", "subject", "date", "reply-to")
"""The headers a person knows; the others are counted."""

Line = tuple[int, str]
"""How far a line is moved in, and its text."""


def lines(added: Added) -> Iterator[Line]:
    """Everything to say about *added*, the most important things first."""
    yield 0, _headline(added)
    if added.already:
        yield from ((2, inline(warning)) for warning in added.warnings)
        return
    if added.reading is not None:
        yield from _mail(added, added.reading)
    elif added.meaning:
        yield (
            2,
            _("What it says, as you read it: {meaning}").format(
                meaning=meaning_in_words(added.meaning)
            ),
        )
    for warning in added.warnings:
        yield 2, _("Note: {warning}").format(warning=inline(warning))
    if added.noted and added.file:
        yield 2, _("Your note is kept with it.")
    yield 2, _("Folder: {path}").format(path=added.bundle)
    if added.problem is not None:
        yield 2, _("NOT SEALED: {why}").format(why=inline(added.problem.message))
        yield 2, inline(added.problem.hint)
    if added.unstamped:
        yield 2, unstamped(added.bundle, added.unstamped)


def unstamped(bundle: Path, why: str) -> str:
    """That the sealed *bundle* got no timestamp, *why*, and how to add one later."""
    return _(
        "It is sealed, but no timestamp authority has confirmed the seal: {why}. You can add that "
        "later: {command} seal {bundle}"
    ).format(why=inline(why), command=command(), bundle=bundle)


def _headline(added: Added) -> str:
    name = inline(added.file.name) if added.file else ""
    if added.already:
        return _("{name}: already there").format(name=name)
    match added.kind:
        case "mail":
            return _("{name}: kept as a mail, byte for byte").format(name=name)
        case "note":
            return _("Your note is kept") if added.noted else _("What you said is kept")
        case _:
            return _("{name}: kept, byte for byte").format(name=name)


def _mail(added: Added, reading: MailReading) -> Iterator[Line]:
    yield 2, _verdict(reading)
    yield 2, _says(added, reading)
    if added.meaning == "unclear" and added.meaning_by != "person":
        yield 2, _say_it_yourself(added.case)
    if reading.proven_by:
        yield from _proven(reading)
    yield from _not_proven(reading)
    for signature in reading.signatures:
        if not signature.counts or signature.note:
            yield 2, _signature(signature)


def _say_it_yourself(case: Path) -> str:
    return _("Read it. Then say what it means, one of these: {command}").format(
        command=how_to_say(case)
    )


def how_to_say(case: Path) -> str:
    """The command with which a person says what a mail in *case* means."""
    kinds = "|".join(kind for kind in KINDS if kind != "unclear")
    return f"{command()} add {shlex.quote(str(case))} --means {kinds}"


def _verdict(reading: MailReading) -> str:
    by = inline(reading.proven_by or "")
    counting = [s for s in reading.signatures if s.counts and s.d == reading.proven_by]
    if reading.proven_by and all(s.key_from == "file" for s in counting):
        return _(
            "Signed by {domain}, if the key you gave is theirs. A key from a file proves no more "
            "than where you have it from."
        ).format(domain=by)
    if reading.root:
        return _(
            "PROVEN: {domain}, a domain of Meta's, signed this mail, and what it signed was not "
            "changed since."
        ).format(domain=by)
    if reading.proven_by:
        return _("Signed by {domain}. That is not Meta.").format(domain=by)
    if reading.signatures:
        return _(
            "NOT PROVEN: no signature of the sender could be confirmed. That does not mean that it "
            "is false. It is kept."
        )
    return _("NOT PROVEN: it carries no signature, and anybody can write such a file. It is kept.")


def _proven(reading: MailReading) -> Iterator[Line]:
    yield 2, _("This is signed:")
    rest = 0
    for header in reading.headers:
        if header.proven_by and header.name.lower() in _SHOWN:
            yield 4, f"{header.name}: {inline(header.value)}"
        rest += bool(header.proven_by and header.name.lower() not in _SHOWN)
    if rest:
        yield (
            4,
            ngettext("and {count} technical line", "and {count} technical lines", rest).format(
                count=rest
            ),
        )
    if reading.body_proven:
        yield 4, _("The text of the mail, all of it")


def _not_proven(reading: MailReading) -> Iterator[Line]:
    shown = [h for h in reading.unproven() if h.name.lower() in _SHOWN]
    others = len(reading.unproven()) - len(shown)
    if not shown and not others and reading.body_proven:
        return
    yield 2, _("This is not proven: it only stands in the file.")
    for header in shown:
        yield 4, f"{header.name}: {inline(header.value)}"
    if not reading.body_proven:
        yield 4, _("The text of the mail")
    if others:
        yield (
            4,
            ngettext("and {count} technical line", "and {count} technical lines", others).format(
                count=others
            ),
        )


def _signature(signature: Signature) -> str:
    said = _("Signature {number}, of {domain}: {why}").format(
        number=signature.number,
        domain=inline(signature.d) or _("nobody who can be named"),
        why=inline(signature.why),
    )
    return f"{said}; {inline(signature.note)}." if signature.note else f"{said}."


def _says(added: Added, reading: MailReading) -> str:
    meaning = meaning_in_words(added.meaning or "unclear")
    if added.meaning_by == "person":
        return _("What it says, as you read it: {meaning}").format(meaning=meaning)
    if added.meaning == "unclear":
        return _("What it says: {meaning} {why}").format(
            meaning=meaning, why=why_unclear(reading.meaning.why)
        )
    said = _("What it says: {meaning} It holds the words “{words}”.")
    if not reading.body_proven:
        said = _("What it says, if it is real: {meaning} It holds the words “{words}”.")
    said = said.format(meaning=meaning, words=reading.meaning.phrases[0].text)
    if not reading.meaning.confirmed():
        said += " " + _(
            "No real answer with these words is known to filer, so please read it yourself too."
        )
    return said


def meaning_in_words(meaning: str) -> str:
    """What a mail means for the objection, as a sentence."""
    words = {
        "granted": _("Your objection is honoured."),
        "received": _("Your objection has arrived. Nothing is decided yet."),
        "refused": _("Your objection is refused."),
        "more": _("They want to know more from you first."),
        "code": _("It holds a code for you to type in."),
        "sent": _("You sent your objection in another way."),
        "not-sent": _("It turned out that your objection was not sent."),
        "extended": _("Meta takes two further months to answer."),
        "covers": _("Your objection covers further accounts."),
        "complaint": _("You handed in a complaint to an authority."),
        "closed": _("You closed this case."),
    }
    return words.get(meaning, _("That is not clear."))


_BEGINNING = 1200


def beginning(text: str) -> str:
    """What a mail says, as much of it as fits before a question about it."""
    shown = block(text[:_BEGINNING])
    return shown + " …" if len(text) > _BEGINNING else shown


def why_unclear(why: str) -> str:
    """Why filer cannot say what a mail means, as a sentence; empty when there is nothing to say."""
    words = {
        "no phrase": _("filer found no words in it that it knows."),
        "two meanings": _("It says two different things."),
        "negated or uncertain": _("It says such words only with a “not” or an “if”."),
        "only quoted": _("The words filer knows stand only in a part that is quoted."),
        "only hidden": _("The words filer knows are hidden in it, so that nobody sees them."),
        "versions differ": _("It holds two versions of its text, and they differ."),
        "too long": _("It is too long, or too odd, to be read whole."),
        "not from Meta": _("It holds words that filer knows, but its sender is not at Meta."),
    }
    return words.get(why, "")
