"""Letters for the command line: what a letter is about, what it needs, and what to do with it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from filer.complaint import deadlines, whatsapp
from filer.complaint.days import in_words
from filer.complaint.letters import (
    PLATFORMS,
    Letter,
    Person,
    compose,
    languages,
    to_remind_of,
)
from filer.complaint.recorded import Recorded, read_case
from filer.complaint.writing import Written
from filer.errors import WrongUsage
from filer.evidence import reading
from filer.human.added import unstamped
from filer.profile import Profile
from filer.words import _, command


@dataclass(frozen=True)
class Matter:
    """What a letter is about: a platform, or a case and what it shows."""

    kind: str
    platform: str
    recorded: Recorded | None = None

    @property
    def case(self) -> Path | None:
        """The case's folder, None without a case."""
        return self.recorded.case if self.recorded else None

    @property
    def practice(self) -> bool:
        """Whether it is practice."""
        return self.recorded is not None and self.recorded.practice


def matter(kind: str, subject: str, root: Path) -> Matter:
    """What *subject* means: one of the platforms, or a case in the evidence folder *root*.

    Raises `WrongUsage` when it is none or there is nothing to remind of, `EvidenceBroken` when the
    case's evidence is broken.
    """
    if subject.casefold() in PLATFORMS:
        if kind == "reminder":
            to_remind_of(None)
        return Matter(kind, subject.casefold())
    try:
        folder = reading.case_named(subject, root)
    except WrongUsage as none:
        raise WrongUsage(
            none.message,
            _("Name a case, or one of: {all}.").format(all=", ".join(PLATFORMS)),
        ) from none
    shown = read_case(folder)
    if kind == "reminder":
        to_remind_of(shown)
    return Matter(kind, shown.flow, shown)


def with_what_is_known(about: Matter, person: Profile) -> Profile:
    """*person* with what the case's form held: its e-mail address, and its reason if none is set.

    The case's own address wins: the letter is about that account.
    """
    if about.recorded is None:
        return person
    if about.recorded.email:
        person = person.with_value("email", about.recorded.email)
    if about.recorded.reason and not person.get("reason"):
        person = person.with_value("reason", about.recorded.reason)
    return person


def passed_over(about: Matter, given: Profile) -> str:
    """That the case's own e-mail address is used, where *given* has another; else empty."""
    of_case = about.recorded.email if about.recorded else ""
    if not of_case or given.get("email") in {"", of_case}:
        return ""
    return _(
        "The letter has the case's own e-mail address, {email}: it is about that account. {other} "
        "is not used."
    ).format(email=of_case, other=given.get("email"))


def needs(about: Matter) -> tuple[str, ...]:
    """The values that the letter cannot do without, by their names."""
    if about.kind in {"mandate", "child"} or about.platform == "no-account":
        return ("name", "address")
    account = "phone" if about.platform == "whatsapp" else "email"
    return ("name", "address", account)


def why(name: str) -> str:
    """What the value called *name* is for, as a sentence."""
    return {
        "name": _("A letter says who writes it: your full name, as your account has it."),
        "address": _("A letter has your postal address on it, so that Meta can answer."),
        "email": _("By its e-mail address Meta can find the account that this is about."),
        "phone": _("By its telephone number Meta can find the WhatsApp account this is about."),
    }[name]


def language_of(wanted: str) -> str:
    """The language the letter will be in: *wanted* if there is a catalogue, else English."""
    return wanted if wanted in languages() else "en"


def letter(about: Matter, person: Profile, day: dt.date, language: str) -> Letter:
    """The letter itself. Raises what `letters.compose` raises."""
    writer = Person(**{f.name: person.get(f.name) for f in dataclasses.fields(Person)})
    return compose(about.kind, about.platform, writer, day, language, about.recorded)


# --------------------------------------------------------------------------- what to do with it


def before(about: Matter, person: Profile, today: dt.date) -> Iterator[str]:
    """What to say before the letter is made, sentence by sentence."""
    if about.kind != "reminder" or about.recorded is None:
        return
    where = deadlines.place(person.get("country"), person.get("region"))
    due = deadlines.answer_due(where.day(min(fact.when for fact in about.recorded.sent)), where)
    if today <= due.day:
        yield _(
            "Meta's month is not over yet: it can answer until {day}, if it received your "
            "objection on the day it was sent."
        ).format(day=in_words(due.day))


