"""Letters: the objection on paper or by mail, the reminder, and the authority to act for another.

Built from data: a catalogue per language in `texts/`, what the person gave, and what the case
shows. Every statement about the case is a `Fact` and stands with its bundle and line. The same
letter becomes plain text and PDF.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filer.complaint import pdf
from filer.complaint.recorded import Fact, Recorded
from filer.errors import WrongUsage
from filer.human.shown import block, inline
from filer.words import _

TEXTS = Path(__file__).with_name("texts")

META = (
    "Meta Platforms Ireland Limited",
    "ATTN: Privacy Operations",
    "Merrion Road",
    "Dublin 4, D04 X2K5",
    "Ireland",
)
"""Where Meta takes letters from the EU: its policy effective 23 July 2026 [P]."""

KINDS = ("objection", "reminder", "mandate", "child")
"""The objection, the reminder after a month, the authority for a helper, a parent's declaration."""

PLATFORMS = ("facebook", "instagram", "whatsapp", "no-account")
"""What a letter can be about; "no-account" is for people who have none."""

MOST_FACTS = 30
"""So many facts a letter tells; how many more there are is said."""

ASKS = ("stop", "restrict", "erase", "tell", "month", "refusal", "identity")
"""What is asked, in this order: Articles 21(1), 18(1)(d), 17(1)(c), 19, 12(3), 12(4), 12(6)."""


@dataclass(frozen=True)
class Person:
    """Who writes, as they gave it. *name* and *address* are needed, the others may be empty."""

    name: str
    address: str
    email: str = ""
    phone: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Part:
    """A part of a letter.

    *kind* is "text", "heading", "said" (the person's own), "list", "facts", "blanks" or "sign".
    *items* are those of a list, the labels of blanks, or who signs: a label and a name in turn.
    *sources* belong to the items of facts.
    """

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """A letter, ready to be set. *practice* is the mark on each page, empty for a real one."""

    kind: str
    platform: str
    language: str
    day: dt.date
    title: str
    author: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    date: str
    subject: str
    parts: tuple[Part, ...]
    footer: str
    numbered: str
    practice: str = ""
    stamp: str = ""


# --------------------------------------------------------------------------- composing


def languages() -> tuple[str, ...]:
    """The languages with a catalogue, English first."""
    found = sorted(path.stem for path in TEXTS.glob("*.toml"))
    return ("en", *(name for name in found if name != "en"))


@functools.cache
def texts(language: str) -> Mapping[str, Any]:
    """The catalogue of *language*, one of `languages`."""
    return tomllib.loads((TEXTS / f"{language}.toml").read_text(encoding="utf-8"))


def compose(
    kind: str,
    platform: str,
    person: Person,
    day: dt.date,
    language: str,
    recorded: Recorded | None = None,
) -> Letter:
    """The letter of *kind* (one of `KINDS`) about *platform* (one of `PLATFORMS`).

    *recorded* is what the case shows; without it nothing is stated about what happened.
    Raises `WrongUsage` for a reminder of an objection that no record shows, or that was granted.
    """
    said = texts(language)
    practice = recorded is not None and recorded.practice
    makers = {"objection": _objection, "reminder": _reminder, "mandate": _mandate, "child": _child}
    own = said[platform if kind == "objection" and platform in said else kind]
    own = said["objection"] | own if kind == "objection" else own
    letter = Letter(
        kind=kind,
        platform=platform,
        language=language,
        day=day,
        title=own["title"],
        author=inline(person.name),
        sender=_sender(person, said),
        recipient=(own["recipient"],) if "recipient" in own else META,
        date=day_in_words(day, said) if kind in {"objection", "reminder"} else "",
        subject=own["subject"],
        parts=tuple(makers[kind](own, said, platform, person, recorded)),
        footer=said["frame"]["footer"],
        numbered=said["frame"]["numbered"],
    )
    if not practice:
        return letter
    return replace(letter, practice=said["frame"]["practice"], stamp=said["frame"]["stamp"])


def _objection(
    own: Mapping[str, Any],
    said: Mapping[str, Any],
    platform: str,
    person: Person,
    recorded: Recorded | None,
) -> Iterator[Part]:
    yield Part("text", own["opening"])
    yield Part("text", f"{_account(own, said, platform, person)} {own['scope']}")
    yield Part("text", own["letter"])
    if "company" in own:
        yield Part("text", own["company"])
    if person.reason:
        yield Part("heading", said["reason"]["heading"])
        yield Part("said", person.reason)
    if recorded is not None and recorded.tried:
        yield Part("heading", said["tried"]["heading"])
        yield Part("text", said["tried"]["opening"])
        yield from _told(recorded.tried, said)
    yield Part("heading", said["asks"]["heading"])
    yield Part("list", items=tuple(said["asks"][key] for key in ASKS))
    yield from _end(said, person)


