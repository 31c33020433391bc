"""The dossier: a complaint to an authority, its facts with their sources, its exhibits, its files.

Built like the letters: a catalogue per language in `texts/`, what the person gave, and what the
case shows. A statement about the case holds the bundle and the line of the log it rests on; where
the line is gone, so is the sentence. What the record does not show has a part of its own.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from filer.complaint import pdf
from filer.complaint.authorities import Authority
from filer.complaint.cases import CaseStatus
from filer.complaint.deadlines import Place
from filer.complaint.exhibits import Exhibit, Letter, Original, dot, lighter
from filer.complaint.letters import META, Person, day_in_words, filled, texts
from filer.complaint.recorded import Fact, Recorded
from filer.complaint.states import Fact as Happening
from filer.complaint.states import State
from filer.evidence import layout
from filer.evidence.tokens import TokenWrong, read_token
from filer.evidence.verify import Verification
from filer.human.shown import block, inline

LIGHT = 4_900_000
"""How many bytes a light dossier may have at most."""
LIGHT_PICTURES = 3_600_000
"""How many bytes of that its pictures may have; less where there is very much text."""
_MANY = 60
"""Above so many pictures a light dossier shows each on one page, however tall it is."""

_DECISIONS = frozenset({"granted", "refused"})
_SAID_ON_PAGE = frozenset({"page_confirmed", "page_refused", "read_confirmed", "read_refused"})
_IN_THE_WAY = frozenset(
    {
        "site not reachable",
        "other region",
        "throttled",
        "already objected",
        "sent home",
        "moved",
        "foreign host",
        "account locked",
        "no form",
        "another form",
    }
)
"""Reasons on Meta's side why nothing was sent; any other is the person's or the program's."""
_BEGINS: Mapping[str, frozenset[Happening]] = {
    "answered": frozenset({Happening.SENT}),
    "told": frozenset({Happening.CONFIRMED, Happening.ASKED}),
    "sent": frozenset({Happening.LEFT, Happening.SENT}),
}
"""What the month can begin with, by how the day is known."""
_ANSWERS = frozenset({"granted", "refused", "received", "more", "code", "extended"})


@dataclass(frozen=True)
class Matter:
    """All that a dossier is made of.

    *status* is where the case stands without the complaints it holds already; *verified* what
    verifying its bundles found. *author* writes, to *authority*, on *day*. *closed* says that the
    person closed the case.
    """

    recorded: Recorded
    status: CaseStatus
    verified: Mapping[str, Verification]
    exhibits: tuple[Exhibit, ...]
    mails: tuple[Letter, ...]
    originals: tuple[Original, ...]
    author: Person
    authority: Authority
    day: dt.date
    closed: bool = False

    @property
    def why(self) -> str:
        """Why the person complains: the name of a sentence in the catalogue."""
        match self.status.state:
            case State.GRANTED:
                return "granted"
            case State.REFUSED:
                return "refused"
            case State.NOT_SENT:
                return self._why_not_sent()
            case State.NOT_TAKEN:
                return "not_taken"
            case State.UNKNOWN:
                return "unknown"
            case State.UNANSWERED:
                return "unanswered"
        return "early"

    def _why_not_sent(self) -> str:
        if any(each.what is Happening.NOT_SENT for each in self.status.evidence):
            return "turned_out"
        ends = [fact for fact in self.recorded.tried if fact.kind == "not_sent"]
        return "unable" if ends and ends[-1].values["why"] in _IN_THE_WAY else "not_sent"


@dataclass(frozen=True)
class Block:
    """A part of a dossier. *kind* says how it is set, *source* where a statement stands.

    "heading" (*level*), "text", "said" (not filer's words), "code", "list" (*items*), "rows" (two
    columns), "table" (*items* are its heads), "facts" (rows of statement and source), "exhibit"
    (*file* is the picture, *items* its description, width, height and the headings of further
    pages), "files", "break", "sign".
    """

    kind: str
    text: str = ""
    level: int = 1
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    source: str = ""
    file: str = ""


