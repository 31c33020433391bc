"""The way through the guide: from "what is this" to "your evidence is here", page by page.

It joins the guide's pages with what filer does: filing, adding, complaining, deleting. Nothing here
is said twice: the terminal's commands do the same with the same parts.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from filer import choices, filing, profile, standing, words
from filer import flow as flows
from filer.browser.find import Browser
from filer.browser.launching import Driver
from filer.complaint.letters import PLATFORMS
from filer.errors import FilerError, Stopped
from filer.evidence.happened import capture_in_words
from filer.evidence.story import read_story
from filer.filing import Filing, Unfinished
from filer.flow import Flow
from filer.human import endings, reasons
from filer.human.guide import ways
from filer.human.guide.guide import Closed, Guide
from filer.human.guide.opening import Launch, Opening, open_with_system
from filer.human.guide.page import Page, Picture
from filer.human.guide.window import GuideWindow
from filer.human.screen import Sofar
from filer.ports import Interruptible, Result
from filer.practice.scenarios import DEFAULT, scenario
from filer.practice.site import PracticeSite
from filer.practice.standin import OWN_VALUES
from filer.profile import Profile
from filer.settings import Settings
from filer.tending import (
    Tending,
    downloads,
    file_name,
    may_ask,
    show_problem,
    tell,
    too_large,
)
from filer.words import _

OnWindow = Callable[[Interruptible | None], None]
_MOST_PICTURES = 6
_CLOSED = "the window was closed"
_LETTERS = {each: each for each in PLATFORMS} | {"third-party": "no-account"}
"""For a form that is not there, by its name: to whom, or by whom, a letter can be written."""


@contextlib.contextmanager
def opened(playwright: Driver, browser: Browser, found: Settings) -> Iterator[Guide]:
    """The guide's window, open until the end. Raises `NoBrowser` when it does not open.

    It speaks the language of the settings, else the one that the person chose in it before.
    """
    before = "" if found.says_language else choices.language(found.choices)
    language = words.speak(before or found.speaks)

    def on_language(chosen: str) -> None:
        if found.choices is not None:
            with contextlib.suppress(OSError):
                choices.remember_language(found.choices, chosen)

    window = GuideWindow(playwright, browser.path, language)
    try:
        yield Guide(window, language, on_language)
    finally:
        window.close()


@dataclasses.dataclass
class Guided:
    """One person's way through the guide.

    *on_window* is told of the form's window, so that Ctrl-C in a terminal stops it too. *results*
    are the filings of this run. *launch* opens what the person wants to see, *downloads*
    takes what is made for them.
    """

    guide: Guide
    playwright: Driver
    browser: Browser
    found: Settings
    on_window: OnWindow
    results: list[Result] = dataclasses.field(default_factory=list)
    launch: Launch = open_with_system
    downloads: Path = dataclasses.field(default_factory=downloads)
    problem: FilerError | None = None
    values: dict[str, str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values = dict(self.found.profile.values) | self.values
        self.tending = Tending(self.guide, self.found, self.launch, self.values, self.downloads)
        self._at_home = False
        self._warned = False
        self._left_empty: set[str] = set()
        self.on_window(self.guide)
        self.guide.window.beside()

    def commanded(
        self, known: Sequence[Flow], port: int | None = None, scenario_name: str | None = None
    ) -> None:
        """File the forms *known*, as a command asked; on the practice site at *port* if given.

        Without any the person is asked which accounts they have. Raises `Stopped` when the person
        closed the guide before anything began.
        """
        try:
            if not known:
                self._begin()
                return
            if self._is_whole(_needed(known)) or self.details(known) is not None:
                self._all(known, self._profile(), port, scenario_name)
        except Closed:
            if not self.results:
                raise Stopped(_("Stopped. Nothing was sent.")) from None

    # ------------------------------------------------------------------ the start

    def home(self) -> None:
        """From the first page until the person closes the guide."""
        self._at_home = True
        with contextlib.suppress(Closed):
            while True:
                self.guide.begin(Sofar())
                stood = self.tending.stood()
                self.guide.idle = _see_your_cases if stood else None
                said = self.guide.page(functools.partial(self._start_page, stood))
                match said.answer:
                    case "facebook+instagram":
                        self._prepare([flows.load(name) for name in flows.USUAL])
                    case "begin":
                        self._begin()
                    case "cases":
                        self.tending.cases()
                    case "whatsapp":
                        self.tending.whatsapp()
                    case "know":
                        self.guide.page(ways.know)

    def _start_page(self, stood: Sequence[standing.Standing]) -> Page:
        last = "" if self.results else self.tending.last(stood)
        return ways.start(self.tending.known(stood), last)

    def _begin(self) -> None:
        """Accounts, details, practice or real, then the forms."""
        while True:
            match self.guide.page(self._accounts_page).answer:
                case "back":
                    return
                case "none":
                    self.tending.letter("no-account")
                case "about whatsapp":
                    self.tending.whatsapp()
                case "more":
                    name = self.guide.page(self._other_forms_page).answer
                    if name != "back" and self._prepare([flows.load(name)]):
                        return
                case names:
                    if self._prepare([flows.load(name) for name in names.split("+")]):
                        return

    def _accounts_page(self) -> Page:
        return ways.accounts(
            {name: flows.load(name).title.best(self.guide.language) for name in flows.names()},
            back=self._at_home,
        )

    def _other_forms_page(self) -> Page:
        known = [flows.load(name) for name in flows.names()]
        return ways.other_forms(
            {each.name: each.title.best(self.guide.language) for each in known},
            {each.name: each.covers.best(self.guide.language) for each in known},
        )

    def _prepare(self, known: Sequence[Flow]) -> bool:
        """What is filled in, then practice or real; False when the person went back."""
        needed = _needed(known)
        if not self._is_whole(needed) and self.details(known) is None:
            return False
        while True:
            said = self.guide.page(functools.partial(self._choice_page, known))
            self.guide.introduced = True
            person = self._profile()
            match said.answer:
                case "change":
                    self.details(known)
                case "practice":
                    if not self.file(known, person, practice=True):
                        return True
                    self.guide.introduced = True
                    self.file(known, person, practice=False)
                    return True
                case "real":
                    self.file(known, person, practice=False)
                    return True
                case _:
                    return False

    def _choice_page(self, known: Sequence[Flow]) -> Page:
        return ways.practice_or_real(
            [each.title.best(self.guide.language) for each in known],
            {name: self.values.get(name, "") for name in _needed(known)},
        )

    # ------------------------------------------------------------------ details

    def _profile(self) -> Profile:
        return Profile({name: value for name, value in self.values.items() if value})

    def _is_whole(self, needed: Sequence[str]) -> bool:
        """Whether all that is *needed* is there and right, or was left empty on purpose."""
        lacking = [name for name in needed if not self.values.get(name)]
        return not self._mistakes(needed, self.values) and set(lacking) <= self._left_empty

    def details(self, known: Sequence[Flow]) -> Profile | None:
        """The profile with what the forms need, asked where it is missing; None for "back".

        Raises `Closed`.
        """
        needed = _needed(known)
        typed = [name for name in needed if name not in flows.FILES]
        values, looked, wrong = dict(self.values), False, ""
        while True:
            page = functools.partial(self._details_page, needed, dict(values), looked, wrong)
            said = self.guide.page(page)
            if said.answer not in {"go", "without", "files"}:
                return None
            values |= {name: said.values.get(name, "").strip() for name in typed}
            if said.answer == "files":
                values["picture"], wrong = self._handed_over(said.files[0])
                continue
            if said.answer == "without":
                values["picture"] = ""
            looked, wrong = True, ""
            if not self._mistakes(needed, values):
                self.values |= values
                self._left_empty |= {name for name in needed if not values.get(name)}
                return self._profile()

    def _details_page(
        self,
        needed: Sequence[str],
        values: Mapping[str, str],
        looked: bool,  # noqa: FBT001 - whether they were checked
        wrong: str,
    ) -> Page:
        mistakes = self._mistakes(needed, values) if looked else {}
        mistakes |= {"picture": wrong} if wrong else {}
        return ways.details(needed, values, mistakes, self.found.language)

    def _handed_over(self, file: tuple[str, bytes | None]) -> tuple[str, str]:
        """Where the picture lies that was handed over; or nowhere, and what is wrong with it."""
        name, content = file
        if content is None:
            return "", too_large(name)
        place = self.guide.window.keep(file_name(name), content)
        sentence = profile.wrong("picture", str(place))
        return ("", sentence) if sentence else (str(place), "")

    def _mistakes(self, needed: Sequence[str], values: Mapping[str, str]) -> dict[str, str]:
        wrong = {}
        for name in needed:
            value = values.get(name, "")
            if name in profile.OPTIONAL and not value:
                continue
            if name == "reason":
                wrong[name] = reasons.unfinished(value)
            elif not value:
                wrong[name] = _("Please fill this in.")
            else:
                wrong[name] = profile.wrong(name, value)
        return {name: sentence for name, sentence in wrong.items() if sentence}

    # ------------------------------------------------------------------ filing

    def file(self, known: Sequence[Flow], person: Profile, *, practice: bool) -> bool:
        """File one form after the other, and show the evidence of each.

        True when the person, after practice, wants to go to the real forms. Raises `Closed`.
        """
        with contextlib.ExitStack() as stack:
            port = None
            if practice:
                account = person.get("email") or OWN_VALUES["email"]
                site = PracticeSite(scenario(DEFAULT), self.found.language, account_email=account)
                port = int(stack.enter_context(site).url.rpartition(":")[2])
            return self._all(known, person, port, DEFAULT if practice else None) == "real"

    def _all(
        self, known: Sequence[Flow], person: Profile, port: int | None, scenario_name: str | None
    ) -> str:
        """File each; what the person wants then: "home" or "real"."""
        self.guide.begin_anew()
        if port is None and self.found.browser_profile and not self._warned:
            self._warned = True
            tell(self.guide, lambda: _("Before you begin"), lambda: [profile_warning(self.found)])
        if port is None and self.found.tsa_urls is None:
            may_ask(self.guide, self.found, choices.TIMESTAMPS)
        for number, each in enumerate(known, 1):
            more = number < len(known)
            place = (number, len(known)) if len(known) > 1 else None
            wants = "again"
            while wants == "again":
                result = self.one(each, person, port, scenario_name, more=more, place=place)
                if result is None:
                    return "home"
                wants = self.evidence(result, more=more)
            if wants != "next":
                return wants
            person = self._with_changed_words(person)
        return "home"

    def one(
        self,
        wanted: Flow,
        person: Profile,
        port: int | None,
        scenario_name: str | None,
        *,
        more: bool,
        place: tuple[int, int] | None = None,
    ) -> Result | None:
        """File *wanted*; None when an error ended it, which was shown then. Raises `Closed`.

        *more* says that another form comes after it, *place* which one it is of how many.
        """
        bounds = self.guide.window.beside()
        several = ways.name_of(wanted.name) if place else ""
        self.guide.begin(Sofar(practice=port is not None), several)
        if place is not None:
            self.guide.which = functools.partial(self._which, wanted, *place)
        self.guide.ending = functools.partial(self._ending_page, more)
        self.guide.opening = Opening(self.launch, self._place)
        self.guide.wait_for_form()
        try:
            stamping = filing.stamping(self.found, practice=port is not None)()
            job = Filing(
                wanted,
                person,
                dataclasses.replace(self.found, speaks=self.guide.language),
                self.browser,
                visible=True,
                port=port,
                scenario=scenario_name,
                stamps=None if isinstance(stamping, str) else stamping,
                unstamped=stamping if isinstance(stamping, str) else "",
                bounds=dataclasses.astuple(bounds) if bounds else None,
            )
            result = filing.run(job, self.playwright, self.guide, self._on_window)
        except Unfinished as unfinished:
            self.results.append(unfinished.result)
            self.problem = unfinished.problem
            show_problem(self.guide, unfinished.problem)
            return None
        except FilerError as trouble:
            self.problem = trouble
            show_problem(self.guide, trouble)
            return None
        self.results.append(result)
        return result

    def _with_changed_words(self, person: Profile) -> Profile:
        """*person* with the reason as it was changed in the form before, if they want that."""
        texts = [row.value.strip() for row in self.guide.reviewed if row.kind == "textarea"]
        if len(texts) != 1 or texts[0] in {"", *_lines_alike(person.get("reason"))}:
            return person
        (text,) = texts
        if self.guide.page(functools.partial(ways.other_words, text)).answer != "new":
            return person
        self.values["reason"] = text
        return person.with_value("reason", text)

    def _which(self, wanted: Flow, number: int, count: int) -> str:
        return _("Form {number} of {count}: {title}").format(
            number=number, count=count, title=ways.name_of(wanted.name)
        )

    def _on_window(self, window: Interruptible | None) -> None:
        self.guide.has_form = window is not None
        self.guide.stop = window.interrupt if window is not None else lambda: None
        self.on_window(window or self.guide)

    # ------------------------------------------------------------------ the evidence

    def evidence(self, result: Result, *, more: bool) -> str:
        """Show how it ended and what was kept; what the person wants next, of `AFTERWARDS`.

        Where the form's window stood open beside it, that was shown before. Raises `Closed`.
        """
        page = functools.partial(self._ending_page, more, result)
        while True:
            opening = self.guide.opening
            wants, self.guide.went = self.guide.went or self.guide.page(page, opening).answer, ""
            if wants == "letter":
                self.tending.letter(_LETTERS[result.flow])
            elif wants in ways.AFTERWARDS:
                return wants

    def _ending_page(self, more: bool, result: Result) -> Page:  # noqa: FBT001 - bound by name above
        bundle = Path(result.bundle or "")
        shown = endings.screen(result, self.guide.sofar)
        practised = result.scenario is not None
        title, paragraphs = shown.title, shown.paragraphs
        if practised and result.outcome == "confirmed":
            title = _("Practice is done")
            paragraphs = (
                *paragraphs,
                _(
                    "The practice page says that your objection has been received. The real form "
                    "can end like this too."
                ),
            )
        return ways.evidence(
            title,
            paragraphs,
            [(_("The evidence lies in"), str(bundle))] if result.bundle else [],
            tuple(_pictures(bundle)) if result.bundle else (),
            self.tending.dates(Path(result.case)) if result.case and not practised else (),
            practice=practised,
            left=result.sent is not False,
            sent=self.guide.sent_line(),
            after=self._afterwards(result, more=more),
        )

    def _afterwards(self, result: Result, *, more: bool) -> tuple[str, ...]:
        letter = ("letter",) if _wants_a_letter(result) else ()
        again = ("again",) if result.reason == _CLOSED and result.sent is False else ()
        if more:
            return (*again, "next", *letter)
        if not self._at_home:
            return (*again, "close", *letter)
        practised = result.scenario is not None and result.outcome == "confirmed"
        return ("home", "real") if practised else (*again, "home", *letter)

    def _place(self, key: str) -> Path | None:
        """What a button of the page of the evidence opens, None for every other."""
        ended = self.guide.how_it_ended
        if ended is None or not ended.case or not ended.bundle:
            return None
        return self.tending.place(key, Path(ended.case), Path(ended.bundle))


def _see_your_cases() -> str:
    return _("Nothing is being sent now. Your cases show what was sent before.")


def _lines_alike(text: str) -> tuple[str, str]:
    """*text* with either kind of line ends: a page may change them."""
    plain = text.replace("\r\n", "\n").strip()
    return plain, plain.replace("\n", "\r\n")


def _needed(known: Sequence[Flow]) -> tuple[str, ...]:
    """What the forms *known* need, each once."""
    return tuple(dict.fromkeys(n for each in known for n in each.needs()))


def _wants_a_letter(result: Result) -> bool:
    """Whether there was no form, so that a letter is what is left; not after practice."""
    formless = result.outcome in {"unavailable", "drifted"} and result.reason != "already objected"
    return formless and result.scenario is None and result.flow in _LETTERS


def profile_warning(found: Settings) -> str:
    """What a browser profile of the person's own means, as a sentence; empty without one."""
    if not found.browser_profile:
        return ""
    return _("Warning: FILER_BROWSER_PROFILE keeps your login and history in %(folder)s.") % {
        "folder": found.browser_profile
    }


def _pictures(bundle: Path) -> Iterator[Picture]:
    for picture in read_story(bundle).pictures[:_MOST_PICTURES]:
        if picture.thumbnail is not None:
            source = base64.b64encode(picture.thumbnail.jpeg).decode()
            words = capture_in_words(picture.line.called)
            yield Picture(f"data:image/jpeg;base64,{source}", words)
