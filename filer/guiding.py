"""The way through the guide: from "what is this" to "your evidence is here", page by page.

It joins the guide's pages with what filer does: filing, adding, complaining, deleting. Nothing here
is said twice: the terminal's commands do the same with the same parts.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import datetime as dt
import functools
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from filer import choices, complaining, corresponding, filing, profile, standing, words
from filer import flow as flows
from filer.browser.find import Browser
from filer.browser.launching import Driver
from filer.browser.window import Window
from filer.clock import SystemClock
from filer.complaint import authorities, deadlines, handing_in
from filer.complaint.advice import state_in_words
from filer.complaint.days import from_today, in_words
from filer.errors import FilerError, Stopped
from filer.evidence import forget, keys, layout, meanings, papers, reading
from filer.evidence.mail import MailReading
from filer.evidence.thumbnails import thumbnail
from filer.filing import Filing, Unfinished
from filer.flow import Flow
from filer.human import endings, reasons
from filer.human.added import lines as added_in_words
from filer.human.added import meaning_in_words, why_unclear
from filer.human.guide import ways
from filer.human.guide.guide import Closed, Guide, Said
from filer.human.guide.page import Page, Picture
from filer.human.guide.ways import Known
from filer.human.guide.window import GuideWindow
from filer.human.screen import Sofar
from filer.ports import Answer, Interruptible, MayAsk, Result
from filer.practice.scenarios import DEFAULT, scenario
from filer.practice.site import PracticeSite
from filer.practice.standin import OWN_VALUES
from filer.profile import Profile
from filer.settings import Settings
from filer.words import _

OnWindow = Callable[[Interruptible | None], None]
_MOST_PICTURES = 6


@contextlib.contextmanager
def opened(playwright: Driver, browser: Browser, found: Settings) -> Iterator[Guide]:
    """The guide's window, open until the end. Raises `NoBrowser` when it does not open."""
    language = words.speak(found.speaks)
    window = GuideWindow(playwright, browser.path, language)
    try:
        yield Guide(window, language)
    finally:
        window.close()


