"""A complaint for the command line: what it rests on, what it needs, and what to do with it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from filer.complaint import authorities, deadlines
from filer.complaint.authorities import Authority
from filer.complaint.cases import status
from filer.complaint.days import in_words
from filer.complaint.dossier import AFTER_COMPLAINTS, Dossier, Matter, compose
from filer.complaint.exhibits import Letter, exhibits, letters_in, originals
from filer.complaint.facts import of_bundle
from filer.complaint.handing_in import HandedOut, pdf_name
from filer.complaint.letters import META, Person, languages
from filer.complaint.recorded import Recorded, read_case
from filer.complaint.states import State
from filer.errors import WrongUsage
from filer.evidence import reading
from filer.evidence.many import verify_many
from filer.evidence.meanings import KINDS
from filer.evidence.reading import CaseReading
from filer.evidence.verify import Verification
from filer.human.added import how_to_say
from filer.human.shown import block, inline
from filer.practice.standin import OWN_VALUES
from filer.profile import Profile
from filer.settings import Settings
from filer.words import NAMES, _, command, decimal, pair, speaking

NEEDED = ("name", "address", "email")
"""What no complaint can do without."""

_ASKED = ("initials", "phone")
"""What a form can ask for, and may be left out."""


@dataclasses.dataclass(frozen=True)
class Basis:
    """What a complaint about a case rests on, read and verified."""

    recorded: Recorded
    verified: dict[Path, Verification]
    authority: Authority

    @property
    def practice(self) -> bool:
        """Whether it is practice: then every page will say so."""
        return self.recorded.practice


def basis(case: str, to: str, found: Settings) -> Basis:
    """What there is to complain about in the case named *case*, to the authority *to*.

    Raises `WrongUsage` when there is no such case or authority, or practice and real evidence are
    mixed in it, and `EvidenceBroken`, with the check that failed, when a bundle is not in order.
    """
    authority = authorities.find(to, found.profile.get("country"), found.profile.get("region"))
    folder = reading.case_named(case, found.evidence)
    bundles = reading.bundles_in(folder)
    # Before anything else: a practice bundle in a real case also breaks the chain of its seals.
    _refuse_mixed({bundle.name.startswith("practice-") for bundle in bundles})
    verified = {each.bundle: each for each in verify_many(bundles, found.tsa_roots, found.speaks)}
    recorded = read_case(folder, verified)
    _refuse_mixed({bundle.practice for bundle in recorded.bundles})
    if not any(bundle.kind in {"filing", "letter", "paper", "note"} for bundle in recorded.bundles):
        raise WrongUsage(
            _("This case shows no objection and no try to make one."),
            _("{command} shows what is in your cases.").format(command=f"{command()} status"),
        )
    return Basis(recorded, verified, authority)


def _refuse_mixed(kinds: Collection[bool]) -> None:
    if len(kinds) > 1:
        raise WrongUsage(
            _("This case mixes practice and real evidence: nobody could trust it."),
            _("Practice never belongs in a real case. Move the practice folders out of it."),
        )


def with_what_is_known(on: Basis, person: Profile) -> Profile:
    """*person* with what the case's form held; in practice what is missing is made up."""
    if on.recorded.email:
        person = person.with_value("email", on.recorded.email)
    if on.recorded.reason:
        person = person.with_value("reason", on.recorded.reason)
    if on.practice:
        for name in NEEDED:
            if not person.get(name):
                person = person.with_value(name, OWN_VALUES[name])
    return person


def asked(authority: Authority) -> tuple[str, ...]:
    """What *authority* asks for beyond what every complaint needs."""
    return tuple(name for name in _ASKED if name != "initials" or "nl" in authority.countries)


def why(name: str) -> str:
    """What the value called *name* is for, as a sentence."""
    return {
        "name": _("A complaint cannot be anonymous: your full name."),
        "address": _("Authorities ask for your postal address."),
        "email": _("The e-mail address of the account that this is about."),
        "initials": _("The Dutch authority asks for your initials. Only Enter: leave them out."),
        "phone": _("A telephone number, if they may call you. Only Enter: leave it out."),
    }[name]