def _account(own: Mapping[str, Any], said: Mapping[str, Any], platform: str, person: Person) -> str:
    held = person.phone if platform == "whatsapp" else person.email
    without = "account_without_phone" if platform == "whatsapp" else "account_without_email"
    sentence = own["account"] if held or platform == "no-account" else own[without]
    return filled(
        sentence,
        platform=said["platforms"].get(platform, platform),
        email=inline(person.email),
        phone=inline(person.phone),
    )


def _reminder(
    own: Mapping[str, Any],
    said: Mapping[str, Any],
    platform: str,
    person: Person,
    recorded: Recorded | None,
) -> Iterator[Part]:
    recorded = to_remind_of(recorded)
    about = _account(said["objection"] | said.get(platform, {}), said, platform, person)
    yield Part("text", f"{own['opening']} {about}")
    yield Part("text", own["shown"])
    answers = [_as_it_counts(fact) for fact in recorded.answers]
    yield from _told((*recorded.sent, *answers), said)
    if all(fact.kind == "mail_uncounted" for fact in answers):
        yield Part("text", own["silent"])
    yield Part("text", own["rule"])
    yield Part("text", own["asks"])
    yield Part("text", f"{own['until']} {own['complaint']}")
    yield from _end(said, person)


def _as_it_counts(fact: Fact) -> Fact:
    """*fact*, but of a mail that nothing proves and nobody vouches for not what it says."""
    counts = fact.kind != "mail" or fact.values["counts"]
    return fact if counts else replace(fact, kind="mail_uncounted")


def _end(said: Mapping[str, Any], person: Person) -> Iterator[Part]:
    yield Part("text", said["frame"]["answer"])
    yield Part("sign", items=(said["frame"]["closing"], inline(person.name)))


def _mandate(
    own: Mapping[str, Any],
    said: Mapping[str, Any],
    platform: str,
    person: Person,
    _recorded: Recorded | None,
) -> Iterator[Part]:
    yield Part("text", filled(own["opening"], name=inline(person.name)))
    yield Part("text", filled(own["accounts"], accounts=said["accounts"].get(platform, platform)))
    yield Part("heading", own["helper"])
    yield Part("blanks", items=tuple(own["helper_blanks"]))
    yield Part("heading", own["may"])
    yield Part("list", items=tuple(own["may_list"]))
    yield Part("heading", own["may_not"])
    yield Part("list", items=tuple(own["may_not_list"]))
    yield Part("text", own["ends"])
    yield Part("blanks", items=tuple(own["until_blanks"]))
    yield Part("sign", items=(own["sign_person"], inline(person.name), own["sign_helper"], ""))


def _child(
    own: Mapping[str, Any],
    said: Mapping[str, Any],
    platform: str,
    person: Person,
    _recorded: Recorded | None,
) -> Iterator[Part]:
    yield Part("text", filled(own["opening"], name=inline(person.name)))
    yield Part(
        "text", filled(own["accounts"], accounts=said["accounts_child"].get(platform, platform))
    )
    yield Part("heading", own["child"])
    yield Part("blanks", items=(*own["child_blanks"], *own["role_blanks"]))
    yield Part("heading", said["asks"]["heading"])
    asks = said["asks"] | said["asks_child"]
    yield Part("list", items=tuple(asks[key] for key in ASKS[:-1]))
    yield Part("text", f"{own['proof']} {own['password']} {own['ends']}")
    yield Part("sign", items=(own["sign_person"], inline(person.name), own["sign_other"], ""))


def to_remind_of(recorded: Recorded | None) -> Recorded:
    """*recorded*, if it shows an objection that can be reminded of. Raises `WrongUsage` if not."""
    if recorded is None or not recorded.sent:
        raise WrongUsage(
            _("A reminder needs an objection that was made, and no record here shows one."),
            _("Name the case of the objection. For a first letter leave out --kind reminder."),
        )
    if recorded.granted:
        raise WrongUsage(
            _("This case holds a mail that honours your objection: there is nothing to remind of."),
            _("If that is not so, leave out --kind reminder: the objection is then made anew."),
        )
    return recorded


# --------------------------------------------------------------------------- words


def filled(sentence: str, **values: str) -> str:
    """*sentence* with each `{name}` in it replaced; what stands in a value is never looked at."""
    return sentence.format_map(values)


def fact_in_words(fact: Fact, said: Mapping[str, Any]) -> str:
    """The sentence for *fact* in the language of the catalogue *said*."""
    values = {key: inline(value) for key, value in fact.values.items()}
    if "why" in values:
        values["why"] = said["reasons"].get(fact.values["why"] or "none", values["why"])
    if "day" in values:
        values["day"] = day_in_words(dt.date.fromisoformat(values["day"]), said)
    if "meaning" in values:
        values["meaning"] = said["meanings"].get(fact.values["meaning"], values["meaning"])
    return filled(said["facts"][fact.kind], time=_moment(fact.when, said), **values)