@dataclass(frozen=True)
class Dossier:
    """A dossier in one language, ready to be set. *light* has reduced pictures and embeds nothing.

    *practice* is the mark on each page, empty for a real one.
    """

    language: str
    light: bool
    day: dt.date
    title: str
    author: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    date: str
    subject: str
    blocks: tuple[Block, ...]
    footer: str
    numbered: str
    exhibits: tuple[Exhibit, ...]
    originals: tuple[Original, ...]
    practice: str = ""
    stamp: str = ""

    def statements(self) -> Iterator[tuple[str, str]]:
        """Every statement about the case with its source, as `01-filing, 7`."""
        for part in self.blocks:
            if part.source:
                yield part.text, part.source
            if part.kind == "table" and part.rows and part.file == "facts":
                yield from ((row[2], row[4]) for row in part.rows)
            if part.kind == "rows":
                yield from ((row[1], row[2]) for row in part.rows if len(row) == 3)
            if part.kind == "facts":
                yield from ((row[0], row[1]) for row in part.rows)


def compose(matter: Matter, language: str, *, light: bool = False) -> Dossier:
    """The dossier of *matter* in *language*, one of `letters.languages`."""
    said = texts(language)
    own = said["dossier"]
    practice = matter.recorded.practice
    writer = _Writer(matter, said, own, light=light)
    return Dossier(
        language=language,
        light=light,
        day=matter.day,
        title=own["title"],
        author=inline(matter.author.name),
        sender=tuple(writer.sender()),
        recipient=(matter.authority.name, *matter.authority.post.splitlines()),
        date=day_in_words(matter.day, said),
        subject=own["subject"],
        blocks=tuple(writer.blocks()),
        footer=said["frame"]["footer"],
        numbered=said["frame"]["numbered"],
        exhibits=matter.exhibits,
        originals=() if light else matter.originals,
        practice=own["practice"] if practice else "",
        stamp=said["frame"]["stamp"] if practice else "",
    )


def as_pdf(dossier: Dossier) -> bytes:
    """The dossier as PDF/A-3a and PDF/UA-1, its files embedded; the same dossier, the same bytes.

    Raises `OSError` when there is no room for it.
    """
    drawn = [each.original.content for each in dossier.exhibits]
    if not dossier.light:
        return _set(dossier, drawn, "png")
    dots = [dot(each.number) for each in dossier.exhibits]
    without = len(_set(dossier, dots, "jpg")) - sum(map(len, dots))
    return _set(dossier, lighter(drawn, min(LIGHT_PICTURES, LIGHT - without)), "jpg")


def _set(dossier: Dossier, drawn: Sequence[bytes], ending: str) -> bytes:
    """The PDF with *drawn* as its pictures, in the order of its exhibits."""
    files: dict[str, bytes] = {}
    names: dict[int, str] = {}
    for each, content in zip(dossier.exhibits, drawn, strict=True):
        names[each.number] = f"exhibit-{each.number:03d}.svg"
        picture, framed = pdf.framed(content, ending, *each.size)
        files |= {picture: content, names[each.number]: framed}
    files |= {each.name: each.content for each in dossier.originals}
    when = dt.datetime.combine(dossier.day, dt.time(12), dt.UTC)
    data: dict[str, pdf.Json] = {
        "title": dossier.title,
        "author": dossier.author,
        "day": [dossier.day.year, dossier.day.month, dossier.day.day],
        "language": dossier.language,
        "practice": dossier.practice,
        "stamp": dossier.stamp,
        "sender": dossier.sender,
        "recipient": dossier.recipient,
        "date": dossier.date,
        "subject": dossier.subject,
        "blocks": [_as_data(part) for part in dossier.blocks],
        "footer": dossier.footer,
        "pictures": {str(n): name for n, name in names.items()},
        "originals": [
            {"name": each.name, "kind": _kind(each.path), "about": f"{each.bundle}/{each.path}"}
            for each in dossier.originals
        ],
    }
    if pdf.shows_numbers(text := _all_text(dossier), pdf.missing_glyphs(text)):
        data["footer"] = f"{dossier.footer}\n{dossier.numbered}"
    return pdf.render("dossier.typ", data, when, files)


def _all_text(dossier: Dossier) -> str:
    pieces = [dossier.author, *dossier.sender, *dossier.recipient]
    for part in dossier.blocks:
        pieces += [part.text, *part.items, *(cell for row in part.rows for cell in row)]
    return "".join(pieces)


_KINDS = {
    ".png": "image/png",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".txt": "text/plain",
    ".html": "text/html",
    ".eml": "message/rfc822",
    ".pdf": "application/pdf",
    ".tsr": "application/timestamp-reply",
    ".pem": "application/x-pem-file",
    ".yaml": "application/yaml",
    ".sha256": "text/plain",
}


def _kind(path: str) -> str:
    return _KINDS.get(f".{path.rpartition('.')[2].casefold()}", "application/octet-stream")