def afterwards(about: Matter, written: Written, person: Profile) -> Iterator[str]:
    """What to tell the person about the letter that was written, sentence by sentence."""
    yield _("The letter, to print and sign: {path}").format(path=written.pdf)
    yield _("The same as text, for a mail or to paste: {path}").format(path=written.text)
    if written.bundle is not None:
        yield _("Both are kept in the case: {path}").format(path=written.bundle)
        if written.unstamped:
            yield unstamped(written.bundle, written.unstamped)
    if about.practice:
        yield _("This is practice: each page says so. Do not send it.")
        return
    if about.kind in {"mandate", "child"}:
        yield from _signed(about)
        return
    yield from _granted_already(about)
    if about.kind == "objection" and not person.get("reason"):
        yield _(
            "It gives no reason of your own. The law speaks of your particular situation (Article "
            "21(1) GDPR), so a sentence about it makes you stronger: set FILER_REASON, and make "
            "the letter again."
        )
    yield from _how_to_send(about)


def _granted_already(about: Matter) -> Iterator[str]:
    """That the case holds a mail that honours the objection, so that no letter may be needed."""
    if about.recorded is None:
        return
    if about.recorded.granted:
        yield _(
            "Note: a mail in this case says that your objection is honoured. You may not need this "
            "letter."
        )
    elif any(fact.values.get("meaning") == "granted" for fact in about.recorded.answers):
        yield _(
            "Note: a mail in this case says that your objection is honoured. Nothing proves that "
            "Meta wrote it."
        )


def _how_to_send(about: Matter) -> Iterator[str]:
    yield _(
        "Nothing was sent. Post it, best by registered post, and keep the receipt: the month runs "
        "from the day Meta receives it."
    )
    yield _(
        "filer knows no e-mail address at which Meta takes objections. In a case that went to "
        "court in Amsterdam in May 2025, one that was mailed got an error as its answer."
    )
    if about.platform == "no-account":
        yield _(
            "Meta also has a form for people without an account, likely this one (one report; not "
            "confirmed): https://www.facebook.com/help/contact/510058597920541"
        )
    if about.case is None:
        yield _without_case(_("When you have posted it, keep the receipt with the letter."))
    else:
        yield _(
            "When you have posted it, keep that in the case: {command} add {case} RECEIPT --means "
            "sent --on YYYY-MM-DD"
        ).format(command=command(), case=about.case)
    yield _("This is no legal advice.")


def _without_case(keep: str) -> str:
    """*keep* is what to do with a paper for which there is no case."""
    said = _("filer has no case for it: a case begins with {command} file.")
    return f"{keep} {said.format(command=command())}"


def _signed(about: Matter) -> Iterator[str]:
    if about.case is None:
        yield _without_case(
            _("Fill in the lines by hand and sign it. Then keep it, with a scan or a photograph.")
        )
    else:
        note = _("signed declaration") if about.kind == "child" else _("signed mandate")
        yield _(
            "Fill in the lines by hand and sign it. Then scan or photograph it, and keep it in the "
            "case: {command} add {case} SCAN --note '{note}'"
        ).format(command=command(), case=about.case, note=note)
    yield _("Whoever helps never types the password: the person whose account it is logs in.")
    yield _(
        "Countries differ in what they ask of a mandate, and an authority can want a form of "
        "its own or other proof. This is no legal advice."
    )
    if about.kind == "child":
        yield _(
            "In the Netherlands a parent or guardian makes the request for a child under 16 "
            "(Autoriteit Persoonsgegevens). In other countries the age can be another."
        )


def about_whatsapp() -> Sequence[tuple[str, tuple[whatsapp.Said, ...]]]:
    """What is known about WhatsApp, under two headings."""
    return (
        (_("Objecting on WhatsApp: what is known"), whatsapp.known()),
        (_("/reset-ai and other ways"), whatsapp.reset()),
    )