def matter(on: Basis, person: Profile, now: dt.datetime) -> Matter:
    """The complaint itself, as it stands at *now*. Raises `EvidenceBroken`."""
    country = person.get("country") or on.authority.countries[0]
    where = deadlines.place(country, person.get("region"))
    recorded = on.recorded
    files = originals(recorded)
    told_of = tuple(
        bundle
        for bundle in recorded.bundles
        if not any(fact.what in AFTER_COMPLAINTS for fact in of_bundle(bundle, where))
    )
    case = CaseReading(recorded.case, recorded.flow, recorded.practice, "", told_of)
    all_of_it = dataclasses.replace(case, bundles=recorded.bundles)
    writer = Person(**{f.name: person.get(f.name) for f in dataclasses.fields(Person)})
    return Matter(
        recorded=recorded,
        status=status(case, on.verified, where, now),
        verified={
            bundle.path.name: on.verified[bundle.path]
            for bundle in recorded.bundles
            if bundle.kind not in {"complaint", "replay"}
        },
        exhibits=exhibits(recorded, files),
        mails=letters_in(recorded, files),
        originals=files,
        author=writer,
        authority=on.authority,
        day=where.day(now),
        closed=status(all_of_it, on.verified, where, now).state is State.CLOSED,
    )


def dossiers(about: Matter) -> list[Dossier]:
    """In each language that the complaint should be in and filer has: the full one, a light one."""
    wanted = [each for each in about.authority.languages if each in languages()] or ["en"]
    return [compose(about, language, light=light) for language in wanted for light in (False, True)]


# --------------------------------------------------------------------------- the form's answers


def answers(about: Matter, made: Sequence[Dossier], person: Profile) -> str:
    """What the authority's form asks for, ready to paste, with what it is for in between.

    All of it is in the language of the first dossier, whichever filer speaks.
    """
    with speaking(made[0].language if made[0].language in NAMES else "en"):
        return _to_paste(about, made, person)


def _to_paste(about: Matter, made: Sequence[Dossier], person: Profile) -> str:
    full = made[0]
    lines = [_("What the form of {name} asks for").format(name=about.authority.name)]
    lines.append("=" * min(len(lines[0]), 72))
    if about.recorded.practice:
        lines.append(full.practice)
    lines += [
        _(
            "filer never saw this form. The list rests on what the authority says it asks; names "
            "and order can differ. Nothing here was sent: you hand it in yourself."
        ),
        *(
            [_("Web form: {form}").format(form=about.authority.form)]
            if about.authority.form
            else []
        ),
        *(
            [_("E-mail: {email}").format(email=about.authority.email)]
            if about.authority.email
            else []
        ),
        *authorities.named(about.authority.slug).notes,
    ]
    text = "\n".join(lines) + "\n"
    nothing = _("(left out)")
    for number, (name, value) in enumerate(_answers(about, person, made), 1):
        text += f"\n{number}. {name}\n{'-' * 40}\n{block(value) or nothing}\n"
    return text


def _answers(about: Matter, person: Profile, made: Sequence[Dossier]) -> Iterator[tuple[str, str]]:
    full = made[0]
    yield _("Complaint, tip or data breach?"), _("A complaint, about your own data.")
    if "initials" in asked(about.authority):
        yield _("Initials"), inline(person.get("initials"))
    yield _("Name"), inline(person.get("name"))
    yield _("Address"), person.get("address")
    yield _("E-mail address"), inline(person.get("email"))
    yield _("Telephone number"), inline(person.get("phone"))
    yield _("About which organisation?"), "\n".join((META[0], *META[2:]))
    said = [text for part in full.blocks[:2] if (text := part.text)]
    rows = next((part.rows for part in full.blocks if part.kind == "rows"), ())
    told = [pair(row[0], row[1]) for row in rows[1:]]
    yield _("What is it about, and what happened?"), "\n".join([*said, *told])
    yield _("Have you asked the organisation, and what did it say?"), "\n".join(told[2:])
    asks = next((part.items for part in full.blocks if part.kind == "list"), ())
    yield (
        _("What do you want?"),
        "\n".join(f"{number}. {item}" for number, item in enumerate(asks, 1)),
    )
    yield _("Documents to upload"), "\n".join(_to_upload(made))