@dataclasses.dataclass
class Guided:
    """One person's way through the guide.

    *on_window* is told of the form's window, so that Ctrl-C in a terminal stops it too. *results*
    are the filings of this run.
    """

    guide: Guide
    playwright: Driver
    browser: Browser
    found: Settings
    on_window: OnWindow
    results: list[Result] = dataclasses.field(default_factory=list)
    problem: FilerError | None = None
    values: dict[str, str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values = dict(self.found.profile.values) | self.values
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
            person = self._person(known)
            if person is not None:
                self._all(known, person, port, scenario_name)
        except Closed:
            if not self.results:
                raise Stopped(_("Stopped. Nothing was sent.")) from None

    def _person(self, known: Sequence[Flow]) -> Profile | None:
        """The profile; what the forms need and nobody has given is asked for."""
        needed = dict.fromkeys(need for each in known for need in each.needs())
        if self._mistakes(tuple(needed), self.values) or not all(map(self.values.get, needed)):
            return self.details(known)
        return self.found.profile

    # ------------------------------------------------------------------ the start

    def home(self) -> None:
        """From the first page until the person closes the guide."""
        with contextlib.suppress(Closed):
            while True:
                self.guide.begin(Sofar())
                said = self.guide.page(functools.partial(self._start_page, self._stood()))
                match said.answer:
                    case "begin":
                        self._begin()
                    case "cases":
                        self._cases()
                    case "whatsapp":
                        self._whatsapp()
                    case "know":
                        self.guide.page(ways.know)
                    case "leave":
                        return

    def _start_page(self, stood: Sequence[standing.Standing]) -> Page:
        return ways.start(self._known(stood))

    def _whatsapp(self) -> None:
        def page() -> Page:
            about = corresponding.about_whatsapp()
            return ways.whatsapp([(h, [each.sentence for each in part]) for h, part in about])

        self.guide.page(page)

    def _begin(self) -> None:
        """Accounts, details, practice or real, then the forms."""
        chosen: dict[str, str] = {}
        nothing = False
        while True:
            page = functools.partial(ways.accounts, dict(chosen), nothing=nothing)
            said = self.guide.page(page)
            if said.answer != "go":
                return
            chosen = dict(said.values)
            wanted = [name for name in ("facebook", "instagram") if chosen.get(name)]
            if chosen.get("whatsapp") and not wanted:
                self._whatsapp()
                continue
            if chosen.get("none") and not wanted:
                self._no_account()
                continue
            if not wanted:
                nothing = True
                continue
            if not self._prepare([flows.load(name) for name in wanted]):
                continue
            return

    def _no_account(self) -> None:
        self._tell(
            lambda: _("Without an account"),
            lambda: [
                _(
                    "You can object by letter. filer writes it for you, to print and sign: in a "
                    "terminal, filer letter no-account."
                )
            ],
        )

    def _prepare(self, known: Sequence[Flow]) -> bool:
        """The details, then practice or real; False when the person went back."""
        while True:
            person = self.details(known)
            if person is None:
                return False
            said = self.guide.page(functools.partial(self._choice_page, known))
            self.guide.introduced = True
            if said.answer == "practice":
                self.file(known, person, practice=True)
                return True
            if said.answer == "real":
                self.file(known, person, practice=False)
                return True

    def _choice_page(self, known: Sequence[Flow]) -> Page:
        return ways.practice_or_real([each.title.best(self.guide.language) for each in known])

    # ------------------------------------------------------------------ details

    def details(self, known: Sequence[Flow]) -> Profile | None:
        """The profile with what the forms need, asked where it is missing; None for "back".

        Raises `Closed`.
        """
        needed = tuple(dict.fromkeys(need for each in known for need in each.needs()))
        values, looked = dict(self.values), False
        while True:
            page = functools.partial(self._details_page, needed, dict(values), looked)
            said = self.guide.page(page)
            if said.answer != "go":
                return None
            values |= {name: said.values.get(name, "").strip() for name in needed}
            looked = True
            if not self._mistakes(needed, values):
                self.values |= values
                return Profile({k: v for k, v in self.values.items() if v})

    def _details_page(self, needed: Sequence[str], values: Mapping[str, str], looked: bool) -> Page:  # noqa: FBT001 - whether they were checked
        mistakes = self._mistakes(needed, values) if looked else {}
        return ways.details(needed, values, mistakes, self.found.language)

    def _mistakes(self, needed: Sequence[str], values: Mapping[str, str]) -> dict[str, str]:
        wrong = {}
        for name in needed:
            value = values.get(name, "")
            if name == "reason":
                wrong[name] = reasons.unfinished(value) if value else ""
            elif not value:
                wrong[name] = _("Please fill this in.")
            else:
                wrong[name] = profile.wrong(name, value)
        return {name: sentence for name, sentence in wrong.items() if sentence}

    # ------------------------------------------------------------------ filing

    def file(self, known: Sequence[Flow], person: Profile, *, practice: bool) -> None:
        """File one form after the other, and show the evidence of each. Raises `Closed`."""
        with contextlib.ExitStack() as stack:
            port = None
            if practice:
                account = person.get("email") or OWN_VALUES["email"]
                site = PracticeSite(scenario(DEFAULT), self.found.language, account_email=account)
                port = int(stack.enter_context(site).url.rpartition(":")[2])
            self._all(known, person, port, DEFAULT if practice else None)

    def _all(
        self, known: Sequence[Flow], person: Profile, port: int | None, scenario_name: str | None
    ) -> None:
        if port is None and self.found.tsa_urls is None:
            self._may_ask(choices.TIMESTAMPS)
        for number, each in enumerate(known, 1):
            more = number < len(known)
            result = self.one(each, person, port, scenario_name, more=more)
            if result is None or not self.evidence(result, more=more):
                return

    def one(
        self,
        wanted: Flow,
        person: Profile,
        port: int | None,
        scenario_name: str | None,
        *,
        more: bool,
    ) -> Result | None:
        """File *wanted*; None when an error ended it, which was shown then. Raises `Closed`.

        *more* says that another form comes after it.
        """
        stamping = filing.stamping(self.found, practice=port is not None)()
        bounds = self.guide.window.beside()
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
        self.guide.begin(Sofar(practice=port is not None))
        self.guide.ending = functools.partial(self._ending_page, more)
        self.guide.on_other = self._on_other
        try:
            result = filing.run(job, self.playwright, self.guide, self._on_window)
        except Unfinished as unfinished:
            self.results.append(unfinished.result)
            self.problem = unfinished.problem
            self.show_problem(unfinished.problem)
            return None
        except FilerError as trouble:
            self.problem = trouble
            self.show_problem(trouble)
            return None
        self.results.append(result)
        return result

    def _on_window(self, window: Window | None) -> None:
        self.guide.stop = window.interrupt if window is not None else lambda: None
        self.on_window(window or self.guide)

    def _may_ask(self, what: str) -> None:
        said = choices.remembered(self.found.choices, what)
        if said is None and self.found.choices is not None and not self.guide.window.closed:
            answer = self.guide.ask(MayAsk(what), lambda: False)
            with contextlib.suppress(OSError):
                choices.remember(self.found.choices, what, answer is Answer.YES)

    def show_problem(self, trouble: FilerError) -> None:
        """Say what went wrong and what to do. Raises `Closed`."""
        self._tell(
            lambda: _("That did not work"),
            lambda: [trouble.message, *([trouble.hint] if trouble.hint else [])],
            wrong=True,
        )

    def _tell(
        self,
        title: Callable[[], str],
        sentences: Callable[[], Sequence[str]],
        *,
        wrong: bool = False,
    ) -> None:
        self.guide.page(lambda: ways.told(title(), sentences(), wrong=wrong))

    # ------------------------------------------------------------------ the evidence

    def evidence(self, result: Result, *, more: bool) -> bool:
        """Show how it ended and what was kept; whether to go on with the next form.

        Where the form's window stood open beside it, that was shown before. Raises `Closed`.
        """
        while not self.guide.went:
            said = self.guide.page(functools.partial(self._ending_page, more, result))
            if said.answer in {"next", "home"}:
                return said.answer == "next"
            self._on_other(said.answer)
        return self.guide.went == "next"

    def _ending_page(self, more: bool, result: Result) -> Page:  # noqa: FBT001 - bound by name above
        bundle = Path(result.bundle or "")
        shown = endings.screen(result, self.guide.sofar)
        return ways.evidence(
            shown.title,
            shown.paragraphs,
            [(_("The evidence lies in"), str(bundle))] if result.bundle else [],
            tuple(_pictures(bundle)) if result.bundle else (),
            self._dates(Path(result.case)) if result.case else (),
            practice=result.scenario is not None,
            sent=self.guide.sofar.line(),
            more=more,
        )

    def _on_other(self, key: str) -> None:
        ended = self.guide.how_it_ended
        if ended is not None and ended.case and ended.bundle:
            self._open(key, Path(ended.case), Path(ended.bundle))

    def _open(self, what: str, case: Path, bundle: Path | None = None) -> None:
        match what:
            case "page":
                last = bundle or _newest(case)
                click.launch(str(last / layout.START_PAGE))
            case "folder":
                click.launch(str(case))
            case "calendar":
                self._calendar()

    def _calendar(self) -> None:
        path = self.found.evidence / "filer-dates.ics"
        now = SystemClock().now()
        try:
            stood = standing.all_cases(self.found, now)
            standing.write_calendar(path, [each.status for each in stood], now, overwrite=False)
        except FilerError as trouble:
            self.show_problem(trouble)
            return
        click.launch(str(path))

    # ------------------------------------------------------------------ cases

    def _stood(self) -> list[standing.Standing]:
        try:
            return standing.all_cases(self.found, SystemClock().now())
        except FilerError as trouble:
            self.show_problem(trouble)
            return []

    def _known(self, stood: Sequence[standing.Standing]) -> list[Known]:
        return [self._as_known(each) for each in reversed(stood)]

    def _as_known(self, stood: standing.Standing) -> Known:
        status = stood.status
        return Known(
            key=status.case.name,
            title=self._title(status.case, status.flow, practice=status.practice),
            state=state_in_words(status),
            dates=tuple(_due_dates(status.deadlines, status.today)),
            practice=status.practice,
            troubled=tuple(trouble.says for trouble in status.troubles),
        )

    def _title(self, case: Path, flow: str, *, practice: bool) -> str:
        name = layout.case_name(case.name)
        day = in_words(dt.date.fromisoformat(name.date)) if name else case.name
        title = _("Practice: {flow}, {day}") if practice else _("{flow}, {day}")
        return title.format(flow=flow.capitalize(), day=day)

    def _dates(self, case: Path) -> tuple[tuple[str, str], ...]:
        found = next((e for e in self._stood() if e.status.case == case), None)
        return tuple(_due_dates(found.status.deadlines, found.status.today)) if found else ()

    def _cases(self) -> None:
        while True:
            said = self.guide.page(functools.partial(self._cases_page, self._stood()))
            what, _colon, key = said.answer.partition(":")
            folder = self.found.evidence / key
            match what:
                case "back":
                    return
                case "shared":
                    self._shared()
                case "calendar":
                    self._calendar()
                case "add":
                    self._add(folder)
                case "complain":
                    self._complain(folder)
                case "forget":
                    self._forget(folder)
                case "page" | "folder":
                    self._open(what, folder)

    def _cases_page(self, stood: Sequence[standing.Standing]) -> Page:
        return ways.cases(self._known(stood))

    def _name_of(self, case: Path) -> str:
        name = layout.case_name(case.name)
        return self._title(case, name.flow if name else "", practice=bool(name and name.practice))

    # ------------------------------------------------------------------ adding

    def _add(self, case: Path) -> None:
        told: list[str] = []
        wrong = ""
        while True:
            page = functools.partial(self._add_page, case, tuple(told), wrong)
            said = self.guide.page(page)
            if said.answer == "back":
                return
            told, wrong = [], ""
            try:
                told = self._added(case, said)
            except FilerError as trouble:
                wrong = f"{trouble.message} {trouble.hint or ''}".strip()

    def _add_page(self, case: Path, told: Sequence[str], wrong: str) -> Page:
        return ways.add(self._name_of(case), told, wrong)

    def _added(self, case: Path, said: Said) -> list[str]:
        note = said.values.get("note", "").strip()
        where = papers.find_case(case, self.found.evidence)
        if not said.files and not note:
            return [_("Write a note first, or choose a file.")]
        told: list[str] = []
        with tempfile.TemporaryDirectory(prefix="filer-added-") as folder:
            sources: list[papers.Source | None] = []
            for name, content in said.files:
                path = Path(folder) / _file_name(name)
                path.write_bytes(content)
                sources.append(papers.look_at(path))
            for source in sources or [None]:
                result = papers.add(
                    where,
                    source,
                    note or None,
                    clock=SystemClock(),
                    resolvers=self._resolvers,
                    ask=self._ask_meaning,
                    stamps=filing.stamping(self.found, practice=where.practice),
                )
                note = ""
                told += [text for _indent, text in added_in_words(result)]
        return told

    def _resolvers(self, _names: Sequence[str]) -> Sequence[keys.Resolver]:
        if self.found.mail_dns is None:
            self._may_ask(choices.MAIL_KEYS)
        agreed = (
            self.found.mail_dns
            if self.found.mail_dns is not None
            else choices.remembered(self.found.choices, choices.MAIL_KEYS)
        )
        return keys.usual_resolvers(SystemClock(), self.found.dns_servers) if agreed else ()

    def _ask_meaning(self, read: MailReading) -> str | None:
        def page() -> Page:
            options = [(kind, meaning_in_words(kind)) for kind in meanings.KINDS]
            return ways.meaning(why_unclear(read.meaning.why), options, "")

        said = self.guide.page(page).values.get("meaning", "")
        return said if said in meanings.KINDS else None

    # ------------------------------------------------------------------ complaining

    def _complain(self, case: Path) -> None:
        values = dict(self.values)
        values.setdefault("to", _authority_for(values))
        looked, wrong = False, ""
        while True:
            page = functools.partial(self._complain_page, case, dict(values), looked, wrong)
            said = self.guide.page(page)
            if said.answer != "go":
                return
            values |= {name: value.strip() for name, value in said.values.items()}
            looked, wrong = True, ""
            if _lacking(values):
                continue
            self.values |= {k: v for k, v in values.items() if k != "to"}
            try:
                self._complained(case, values)
            except FilerError as trouble:
                wrong = f"{trouble.message} {trouble.hint or ''}".strip()
                continue
            return

    def _complain_page(
        self,
        case: Path,
        values: Mapping[str, str],
        looked: bool,  # noqa: FBT001 - whether they were checked
        wrong: str,
    ) -> Page:
        mistakes = _lacking(values) if looked else {}
        return ways.complain(self._name_of(case), _authorities(), values, mistakes, wrong)

    def _complained(self, case: Path, values: Mapping[str, str]) -> None:
        self.guide.wait_with(
            _("Making your complaint"), _("filer checks the evidence and sets the pages.")
        )
        on = complaining.basis(str(case), values["to"], self.found)
        person = Profile({k: v for k, v in values.items() if v and k != "to"})
        person = complaining.with_what_is_known(on, person)
        clock = SystemClock()
        about = complaining.matter(on, person, clock.now())
        made = complaining.dossiers(about)
        out = handing_in.write(
            about,
            made,
            complaining.answers(about, made, person),
            _downloads(),
            clock=clock,
            stamps=filing.stamping(self.found, practice=on.practice),
        )

        def page() -> Page:
            told = [*complaining.before(about), *complaining.afterwards(out)]
            return ways.complained(told, practice=on.practice)

        while self.guide.page(page).answer == "folder":
            click.launch(str(out.folder))

    # ------------------------------------------------------------------ deleting

    def _forget(self, case: Path) -> None:
        try:
            lost = forget.loss(str(case), self.found.evidence)
            said = self.guide.page(lambda: ways.forget(tuple(lost.sentences())))
            if said.answer == "delete":
                forget.forget(lost.case.path)
        except FilerError as trouble:
            self.show_problem(trouble)

    def _shared(self) -> None:
        def page() -> Page:
            cases = len(reading.case_folders(self.found.evidence))
            kept = self.found.choices
            return ways.shared(
                [
                    (_("Your cases"), f"{cases}, {self.found.evidence}"),
                    *([(_("Your answers to filer"), str(kept))] if kept and kept.exists() else []),
                ]
            )

        while True:
            said = self.guide.page(page)
            if said.answer == "folder":
                click.launch(str(self.found.evidence))
                continue
            if said.answer == "remove":
                self._remove_everything()
            return

    def _remove_everything(self) -> None:
        left: list[str] = []
        for case in reading.case_folders(self.found.evidence):
            try:
                forget.forget(case)
            except FilerError as trouble:
                left.append(f"{case.name}: {trouble.message}")
        if self.found.choices is not None:
            self.found.choices.unlink(missing_ok=True)
        self._tell(
            lambda: _("What filer kept here is removed") if not left else _("Not all is removed"),
            lambda: left or [_("There is no case and no answer of yours left in filer's folders.")],
            wrong=bool(left),
        )


# --------------------------------------------------------------------------- small things


def _due_dates(found: Sequence[deadlines.Deadline], today: dt.date) -> Iterator[tuple[str, str]]:
    for each in found:
        yield each.title, f"{in_words(each.day)} ({from_today(each.day, today)})"


def _pictures(bundle: Path) -> Iterator[Picture]:
    shots = bundle / layout.DATA / "shots"
    for path in sorted(shots.glob("*.png"))[:_MOST_PICTURES] if shots.is_dir() else ():
        small = thumbnail(path.read_bytes())
        if small is not None:
            source = base64.b64encode(small.jpeg).decode()
            words = path.stem.partition("-")[2].replace("-", " ")
            yield Picture(f"data:image/jpeg;base64,{source}", words)


def _newest(case: Path) -> Path:
    return reading.bundles_in(case)[-1]


def _file_name(name: str) -> str:
    """*name* as a plain file name that keeps its ending."""
    base = name.replace("\\", "/").rpartition("/")[2].replace("\0", "")
    return base[-120:] if base.strip(". ") else "file"


def _authorities() -> list[tuple[str, str]]:
    return [(each.slug, each.name.splitlines()[0]) for each in authorities.everyone()]


def _authority_for(values: Mapping[str, str]) -> str:
    try:
        return authorities.find("", values.get("country") or "nl", values.get("region")).slug
    except FilerError:
        return authorities.LEAD


def _lacking(values: Mapping[str, str]) -> dict[str, str]:
    wrong = {
        name: _("Please fill this in.") for name in ("name", "address") if not values.get(name)
    }
    if sentence := profile.wrong("email", values.get("email", "")):
        wrong["email"] = sentence
    return wrong


def _downloads() -> Path:
    """Where a person looks for what a program made: their folder for downloads, else their home."""
    return next((p for p in (Path.home() / "Downloads", Path.home()) if p.is_dir()), Path.cwd())