def _as_data(part: Block) -> dict[str, pdf.Json]:
    return {
        "kind": part.kind,
        "text": part.text,
        "rtl": pdf.runs_right_to_left(part.text),
        "level": part.level,
        "items": part.items,
        "rows": [[{"text": c, "rtl": pdf.runs_right_to_left(c)} for c in row] for row in part.rows],
        "source": part.source,
        "file": part.file,
    }


# --------------------------------------------------------------------------- composing


@dataclass(frozen=True)
class _Writer:
    """Writes the blocks of one dossier. *said* is the whole catalogue, *own* the dossier's part."""

    matter: Matter
    said: Mapping[str, Any]
    own: Mapping[str, Any]
    light: bool

    @property
    def where(self) -> Place:
        return self.matter.status.where

    def sender(self) -> Iterator[str]:
        person, frame = self.matter.author, self.said["frame"]
        yield inline(person.name)
        yield from (inline(line) for line in person.address.splitlines() if line.strip())
        if person.email:
            yield filled(frame["email"], email=inline(person.email))
        if person.phone:
            yield filled(frame["phone"], phone=inline(person.phone))

    def blocks(self) -> Iterator[Block]:
        yield from self._cover()
        yield from self._facts()
        yield from self._friction()
        yield from self._answers()
        yield from self._law()
        yield from self._asks()
        yield from self._missing()
        yield from self._exhibits()
        yield from self._method()
        yield from self._check()
        yield from self._files()

    # ----------------------------------------------------------------------- the cover letter

    def _cover(self) -> Iterator[Block]:
        own, held = self.own, self.matter.recorded
        yield Block("text", own["opening"])
        yield self._why()
        yield Block("rows", own["contents"], rows=tuple(self._brief()))
        counted = filled(own["enclosed"], exhibits=str(len(self.matter.exhibits)))
        files = own["enclosed_light"]
        if not self.light:
            files = filled(own["enclosed_full"], files=str(len(self.matter.originals)))
        yield Block("text", f"{counted} {files} {own['tied_to']}")
        if held.practice:
            yield Block("text", own["practice"])
        yield Block("text", self.said["frame"]["answer_here"])
        yield Block("sign", items=(own["closing"], inline(self.matter.author.name)))

    def _why(self) -> Block:
        matter = self.matter
        due, why = matter.status.due, matter.why
        if why in _DECISIONS and self._is_noted(self._decided()):
            why = f"{why}_noted"
        sentence = filled(self.own["why"][why], due=day_in_words(due.day, self.said) if due else "")
        return Block("text", sentence, source=self._why_source())

    def _why_source(self) -> str:
        """The line that the first sentence of the complaint rests on."""
        held = self.matter.recorded
        match self.matter.why:
            case "granted" | "refused":
                decided = self._decided()
                return decided.source if decided else ""
            case "unanswered" | "early":
                return self._month_began()
            case "not_taken":
                said = [f for f in held.tried if f.kind in {"page_refused", "read_refused"}]
            case "unknown":
                said = [f for f in held.tried if f.kind in {"sent", "left_unknown"}]
            case "turned_out":
                said = [f for f in held.steps if f.values.get("meaning") == "not-sent"]
            case _:
                said = [f for f in held.tried if f.kind in {"not_sent", "broke_off"}]
        return said[-1].source if said else ""

    def _brief(self) -> Iterator[tuple[str, ...]]:
        brief, person = self.own["brief"], self.matter.author
        yield brief["author"], inline(person.name), ""
        yield brief["against"], ", ".join(META[:1] + META[2:]), ""
        yield brief["about"], self._account(), ""
        yield brief["objected"], *self._objected()
        yield brief["answer"], *self._answered()
        yield brief["month"], *self._month()

    def _account(self) -> str:
        brief, held = self.own["brief"], self.matter.recorded
        platform = self.said["platforms"].get(held.flow, held.flow)
        email = inline(held.email or self.matter.author.email)
        about = brief["about_email"] if email else brief["about_nothing"]
        return f"{filled(about, platform=platform, email=email)}, {brief['covers']}"

    def _objected(self) -> tuple[str, str]:
        brief, held = self.own["brief"], self.matter.recorded
        left = [fact for fact in held.tried if fact.kind == "sent"]
        noted = [fact for fact in held.sent if fact.kind == "person_sent"]
        if left and self.matter.why == "turned_out":
            sentence = filled(brief["form_not"], time=self._moment(left[-1].when))
            return sentence, f"{left[-1].source}; {self._why_source()}"
        if left:
            return filled(brief["form"], time=self._moment(left[-1].when)), left[-1].source
        if noted:
            day = dt.date.fromisoformat(noted[-1].values["day"])
            return filled(brief["elsewhere"], day=day_in_words(day, self.said)), noted[-1].source
        ended = [fact for fact in held.tried if fact.kind in {"not_sent", "broke_off"}]
        return brief["not"], ended[-1].source if ended else ""

    def _told(self) -> list[Fact]:
        """The lines that tell of an answer of Meta's and count for the case, the newest last."""
        counted = {(each.bundle, each.line): each.at for each in self.matter.status.evidence}
        found = [
            fact
            for fact in self.matter.recorded.steps
            if (fact.bundle, fact.line) in counted and _meaning(fact) in _ANSWERS
        ]
        return sorted(found, key=lambda fact: counted[fact.bundle, fact.line])

    def _decided(self) -> Fact | None:
        """The newest line that tells of an answer of Meta's, one that decides before others."""
        found = self._told()
        deciding = [fact for fact in found if _meaning(fact) in _DECISIONS]
        return next(reversed(deciding or found), None)

    @staticmethod
    def _is_noted(fact: Fact | None) -> bool:
        """Whether *fact* is the person's own word."""
        return fact is not None and fact.kind.startswith("person_says")

    def _answered(self) -> tuple[str, str]:
        brief = self.own["brief"]
        if fact := self._decided():
            said = brief["noted"] if self._is_noted(fact) else brief["read"]
            return filled(said, meaning=self._meaning(_meaning(fact))), fact.source
        page = [f for f in self.matter.recorded.tried if f.kind in _SAID_ON_PAGE]
        if page:
            return self._sentence(page[-1]), page[-1].source
        return filled(brief["none"], day=day_in_words(self.matter.day, self.said)), ""

    def _month(self) -> tuple[str, str]:
        brief, due = self.own["brief"], self.matter.status.due
        if due is None:
            decided = self._decided() if self.matter.why in _DECISIONS else None
            if decided is not None:
                return brief["decided"], decided.source
            return brief["no_month"], ""
        sentence = brief["ended"] if due.day < self.matter.day else brief["ends"]
        return filled(sentence, due=day_in_words(due.day, self.said)), self._month_began()

    def _month_began(self) -> str:
        """The line from whose day the month is counted."""
        status = self.matter.status
        kinds = _BEGINS.get(status.received_by, frozenset())
        found = [
            each
            for each in status.evidence
            if each.what in kinds and self.where.day(each.at) == status.received_on
        ]
        return f"{found[0].bundle}, {found[0].line}" if found else ""

    # ----------------------------------------------------------------------- the parts

    def _facts(self) -> Iterator[Block]:
        yield Block("break")
        yield self._heading("facts")
        zone = str(self.where.zone) if self.where.zone else self.own["time_utc"]
        yield Block("text", filled(self.own["table_times"], zone=zone))
        rows: list[tuple[str, ...]] = []
        for fact in self.matter.recorded.steps:
            who = self._who(fact)
            number = str(len(rows) + 1)
            rows.append((number, self._clock(fact.when), self._sentence(fact), who, fact.source))
        yield Block("table", items=tuple(self.own["table_facts"]), rows=tuple(rows), file="facts")

    def _who(self, fact: Fact) -> str:
        played = fact.who == "person" and fact.bundle in self.matter.recorded.played
        return str(self.own["who"].get("stand_in" if played else fact.who, fact.who))

    def _friction(self) -> Iterator[Block]:
        own = self.own["friction"]
        yield self._heading("friction")
        rows = tuple(self._met())
        yield Block("text", own["opening"] if rows else own["none"])
        if rows:
            yield Block("facts", rows=rows)

    def _met(self) -> Iterator[tuple[str, str]]:
        own = self.own["friction"]
        kinds = {"opened_failed", "other_form", "unavailable", "unreachable", "dead"}
        for bundle in {fact.bundle: None for fact in self.matter.recorded.tried}:
            facts = [fact for fact in self.matter.recorded.tried if fact.bundle == bundle]
            yield from ((self._sentence(f), f.source) for f in facts if f.kind in kinds)
            for fact in facts:
                if fact.kind == "counts":
                    for name in ("screens", "logins", "dead"):
                        if (count := fact.values[name]) != "0":
                            yield filled(own[name], count=count), fact.source
                if fact.kind == "redirects":
                    yield filled(own["redirects"], count=fact.values["count"]), fact.source
            yield from self._took(facts)

    def _took(self, facts: Sequence[Fact]) -> Iterator[tuple[str, str]]:
        first = next((f for f in facts if f.kind in {"opened", "opened_failed"}), None)
        there = next((f for f in facts if f.kind == "form"), None)
        took = round((there.when - first.when).total_seconds()) if first and there else 0
        if first and there and took > 0:
            minutes, seconds = divmod(took, 60)
            sentence = self.own["friction"]["took"]
            yield (
                filled(sentence, minutes=str(minutes), seconds=str(seconds)),
                f"{first.source}; {there.source}",
            )

    def _answers(self) -> Iterator[Block]:
        own = self.own["mail"]
        yield self._heading("answers")
        if not self.matter.mails:
            yield Block("text", own["nothing"])
        for mail in self.matter.mails:
            yield from self._mail(mail)
        for each in self.matter.originals:
            if each.path == "data/note.txt":
                sentence = filled(own["note"], bundle=each.bundle)
                yield Block("text", sentence, source=f"{each.bundle}, {each.path}")
                yield Block("said", block(each.content.decode("utf-8", "replace").strip()))
            if each.path.startswith("data/papers/") and not each.path.endswith(".json"):
                sentence = filled(own["paper"], bundle=each.bundle, file=each.path)
                yield Block("text", sentence, source=f"{each.bundle}, {each.path}")

    def _mail(self, mail: Letter) -> Iterator[Block]:
        own = self.own["mail"]
        source = f"{mail.bundle}, {mail.line}"
        yield Block("heading", filled(own["heading"], bundle=mail.bundle), level=3)
        yield Block("text", filled(own["added"], time=self._moment(mail.added)), source=source)
        meaning, who = self._meaning(mail.meaning), own[mail.meaning_by]
        if mail.attached:
            yield Block("text", own["attached"], source=source)
        yield Block("text", filled(own["says"], meaning=meaning, who=who), source=source)
        if mail.proven:
            domain = next((row[0] for row in mail.signatures if row[3] == "right"), "")
            yield Block("text", filled(own["proven"], domain=domain), source=source)
            yield Block("rows", rows=_headers(mail.proven))
            if mail.unproven:
                yield Block("text", own["more"])
        else:
            said = own["unproven"] if mail.meaning_by == "person" else own["unproven_uncounted"]
            yield Block("text", said, source=source)
        if mail.unproven:
            yield Block("rows", rows=_headers(mail.unproven))
        if mail.signatures:
            rows = tuple(
                (*map(inline, row[:3]), own[row[3]], own.get(row[4], row[4]), row[5])
                for row in mail.signatures
            )
            yield Block("table", items=tuple(own["table"]), rows=rows)
        file = f"{mail.bundle}/{mail.original.path}"
        if mail.text:
            yield Block("text", own["text"] if mail.text_proven else own["text_unproven"])
            yield Block("said", block(mail.text))
            if mail.cut:
                yield Block("text", filled(own["cut"], file=file))
        else:
            yield Block("text", filled(own["no_text"], file=file))

    def _law(self) -> Iterator[Block]:
        own, status = self.own["law"], self.matter.status
        yield self._heading("law")
        yield Block("text", own["right"])
        if self.matter.author.reason:
            yield Block("heading", self.own["headings"]["situation"], level=3)
            yield Block("said", self.matter.author.reason)
        yield Block("text", own["facilitate"])
        yield Block("text", f"{own['month']} {own['refusal']}")
        if status.due is not None:
            yield self._counted()
        yield Block("text", f"{own['restrict']} {own['erase']}")
        yield Block("text", f"{own['complain']} {self._lead()}".strip())

    def _counted(self) -> Block:
        own, status = self.own["law"], self.matter.status
        assert status.due is not None
        day = day_in_words(status.due.counted_from, self.said)
        pieces = [filled(own["counted"], **{"from": day}), own[status.received_by or "sent"]]
        sources = [self._month_began()]
        longer = [each for each in status.evidence if each.what is Happening.EXTENDED]
        if status.extended and longer:
            pieces.append(own["extended"])
            sources.append(f"{longer[-1].bundle}, {longer[-1].line}")
        return Block("text", " ".join(pieces), source="; ".join(filter(None, sources)))

    def _lead(self) -> str:
        own, authority = self.own["law"], self.matter.authority
        if not authority.in_one_stop_shop:
            return str(own["outside"])
        return str(own["lead_self"] if authority.leads else own["lead"])

    def _asks(self) -> Iterator[Block]:
        own = self.own["asks"]
        yield self._heading("asks")
        order = "check" if self.matter.why == "granted" else "order"
        names = ["examine", "record", order, "limit", "erase", "form"]
        yield Block("list", items=tuple(own[name] for name in names))

    def _missing(self) -> Iterator[Block]:
        self.own["missing"]
        yield self._heading("missing")
        yield Block("facts", rows=(*self._lacks(), *self._nobody_knows()))

    def _nobody_knows(self) -> Iterator[tuple[str, str]]:
        own, held = self.own["missing"], self.matter.recorded
        links = {
            (True, True): own["linked_both"],
            (True, False): own["linked_form"],
            (False, True): own["linked_mail"],
            (False, False): "",
        }[bool(held.email), any(mail.text_proven for mail in self.matter.mails)]
        yield f"{own['person']} {links}".strip(), ""
        yield own["model"], ""

    def _lacks(self) -> Iterator[tuple[str, str]]:
        own, held = self.own["missing"], self.matter.recorded
        sent = [f for f in held.tried if f.kind == "sent"] or held.sent
        page = [f for f in held.tried if f.kind in _SAID_ON_PAGE]
        told = [f for f in self._told() if f.kind == "mail_proven"]
        if sent and not told:
            yield own["receipt"] if page else own["receipt_silent"], ""
            if not any(f.kind in {"page_confirmed", "read_confirmed"} for f in page):
                yield own["no_confirmation"], ""
        if not self.matter.mails:
            yield own["no_mail"], ""
        for mail in self.matter.mails:
            if not mail.text_proven:
                yield (
                    filled(own["unproven_mail"], bundle=mail.bundle),
                    f"{mail.bundle}, {mail.line}",
                )
        yield from self._uncounted()
        stamped = {bundle for bundle, _source, _by, _at in self._stamps()}
        unchecked = {f.bundle for f in held.steps if f.kind == "stamped_unchecked"}
        names = [b.path.name for b in held.bundles if b.path.name in self.matter.verified]
        for sentence, wanted in (
            ("no_timestamp", [name for name in names if name not in stamped]),
            ("unchecked", [name for name in names if name in stamped & unchecked]),
        ):
            if wanted:
                yield filled(own[sentence], bundle=", ".join(wanted)), ""
        answered = {fact.bundle for fact in held.tried if fact.kind == "answered"}
        shown = {
            each.bundle
            for each in self.matter.exhibits
            if layout.slug(each.what) == "meta-s-answer"
        }
        for name in sorted(answered - shown):
            yield filled(own["no_picture"], bundle=name), ""

    def _uncounted(self) -> Iterator[tuple[str, str]]:
        """Answers that do not fit with the rest, so that nothing above rests on them."""
        counted = {(each.bundle, each.line) for each in self.matter.status.evidence}
        for fact in self.matter.recorded.steps:
            if _meaning(fact) in _ANSWERS and (fact.bundle, fact.line) not in counted:
                same = [f for f in self._told() if f.bundle == fact.bundle]
                if not same:
                    yield (
                        filled(self.own["missing"]["odd"], bundle=fact.bundle),
                        fact.source,
                    )

    def _stamps(self) -> Iterator[tuple[str, str, str, str]]:
        """Bundle, source, authority and time of each timestamp."""
        for fact in self.matter.recorded.steps:
            if fact.kind in {"stamped", "stamped_unchecked"}:
                yield fact.bundle, fact.source, fact.values["authority"], fact.values["at"]
        for each in self.matter.originals:
            parts = layout.outer_parts(each.path)
            if parts and parts[1] == "tsr":
                try:
                    at = read_token(each.content).time
                except TokenWrong:
                    continue
                yield each.bundle, f"{each.bundle}, {each.path}", parts[0], at

    # ----------------------------------------------------------------------- exhibits, annexes

    def _exhibits(self) -> Iterator[Block]:
        own = self.own["exhibit"]
        yield Block("break")
        yield self._heading("exhibits")
        if not self.matter.exhibits:
            yield Block("text", own["none"])
            return
        yield Block("text", own["reduced"] if self.light else own["whole"])
        for each in self.matter.exhibits:
            yield from self._exhibit(each)

    def _exhibit(self, each: Exhibit) -> Iterator[Block]:
        own = self.own["exhibit"]
        what = self._picture(each.called)
        heading = filled(self.own["headings"]["exhibit"], number=str(each.number), what=what)
        time, file = self._moment(each.when), f"{each.bundle}/{each.original.path}"
        alt = filled(own["alt"], what=what, time=time, address=inline(each.address), file=file)
        source = f"{each.bundle}, {each.line}"
        width, height = each.size
        yield Block(
            "exhibit",
            heading,
            items=(alt, str(width), str(height), *self._further_parts(each)),
            rows=(
                (own["where"], inline(each.address)),
                (own["when"], time),
                (own["record"], filled(own["line"], bundle=each.bundle, line=str(each.line))),
                (own["file"], file),
                (own["hash"], each.original.sha256),
            ),
            source=source,
            file=str(each.number),
        )
        if each.values:
            rows = tuple(
                (inline(value.label), block(value.value) or own["empty"]) for value in each.values
            )
            yield Block("text", own["values"], source=source)
            yield Block("rows", rows=rows)

    def _further_parts(self, each: Exhibit) -> Iterator[str]:
        """What stands above each further page of a picture that is too tall to be read on one."""
        many = self.light and len(self.matter.exhibits) > _MANY
        pages = 1 if many else _pages(*each.size)
        for page in range(2, pages + 1):
            values = {"number": str(each.number), "part": str(page), "parts": str(pages)}
            yield filled(self.own["exhibit"]["part"], **values)

    def _method(self) -> Iterator[Block]:
        own = self.own["method"]
        yield Block("break")
        yield self._heading("annex_method")
        names = ("program", "way_out", "log", "pictures", "who", "clock")
        held = self.matter.recorded
        practice = ("practice",) if held.practice else ()
        for name in (*names, *practice):
            yield Block("text", own[name])
        if held.played:
            yield Block("text", filled(own["stand_in"], bundles=", ".join(sorted(held.played))))
        if rows := tuple(self._environment()):
            yield Block("text", own["environment"])
            yield Block("facts", rows=rows)

    def _environment(self) -> Iterator[tuple[str, str]]:
        own = self.own["method"]
        sources: dict[str, list[str]] = {}
        for each in self.matter.originals:
            if each.path != "data/environment.json":
                continue
            try:
                held = json.loads(each.content)
            except (ValueError, RecursionError):
                continue
            if not isinstance(held, dict) or "filer" not in held:
                continue
            found = {
                own["program_version"]: f"filer {held.get('filer')}",
                own["program_hash"]: str(held.get("filer_sha256", "")),
                own["system"]: f"{held.get('system', '')} {held.get('system_release', '')}",
            }
            versions = held.get("versions")
            browser = versions.get("browser") if isinstance(versions, dict) else None
            if browser:
                found[own["browser"]] = str(browser)
            told = "; ".join(self._pair(key, inline(value)) for key, value in found.items())
            sources.setdefault(told, []).append(f"{each.bundle}, {each.path}")
        yield from ((told, "; ".join(where)) for told, where in sources.items())

    def _pair(self, label: str, value: str) -> str:
        return filled(self.said["frame"]["pair"], label=label, value=value)

    def _check(self) -> Iterator[Block]:
        own = self.own["check"]
        yield self._heading("annex_check")
        if self.light:
            yield Block("text", own["attachments_light"])
        else:
            yield Block("text", own["attachments"])
            yield Block("code", _PUT_BACK)
        yield Block("text", own["bags"])
        day = day_in_words(self.matter.day, self.said)
        yield Block("text", filled(own["bundles"], day=day))
        rows = []
        for name, result in self.matter.verified.items():
            good, nothing, broken = map(str, result.counted())
            found = filled(own["checks"], good=good, nothing=nothing, broken=broken)
            seal = next(
                (
                    e.sha256
                    for e in self.matter.originals
                    if e.bundle == name and e.path == layout.TAGMANIFEST
                ),
                "",
            )
            rows.append((name, found, seal))
        yield Block("table", items=tuple(own["table"]), rows=tuple(rows), file="seals")
        stamps = tuple((self._pair(by, at), source) for _b, source, by, at in self._stamps())
        yield Block("text", own["stamps"] if stamps else own["no_stamps"])
        if stamps:
            yield Block("facts", rows=stamps)
        if self.matter.mails:
            yield Block("text", own["dkim"])

    def _files(self) -> Iterator[Block]:
        yield self._heading("annex_files")
        yield Block("text", self.own["files"]["opening"])
        rows = tuple(
            (f"{each.bundle}/{each.path}", str(len(each.content)), each.sha256)
            for each in self.matter.originals
        )
        yield Block("files", rows=rows)

    # ----------------------------------------------------------------------- words

    def _heading(self, name: str) -> Block:
        return Block("heading", self.own["headings"][name], level=2)

    def _sentence(self, fact: Fact) -> str:
        """The sentence for *fact*, without its time, which stands in a column of its own."""
        own = self.own["facts"]
        values = {key: inline(value) for key, value in fact.values.items()}
        played = self.own["stand_in"] if fact.bundle in self.matter.recorded.played else {}
        pattern = played.get(fact.kind) or own.get(fact.kind) or self.said["facts"][fact.kind]
        if fact.kind == "kept":
            exhibit = next((e for e in self.matter.exhibits if _is_of(e, fact)), None)
            pattern = own["kept"] if exhibit else own["kept_without"]
            values["exhibit"] = str(exhibit.number) if exhibit else ""
        if "what" in values:
            values["what"] = self._picture(fact.values["what"])
        if "field" in values:
            values["field"] = self.own["fields"].get(fact.values["field"], values["field"])
        if "letter" in values:
            values["letter"] = self.own.get(fact.values["letter"], values["letter"])
        if "why" in values:
            reasons = {**self.said["reasons"], **played}
            values["why"] = reasons.get(fact.values["why"] or "none", values["why"])
        if "day" in values:
            values["day"] = day_in_words(dt.date.fromisoformat(values["day"]), self.said)
        if "meaning" in values:
            values["meaning"] = self._meaning(fact.values["meaning"])
        timeless = pattern.removeprefix("{time}").lstrip(": \u00a0\u202f")  # French: " : "
        sentence = filled(timeless, time="", **values)
        return sentence[:1].upper() + sentence[1:]

    def _picture(self, name: str) -> str:
        known = self.own["pictures"]
        return str(known.get(layout.slug(name)) or filled(known["other"], what=inline(name)))

    def _meaning(self, name: str) -> str:
        return str(self.said["meanings"].get(name) or self.own["meanings"].get(name) or name)

    def _clock(self, when: dt.datetime) -> str:
        return when.astimezone(self.where.zone or dt.UTC).strftime("%Y-%m-%d %H:%M:%S")

    def _moment(self, when: dt.datetime) -> str:
        local = when.astimezone(self.where.zone or dt.UTC)
        offset = local.strftime("%z")
        day = day_in_words(local.date(), self.said)
        return f"{day}, {local:%H:%M:%S} ({offset[:3]}:{offset[3:]})"