def _told(facts: Sequence[Fact], said: Mapping[str, Any]) -> Iterator[Part]:
    shown = facts[:MOST_FACTS]
    yield Part(
        "facts",
        items=tuple(fact_in_words(fact, said) for fact in shown),
        sources=tuple(fact.source for fact in shown),
    )
    if len(facts) > len(shown):
        yield Part("text", filled(said["tried"]["more"], count=str(len(facts) - len(shown))))


def _sender(person: Person, said: Mapping[str, Any]) -> tuple[str, ...]:
    frame = said["frame"]
    lines = [inline(person.name)]
    lines += [inline(line) for line in person.address.splitlines() if line.strip()]
    lines += [filled(frame["email"], email=inline(person.email))] if person.email else []
    lines += [filled(frame["phone"], phone=inline(person.phone))] if person.phone else []
    return tuple(lines)


def day_in_words(day: dt.date, said: Mapping[str, Any]) -> str:
    """*day* in the words of the catalogue *said*."""
    month = said["frame"]["months"][day.month - 1]
    return filled(said["frame"]["date"], day=str(day.day), month=month, year=str(day.year))


def _moment(when: dt.datetime, said: Mapping[str, Any]) -> str:
    utc = when.astimezone(dt.UTC)
    month = said["frame"]["months"][utc.month - 1]
    values = {"hour": f"{utc.hour:02d}", "minute": f"{utc.minute:02d}", "year": str(utc.year)}
    return filled(said["frame"]["time"], day=str(utc.day), month=month, **values)


# --------------------------------------------------------------------------- text and PDF


def as_text(letter: Letter) -> str:
    """The letter as plain text, for a mail or to paste; the person's own words as they typed them.

    Only characters that act on a screen instead of being read are shown by their number.
    """
    blocks = [
        *([letter.practice] if letter.practice else []),
        "\n".join(letter.sender),
        "\n".join(letter.recipient),
        *([letter.date] if letter.date else []),
        letter.subject,
        *(_part_as_text(part, texts(letter.language)["frame"]["pair"]) for part in letter.parts),
        letter.practice or letter.footer,
    ]
    return "\n\n".join(block(piece) for piece in blocks if piece) + "\n"


def _part_as_text(part: Part, pair: str) -> str:
    match part.kind:
        case "heading":
            return f"{part.text}\n{'-' * min(len(part.text), 72)}"
        case "list":
            return "\n".join(f"{n}. {item}" for n, item in enumerate(part.items, 1))
        case "facts":
            pairs = zip(part.items, part.sources, strict=True)
            return "\n".join(f"- {item} [{source}]" for item, source in pairs)
        case "blanks":
            return "\n".join(filled(pair, label=label, value="_" * 30) for label in part.items)
        case "sign":
            pairs = zip(part.items[::2], part.items[1::2], strict=True)
            return "\n\n".join(f"{label}\n\n{'_' * 30}\n{name}".strip() for label, name in pairs)
        case _:
            return part.text


def as_pdf(letter: Letter) -> bytes:
    """The letter as PDF/A-3a and PDF/UA-1, to print and sign; the same letter, the same bytes."""
    when = dt.datetime.combine(letter.day, dt.time(12), dt.UTC)
    data: dict[str, pdf.Json] = {
        "title": letter.title,
        "author": letter.author,
        "day": [letter.day.year, letter.day.month, letter.day.day],
        "language": letter.language,
        "practice": letter.practice,
        "stamp": letter.stamp,
        "sender": letter.sender,
        "recipient": letter.recipient,
        "date": letter.date,
        "subject": letter.subject,
        "blocks": [
            _part_as_data(part, texts(letter.language)["frame"]["tied"]) for part in letter.parts
        ],
        "footer": letter.footer,
    }
    everything = as_text(letter)
    if pdf.shows_numbers(everything, pdf.missing_glyphs(everything)):
        data["footer"] = f"{letter.footer}\n{letter.numbered}"
    return pdf.render("letter.typ", data, when)


def _part_as_data(part: Part, tied: Sequence[str]) -> dict[str, pdf.Json]:
    if part.kind != "said":
        part = replace(
            part, text=_tied(part.text, tied), items=tuple(_tied(item, tied) for item in part.items)
        )
    data: dict[str, pdf.Json] = {"kind": part.kind, "text": part.text}
    data["rtl"] = pdf.runs_right_to_left(part.text)
    if part.kind == "facts":
        pairs = zip(part.items, part.sources, strict=True)
        data["items"] = [{"text": item, "source": source} for item, source in pairs]
    elif part.kind == "sign":
        signs = zip(part.items[::2], part.items[1::2], strict=True)
        data["items"] = [{"label": label, "name": name} for label, name in signs]
    else:
        data["items"] = part.items
    return data


def _tied(sentence: str, tied: Sequence[str]) -> str:
    """*sentence* in which the words *tied* stay on the line of the number behind them."""
    return re.sub(rf"\b({'|'.join(tied)}) (?=\S{{1,8}})", "\\1\u00a0", sentence)