def _to_upload(made: Sequence[Dossier]) -> Iterator[str]:
    for each in made:
        if each.light:
            yield _("{file}: if there is a limit to the size").format(file=pdf_name(each))
        else:
            yield _("{file}: the complaint with everything in it").format(file=pdf_name(each))
    yield _("exhibits, mail, papers: the same as files of their own, if single files are wanted")


# --------------------------------------------------------------------------- what to do with it


def before(about: Matter) -> Iterator[str]:
    """What to say before the complaint is made, sentence by sentence."""
    due = about.status.due
    if about.closed:
        yield _("You closed this case. The complaint does not say so. Is it what you want?")
    for mail in _unclear(about):
        yield _(
            "The mail in {bundle} is not clear to filer. Read it first, then say what it means, "
            "one of these: {command}"
        ).format(bundle=mail.bundle, command=how_to_say(about.recorded.case))
    match about.why:
        case "early" if due is not None:
            yield _(
                "Meta's month is not over: it ends on {day}. You may complain now (Article 77 "
                "GDPR), but authorities want you to wait for the answer first."
            ).format(day=in_words(due.day))
        case "granted":
            yield _(
                "Meta said that it honours your objection. The complaint asks the authority to "
                "check that it does. Read it first: is that what you want?"
            )
        case "unable" | "not_sent" | "turned_out":
            yield _(
                "Nothing was sent in this case, and the complaint says so. You can also object by "
                "letter first: {command} letter."
            ).format(command=command())
    wanted = about.authority.languages
    if about.authority.language and about.authority.language not in languages():
        yield _(
            "This authority works in another language ({language}); filer has the complaint in "
            "English only. Ask the authority whether that is enough."
        ).format(language=wanted[0])
    for doubt in about.authority.doubts:
        yield _("Doubtful: {what}").format(what=doubt)
    yield from about.authority.notes


def _unclear(about: Matter) -> Iterator[Letter]:
    """The mails that nobody could read, and of which the person said nothing since."""
    said = [
        fact.when
        for fact in about.recorded.steps
        if fact.kind.startswith("person_says") and fact.values["meaning"] in KINDS
    ]
    for mail in about.mails:
        unclear = mail.meaning == "unclear" and mail.meaning_by == "tool"
        if unclear and not any(when > mail.added for when in said):
            yield mail


def afterwards(out: HandedOut) -> Iterator[str]:
    """What was made and what to do with it, sentence by sentence."""
    about = out.matter
    yield _("The complaint, ready to upload: {folder}").format(folder=out.folder)
    for each in out.dossiers:
        size = next(f for f in out.files if f.path == pdf_name(each))
        what = _("light, {size} MB") if each.light else _("with all files in it, {size} MB")
        yield pair(size.path, what.format(size=_megabytes(len(size.content))))
    yield _("answers.txt: what the form asks for, to paste")
    if out.already:
        yield _("The case held exactly this complaint already: {bundle}").format(bundle=out.bundle)
    else:
        yield _("It is kept in the case: {bundle}").format(bundle=out.bundle)
    if out.stamped:
        yield _("Timestamped by: {names}.").format(names=", ".join(out.stamped))
    elif not about.recorded.practice and not out.already:
        yield _("No timestamp authority confirmed when it was made.")
    yield _("Read the complaint before you hand it in. Its part 6 says what it does not show.")
    if about.recorded.practice:
        yield _("This is practice: each page says so. Do not hand it in.")
        return
    yield from _how(about)


def _how(about: Matter) -> Iterator[str]:
    yield _(
        "Nothing was sent. It holds your name, your address and all that is in the case: look "
        "through it, then hand it in yourself."
    )
    authority = about.authority
    if authority.form:
        yield _("Web form of {name}: {form}").format(
            name=authority.name.splitlines()[0], form=authority.form
        )
    elif authority.email:
        yield _("By e-mail: {email}").format(email=authority.email)
    yield _("By post: print a light one and sign it: {post}").format(
        post=", ".join(authority.post.splitlines())
    )
    yield _(
        "When you have handed it in, keep that in the case: {command} add {case} --note 'handed "
        "in' --means complaint --on YYYY-MM-DD"
    ).format(command=command(), case=about.recorded.case)
    yield _("This is no legal advice.")


def _megabytes(size: int) -> str:
    return decimal(max(0.1, size / 1_000_000))
