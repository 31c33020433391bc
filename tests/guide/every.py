"""Every page that the guide can show, with made-up values, for pictures and for axe."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image

from filer import corresponding, flow, words
from filer.complaint import authorities
from filer.evidence import meanings
from filer.human.added import meaning_in_words
from filer.human.guide import ways
from filer.human.guide.guide import by_hand, waits_for
from filer.human.guide.page import Page, Picture, of_screen
from filer.human.screen import Sofar
from filer.human.screens import screen
from filer.ports import LookAround, Result
from tests.human.test_screens import QUESTIONS

LONG = "I posted photos of my children for friends alone.\n\nNobody spoke of machines then. " * 3
DETAILS = ("email", "name", "country", "phone", "address", "reason")
VALUES = {"email": "sanne@example.org", "reason": LONG, "name": "Sanne Voorbeeld"}


def pages(language: str) -> Iterator[tuple[str, Page]]:
    """Each page in *language*, by a name of its own. The language is left spoken."""
    words.speak(language)
    yield from _before()
    yield from _asked(language)
    yield from _after()


def _before() -> Iterator[tuple[str, Page]]:
    titles = {name: flow.load(name).title.best("en") for name in flow.names()}
    wrong = dict.fromkeys(DETAILS, "Please fill this in.")
    yield "start", _with_line(ways.start([]))
    yield "start with cases", _with_line(ways.start(_known()))
    yield "know", _with_line(ways.know())
    about = corresponding.about_whatsapp()
    yield (
        "whatsapp",
        _with_line(ways.whatsapp([(h, [e.sentence for e in part]) for h, part in about])),
    )
    yield "accounts", _with_line(ways.accounts(titles, back=True))
    yield "other forms", _with_line(ways.other_forms({"x": "A form"}, {"x": "What it covers."}))
    yield "details", _with_line(ways.details(("email", "reason"), {}, {}, "en"))
    yield "details wrong", _with_line(ways.details(DETAILS, VALUES, wrong, "en"))
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
            news=("filer has typed your e-mail address.", "filer has kept a picture."),
        )
        yield f"{number:02} {shown.name}", replace(page, which="Form 1 of 2: Facebook")
    yield (
        "working",
        Page(
            "working",
            "filer is working",
            waits="It waits.",
            sent=Sofar().line(),
            stage=1,
            running=True,
            by_hand="By hand.",
        ),
    )


def _after() -> Iterator[tuple[str, Page]]:
    for outcome, sent in (("confirmed", True), ("unknown", None), ("stopped", False)):
        result = Result("facebook", outcome, sent=sent, sealed=True, send_host="www.facebook.com")
        sofar = Sofar().after(result)
        shown = screen(result, sofar, "en")
        yield (
            f"evidence {outcome}",
            ways.evidence(
                shown.title,
                shown.paragraphs,
                [("The evidence lies in", "/home/sanne/.local/share/filer/2026-11-25-facebook")],
                (_picture(), _picture()),
                [("The last day for Meta's answer", "Friday 25 December 2026 (in 30 days)")],
                practice=False,
                left=sent is not False,
                sent=sofar.line(),
                after=("real", "home"),
            ),
        )
    yield "cases", _with_line(ways.cases(_known()))
    yield "no cases", _with_line(ways.cases([]))
    yield "add", _with_line(ways.add("Facebook", ("Kept.",), "x.eml was not added.", "a note"))
    kinds = [(kind, meaning_in_words(kind)) for kind in meanings.KINDS]
    yield "meaning", _with_line(ways.meaning("filer cannot tell.", kinds, "We have received it."))
    offices = [(each.slug, each.name) for each in authorities.everyone()]
    wrong = dict.fromkeys(("to", "name", "address", "email"), "Please fill this in.")
    yield "complain", _with_line(ways.complain("Facebook", offices, VALUES, {}))
    yield "complain wrong", _with_line(ways.complain("Facebook", offices, VALUES, wrong))
    yield "complained", _with_line(ways.complained(["It lies in a folder."], practice=True))
    about = corresponding.matter("objection", "no-account", Path())
    why = {name: corresponding.why(name) for name in corresponding.needs(about)} | {"reason": "…"}
    yield "letter", _with_line(ways.letter("A letter", VALUES, why, {"name": "Fill this in."}))
    yield "written", _with_line(ways.written(["The letter lies in a folder."]))
    yield "forget", _with_line(ways.forget(["It shows that your objection was sent."]))
    yield "shared", _with_line(ways.shared([("Your cases", "2, /home/sanne/.local/share/filer")]))
    yield "told", _with_line(ways.told("That is done", ["It is done."]))
    yield "problem", _with_line(ways.told("That did not work", ["It is full."], wrong=True))


def _known() -> list[ways.Known]:
    dates = (("The last day for Meta's answer", "Friday 25 December 2026 (in 30 days)"),)
    state = "Sent, and the page said that it was received."
    return [
        ways.Known("a", "Facebook, 25 November 2026", state, dates, practice=False),
        ways.Known("b", "Practice: Instagram", state, (), practice=True, troubled=("Broken.",)),
    ]


def _picture() -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (400, 500), "beige").save(out, "JPEG")
    source = base64.b64encode(out.getvalue()).decode()
    return Picture(f"data:image/jpeg;base64,{source}", "the empty form")


def _with_line(page: Page) -> Page:
    return replace(page, sent=Sofar().line())
