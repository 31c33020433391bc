"""Every page that the guide can show, with made-up values, for pictures and for axe."""

from __future__ import annotations

import base64
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image

from filer import corresponding, flow, words
from filer.complaint import deadlines, directory
from filer.complaint.days import from_today, in_words
from filer.evidence import meanings
from filer.human import endings
from filer.human.added import meaning_in_words, why_unclear
from filer.human.guide import ways
from filer.human.guide.guide import beside_the_form, by_hand, too_early, waits_for, working
from filer.human.guide.page import Page, Picture, of_screen
from filer.human.screen import Sofar
from filer.human.screens import screen
from filer.ports import LookAround, Result, Told
from filer.words import _
from tests.human.test_screens import QUESTIONS

LONG = "I posted photos of my children for friends alone.\n\nNobody spoke of machines then. " * 3
DETAILS = ("email", "name", "country", "phone", "address", "picture", "reason")
NEWS = (Told("form found"), Told("typed", {"label": "E-Mail"}), Told("kept", {"title": "…"}))
TODAY = dt.date(2026, 11, 25)
VALUES = {
    "email": "sanne@example.org",
    "reason": LONG,
    "name": "Sanne Voorbeeld",
    "picture": "/home/a.png",
}


def pages(language: str) -> Iterator[tuple[str, Page]]:
    """Each page in *language*, by a name of its own. The language is left spoken."""
    words.speak(language)
    yield from _before(language)
    yield from _asked(language)
    yield from _after()


def _before(language: str) -> Iterator[tuple[str, Page]]:
    known = [flow.load(name) for name in flow.names()]
    titles = {each.name: each.title.best(language) for each in known}
    covers = {each.name: each.covers.best(language) for each in known}
    wrong = dict.fromkeys(DETAILS, _("Please fill this in."))
    yield "start", _with_line(ways.start([]))
    yield "start with cases", _with_line(ways.start(_known(), "…"))
    yield "know", _with_line(ways.know())
    about = corresponding.about_whatsapp()
    yield (
        "whatsapp",
        _with_line(ways.whatsapp([(h, [e.sentence for e in part]) for h, part in about])),
    )
    yield "accounts", _with_line(ways.accounts(titles, back=True))
    yield "other forms", _with_line(ways.other_forms(titles, covers))
    yield "details", _with_line(ways.details(("email", "reason"), {}, {}, language))
    yield "details wrong", _with_line(ways.details(DETAILS, VALUES, wrong, language))
    yield "choice", _with_line(ways.practice_or_real(list(titles.values()), VALUES))


def _asked(language: str) -> Iterator[tuple[str, Page]]:
    for number, question in enumerate(QUESTIONS):
        if isinstance(question, LookAround):
            continue
        sofar = Sofar(practice=number % 2 == 1).after(question)
        shown = screen(question, sofar, language)
        page = of_screen(
            shown,
            by_hand(question),
            practice=sofar.practice,
            waits=waits_for(question),
            news=tuple(screen(told, sofar, language).title for told in NEWS),
        )
        which = _("Form {number} of {count}: {title}").format(number=1, count=2, title="Facebook")
        page = beside_the_form(page, question, sofar)
        yield f"{number:02} {shown.name}", replace(page, which=which)
        if shown.name == "review":
            yield f"{number:02} pressed too early", replace(page, wrong=too_early())
    yield "working", _with_line(working(stage=1))
    yield "opening", _with_line(working(stage=None, opens=True))


def _after() -> Iterator[tuple[str, Page]]:
    for outcome, sent, after in (
        ("confirmed", True, ("home", "real")),
        ("unknown", None, ("next",)),
        ("stopped", False, ("again", "close")),
        ("unavailable", False, ("home", "letter")),
    ):
        result = Result("facebook", outcome, sent=sent, sealed=True, send_host="www.facebook.com")
        sofar = Sofar().after(result)
        shown = endings.screen(result, sofar)
        yield (
            f"evidence {outcome}",
            ways.evidence(
                shown.title,
                shown.paragraphs,
                [(_("The evidence lies in"), "/home/sanne/.local/share/filer/2026-11-25-facebook")],
                (_picture(), _picture()),
                _dates(),
                practice=False,
                left=sent is not False,
                sent=sofar.line(),
                after=after,
            ),
        )
    yield "cases", _with_line(ways.cases(_known()))
    yield "no cases", _with_line(ways.cases([]))
    yield (
        "add",
        _with_line(ways.add("Facebook", ("…",), _("Write a note first, or choose a file."), "…")),
    )
    kinds = [(kind, meaning_in_words(kind)) for kind in meanings.KINDS]
    yield "meaning", _with_line(ways.meaning(why_unclear("no phrase"), kinds, "…"))
    offices = directory.offices()
    wrong = dict.fromkeys(("to", "name", "address", "email"), _("Please fill this in."))
    yield "complain", _with_line(ways.complain("Facebook", offices, VALUES, {}))
    yield "complain wrong", _with_line(ways.complain("Facebook", offices, VALUES, wrong))
    steps = ("…", "https://www.autoriteitpersoonsgegevens.nl/een-klacht", "…")
    lies = "/home/sanne/Downloads/practice-2026-11-25-complaint-nlap-facebook"
    yield "complained", _with_line(ways.complained(["…"], steps, lies, practice=True))
    yield "other words", _with_line(ways.other_words(LONG))
    about = corresponding.matter("objection", "no-account", Path())
    why = {name: corresponding.why(name) for name in corresponding.needs(about)} | {"reason": "…"}
    yield "letter", _with_line(ways.letter(_("A letter to WhatsApp"), VALUES, why, wrong))
    yield "written", _with_line(ways.written(["…"]))
    yield "forget", _with_line(ways.forget(["…"]))
    yield (
        "shared",
        _with_line(ways.shared([(_("Your cases"), "2, /home/sanne/.local/share/filer")])),
    )
    yield "told", _with_line(ways.told(_("What filer kept here is removed"), ["…"]))
    yield "problem", _with_line(ways.told(_("That did not work"), ["…"], wrong=True))


def _known() -> list[ways.Known]:
    title = {"flow": "Facebook", "day": in_words(TODAY)}
    case = _("{case}, {time}").format(case=_("{flow}, {day}").format(**title), time="14:03")
    return [
        ways.Known("a", case, "…", _dates(), practice=False),
        ways.Known(
            "b",
            _("Practice: {flow}, {day}").format(**title),
            "…",
            (),
            practice=True,
            troubled=("…",),
        ),
    ]


def _dates() -> tuple[tuple[str, str], ...]:
    due = deadlines.answer_due(TODAY, deadlines.place("nl"))
    return ((due.title, f"{in_words(due.day)} ({from_today(due.day, TODAY)})"),)


def _picture() -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (400, 500), "beige").save(out, "JPEG")
    source = base64.b64encode(out.getvalue()).decode()
    return Picture(f"data:image/jpeg;base64,{source}", _("the empty form"))


def _with_line(page: Page) -> Page:
    return replace(page, sent=Sofar().line())