_PUT_BACK = (
    'for f in *__*; do mkdir -p "$(dirname "${f//__//}")"; mv "$f" "${f//__//}"; done\n'
    'for b in */; do (cd "$b" && sha256sum -c --quiet tagmanifest-sha256.txt '
    'manifest-sha256.txt && echo "$b in order"); done'
)
"""Puts embedded files back into their folders, and compares every hash (bash; on macOS `shasum -a
256` stands for `sha256sum`)."""


def _headers(rows: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    return tuple((inline(name), inline(value)) for name, value in rows)


def _meaning(fact: Fact) -> str:
    """What an answer in *fact* is counted as, empty when it counts as none."""
    if fact.kind in {"mail", "mail_proven"}:
        return fact.values.get("counts", "")
    return fact.values.get("meaning", "") if fact.kind.startswith("person_says") else ""


_ROOM = (470.0, 439.0, 600.0)
"""Room for a picture in points: its width, its height beside its caption, and on a page alone."""
_MOST_PAGES = 12


def _pages(width: int, height: int) -> int:
    """On how many pages a picture of so many pixels can be read."""
    tall = height * min(_ROOM[0] / width, 0.75)
    if tall <= 1.5 * _ROOM[1]:
        return 1
    return min(_MOST_PAGES, 1 + math.ceil((tall - _ROOM[1]) / _ROOM[2]))


def _is_of(exhibit: Exhibit, fact: Fact) -> bool:
    return (exhibit.bundle, exhibit.line) == (fact.bundle, fact.line)


AFTER_COMPLAINTS = frozenset({Happening.PREPARED, Happening.HANDED_IN, Happening.CLOSED})
"""What a case's standing is computed without, to see what there is to complain about."""
