"""What the guide does with cases: show them, add to them, complain, write letters, delete.

Nothing here is said twice: the terminal's commands do the same with the same parts.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from filer import choices, complaining, corresponding, filing, freshness, profile, standing
from filer.clock import SystemClock
from filer.complaint import authorities, deadlines, directory, handing_in, writing
from filer.complaint.advice import state_in_words
from filer.complaint.days import from_today, in_words
from filer.complaint.dossier import Matter
from filer.complaint.handing_in import HandedOut
from filer.errors import FilerError
from filer.evidence import forget, keys, layout, meanings, papers, reading
from filer.evidence.mail import MailReading
from filer.evidence.reading import BundleReading, CaseReading
from filer.human import reasons
from filer.human.added import beginning, meaning_in_words, why_unclear
from filer.human.added import lines as added_in_words
from filer.human.guide import ways
from filer.human.guide.guide import Guide, Said
from filer.human.guide.opening import Launch, Opening
from filer.human.guide.page import Page
from filer.human.guide.ways import Known
from filer.human.guide.window import LARGEST_FILE
from filer.human.shown import inline
from filer.ports import Answer, MayAsk
from filer.profile import Profile
from filer.settings import Settings
from filer.words import _, command


def tell(
    guide: Guide,
    title: Callable[[], str],
    sentences: Callable[[], Sequence[str]],
    *,
    wrong: bool = False,
) -> None:
    """Show something to be read, until the person goes on. Raises `Closed`."""
    guide.page(lambda: ways.told(title(), sentences(), wrong=wrong))


def show_problem(guide: Guide, trouble: FilerError) -> None:
    """Say what went wrong and what to do. Raises `Closed`."""
    tell(
        guide,
        lambda: _("That did not work"),
        lambda: [trouble.message, *([trouble.hint] if trouble.hint else [])],
        wrong=True,
    )


def may_ask(guide: Guide, found: Settings, what: str) -> None:
    """Ask once whether filer may ask somebody beyond the form, and keep the answer."""
    said = choices.remembered(found.choices, what)
    if said is None and found.choices is not None and not guide.window.closed:
        answer = guide.ask(MayAsk(what), lambda: False)
        with contextlib.suppress(OSError):
            choices.remember(found.choices, what, answer is Answer.YES)


def downloads() -> Path:
    """Where a person looks for what a program made: their folder for downloads, else their home."""
    return next((p for p in (Path.home() / "Downloads", Path.home()) if p.is_dir()), Path.cwd())


_CALENDAR = "filer-dates.ics"
_ANSWERS = "answers.txt"
_COMPLAINT = re.compile(r"(practice-)?\d{4}-\d\d-\d\d-complaint-[a-z0-9-]+")


@dataclass
class Tending:
    """One person with their cases. *values* is what they told so far, kept while the guide runs.

    Letters and complaints go to *downloads*; *made* are those of this run.
    """

    guide: Guide
    found: Settings
    launch: Launch
    values: dict[str, str]
    downloads: Path
    made: list[Path] = field(default_factory=list)

    def place(self, what: str, case: Path, bundle: Path | None = None) -> Path | None:
        """The start page of *bundle* or the newest one, the folder, or the dates; else None.

        Raises `FilerError` when the calendar file cannot be written.
        """
        match what:
            case "page":
                return (bundle or _newest(case)) / layout.START_PAGE
            case "folder":
                return case
            case "calendar":
                return self.calendar()
            case _:
                return None

    def calendar(self) -> Path:
        """Write what is due as a calendar file; where it lies. Raises `FilerError`."""
        path = self.found.evidence / _CALENDAR
        now = SystemClock().now()
        stood = standing.all_cases(self.found, now)
        standing.write_calendar(path, [each.status for each in stood], now, overwrite=False)
        return path

    def _folder(self, path: Path) -> Opening:
        """For a page that opens one folder."""
        return Opening(self.launch, lambda key: path if key == "folder" else None)

    # ------------------------------------------------------------------ cases

    def stood(self) -> list[standing.Standing]:
        """Where every case stands now. Raises `Closed`."""
        try:
            return standing.all_cases(self.found, SystemClock().now())
        except FilerError as trouble:
            show_problem(self.guide, trouble)
            return []

    def known(self, stood: Sequence[standing.Standing]) -> list[Known]:
        """The cases as the guide lists them, the newest first."""
        return [self._as_known(each) for each in sorted(stood, key=_begun, reverse=True)]

    def last(self, stood: Sequence[standing.Standing]) -> str:
        """That the person stopped the last time, if that was so and the log says it; or nothing."""
        filings = [(b.started, b, e) for e in stood for b in e.read.bundles if b.kind == "filing"]
        if not filings:
            return ""
        _started, bundle, each = max(filings, key=lambda found: found[0])
        if bundle.outcome != "stopped" or bundle.sent is not False or not bundle.sealed:
            return ""
        return _(
            "Last time you stopped, or closed the window, before the end: {title}. Nothing was "
            "sent."
        ).format(title=self._title(each.read))

    def _as_known(self, stood: standing.Standing) -> Known:
        status = stood.status
        return Known(
            key=status.case.name,
            title=self._title(stood.read),
            state=state_in_words(status),
            dates=() if status.practice else tuple(_due_dates(status.deadlines, status.today)),
            practice=status.practice,
            troubled=tuple(trouble.says for trouble in status.troubles),
            complains=not all(_came_to_nothing(bundle) for bundle in stood.read.bundles),
        )

    def _title(self, case: CaseReading) -> str:
        day, time = in_words(dt.date.fromisoformat(case.date)), ""
        with contextlib.suppress(IndexError, ValueError):
            begun = dt.datetime.fromisoformat(case.bundles[0].started).astimezone()
            day, time = in_words(begun.date()), f"{begun:%H:%M}"
        title = _("Practice: {flow}, {day}") if case.practice else _("{flow}, {day}")
        said = title.format(flow=case.flow.capitalize(), day=day)
        return _("{case}, {time}").format(case=said, time=time) if time else said

    def dates(self, case: Path) -> tuple[tuple[str, str], ...]:
        """What is due in *case*, and when. Raises `Closed`."""
        found = next((e for e in self.stood() if e.status.case == case), None)
        return tuple(_due_dates(found.status.deadlines, found.status.today)) if found else ()

    def cases(self) -> None:
        """All cases and what can be done with them. Raises `Closed`."""
        while True:
            said = self.guide.page(
                functools.partial(self._cases_page, self.stood()),
                Opening(self.launch, self._place_of_a_case),
            )
            what, _colon, key = said.answer.partition(":")
            folder = self.found.evidence / key
            match what:
                case "back":
                    return
                case "shared":
                    self._shared()
                case "add":
                    self._add(folder)
                case "complain":
                    self._complain(folder)
                case "forget":
                    self._forget(folder)

    def _place_of_a_case(self, key: str) -> Path | None:
        what, _colon, name = key.partition(":")
        return self.place(what, self.found.evidence / name)

    def _cases_page(self, stood: Sequence[standing.Standing]) -> Page:
        return ways.cases(self.known(stood))

    def _name_of(self, case: Path) -> str:
        read = reading.read_case(case)
        return self._title(read) if read else case.name

    # ------------------------------------------------------------------ adding

    def _add(self, case: Path) -> None:
        told: list[str] = []
        wrong, note = "", ""
        while True:
            said = self.guide.page(functools.partial(self._add_page, case, told, wrong, note))
            if said.answer == "back":
                return
            try:
                told, troubles = self._added(case, said)
            except FilerError as trouble:
                told, troubles = [], [f"{trouble.message} {trouble.hint or ''}".strip()]
            wrong = " ".join(troubles)
            note = said.values.get("note", "") if troubles else ""

    def _add_page(self, case: Path, told: Sequence[str], wrong: str, note: str) -> Page:
        return ways.add(self._name_of(case), tuple(told), wrong, note)

    def _added(self, case: Path, said: Said) -> tuple[list[str], list[str]]:
        """Add what was given; what to say of it, and what went wrong."""
        note = said.values.get("note", "").strip()
        told: list[str] = []
        wrong: list[str] = []
        if not said.files and not note:
            return [], [_("Write a note first, or choose a file.")]
        with tempfile.TemporaryDirectory(prefix="filer-added-") as folder:
            for number, (name, content) in enumerate(said.files):
                if content is None:
                    wrong.append(too_large(name))
                    continue
                path = Path(folder) / str(number) / file_name(name)
                try:
                    path.parent.mkdir()
                    path.write_bytes(content)
                    told += self._add_one(case, papers.look_at(path), note)
                    note = ""
                except FilerError as trouble:
                    wrong.append(f"{inline(name)}: {trouble.message} {trouble.hint or ''}".strip())
                except OSError as trouble:
                    wrong.append(f"{inline(name)}: {trouble.strerror or trouble}")
        if not said.files:
            told += self._add_one(case, None, note)
        return told, wrong

    def _add_one(self, case: Path, source: papers.Source | None, note: str) -> list[str]:
        where = papers.find_case(case, self.found.evidence)
        result = papers.add(
            where,
            source,
            note or None,
            clock=SystemClock(),
            resolvers=self._resolvers,
            ask=self._ask_meaning,
            stamps=filing.stamping(self.found, practice=where.practice),
        )
        return [text for _indent, text in added_in_words(result)]

    def _resolvers(self, _names: Sequence[str]) -> Sequence[keys.Resolver]:
        if self.found.mail_dns is None:
            may_ask(self.guide, self.found, choices.MAIL_KEYS)
        agreed = (
            self.found.mail_dns
            if self.found.mail_dns is not None
            else choices.remembered(self.found.choices, choices.MAIL_KEYS)
        )
        return keys.usual_resolvers(SystemClock(), self.found.dns_servers) if agreed else ()

    def _ask_meaning(self, read: MailReading) -> str | None:
        def page() -> Page:
            options = [(kind, meaning_in_words(kind)) for kind in meanings.KINDS]
            return ways.meaning(why_unclear(read.meaning.why), options, beginning(read.text))

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
        return ways.complain(self._name_of(case), directory.offices(), values, mistakes, wrong)

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
            self.downloads,
            clock=clock,
            stamps=filing.stamping(self.found, practice=on.practice),
        )

        self.made.append(out.folder)

        def page() -> Page:
            return ways.complained(
                [*complaining.before(about), *_early_word(about)],
                tuple(_steps(out)),
                str(out.folder),
                practice=on.practice,
            )

        self.guide.page(page, self._folder(out.folder))

    # ------------------------------------------------------------------ deleting

    def _forget(self, case: Path) -> None:
        try:
            lost = forget.loss(str(case), self.found.evidence)
            said = self.guide.page(
                lambda: ways.forget((*_without_commands(lost), *self._what_stays(case))),
                self._folder(case),
            )
            if said.answer == "delete":
                forget.forget(lost.case.path)
        except FilerError as trouble:
            show_problem(self.guide, trouble)

    def _what_stays(self, case: Path) -> Iterator[str]:
        """The papers of complaints about *case* that lie outside of it."""
        made = {_held(path) for path in case.glob(f"*/{layout.DATA}/complaint/{_ANSWERS}")}
        for folder in self._made_here():
            if (held := _held(folder / _ANSWERS)) and held in made:
                yield _(
                    "The papers of your complaint stay; your name and address are in them: "
                    "{folder}. Delete that folder yourself if you need it no more."
                ).format(folder=folder)

    def _shared(self) -> None:
        said = self.guide.page(
            lambda: ways.shared(self._lies_here()), self._folder(self.found.evidence)
        )
        if said.answer == "remove":
            self._remove_everything()

    def _lies_here(self) -> list[tuple[str, str]]:
        """What filer left on this computer: what it is, and where."""
        cases, kept = len(reading.case_folders(self.found.evidence)), self._kept()
        calendar = self.found.evidence / _CALENDAR
        return [
            (_("Your cases"), f"{cases}, {self.found.evidence}"),
            *((_("Your answers to filer"), str(path)) for path in kept if path.exists()),
            *([(_("The calendar file"), str(calendar))] if calendar.exists() else []),
            *((_("Made for you"), str(path)) for path in self._made_here()),
        ]

    def _kept(self) -> tuple[Path, ...]:
        """The person's choices, and beside them when each form was last tried."""
        file = self.found.choices
        runs = freshness.beside(file)
        return (file, runs) if file and runs else ()

    def _made_here(self) -> list[Path]:
        """Letters and complaints that filer made here, now or before."""
        before: list[Path] = []
        with contextlib.suppress(OSError):  # a system may keep its downloads to itself
            before = list(self.downloads.iterdir())
        named = (path for path in before if _COMPLAINT.fullmatch(path.name) and path.is_dir())
        found = (*self.made, *(path for path in named if (path / _ANSWERS).is_file()))
        return sorted({path for path in found if path.exists()})

    def _remove_everything(self) -> None:
        left: list[str] = []
        for case in reading.case_folders(self.found.evidence):
            try:
                forget.forget(case)
            except FilerError as trouble:
                left.append(f"{case.name}: {trouble.message}")
        kept = self._kept()
        files = (*kept, self.found.evidence / _CALENDAR, *self._made_here())
        for path in files:
            try:
                _remove(path)
            except OSError as trouble:
                left.append(f"{path}: {trouble.strerror}")
        for folder in dict.fromkeys((self.found.evidence, *(path.parent for path in kept))):
            with contextlib.suppress(OSError):  # it holds what filer did not put there
                folder.rmdir()
        tell(
            self.guide,
            lambda: _("What filer kept here is removed") if not left else _("Not all is removed"),
            lambda: left or [_("There is no case and no answer of yours left in filer's folders.")],
            wrong=bool(left),
        )

    # ------------------------------------------------------------------ letters

    def whatsapp(self) -> None:
        """What is known about WhatsApp, and a letter to it. Raises `Closed`."""

        def page() -> Page:
            about = corresponding.about_whatsapp()
            return ways.whatsapp([(h, [each.sentence for each in part]) for h, part in about])

        while self.guide.page(page).answer == "letter":
            self.letter("whatsapp")

    def letter(self, platform: str) -> None:
        """Ask what the letter to *platform* needs, and write it. Raises `Closed`."""
        about = corresponding.matter("objection", platform, self.found.evidence)
        looked = False
        while True:
            said = self.guide.page(functools.partial(self._letter_page, about, looked))
            if said.answer != "go":
                return
            self.values |= {name: value.strip() for name, value in said.values.items()}
            looked = True
            if self._lacking_for(about):
                continue
            try:
                self._written(about)
            except FilerError as trouble:
                show_problem(self.guide, trouble)
                continue
            return

    def _letter_page(self, about: corresponding.Matter, looked: bool) -> Page:  # noqa: FBT001 - whether they were checked
        why = {name: corresponding.why(name) for name in corresponding.needs(about)}
        why["reason"] = _(
            "What is your own situation? The law speaks of it (Article 21(1) GDPR), so one or two "
            "sentences make you stronger. You can leave it empty."
        )
        titles = {
            "whatsapp": _("A letter to WhatsApp"),
            "no-account": _("A letter, for people without an account"),
        }
        title = titles.get(about.platform, _("A letter to Meta"))
        return ways.letter(title, self.values, why, self._lacking_for(about) if looked else {})

    def _lacking_for(self, about: corresponding.Matter) -> dict[str, str]:
        wrong = {
            name: _("Please fill this in.")
            if not self.values.get(name)
            else profile.wrong(name, self.values[name])
            for name in corresponding.needs(about)
        }
        wrong["reason"] = reasons.unfinished(self.values.get("reason", "")) or ""
        return {name: sentence for name, sentence in wrong.items() if sentence}

    def _written(self, about: corresponding.Matter) -> None:
        clock = SystemClock()
        today = clock.now().astimezone().date()
        person = Profile({name: value for name, value in self.values.items() if value})
        language = corresponding.language_of(self.found.language)
        out = writing.write(
            corresponding.letter(about, person, today, language),
            self.downloads,
            flow=about.platform,
            clock=clock,
        )
        self.made += [out.pdf, out.text]

        def page() -> Page:
            return ways.written(list(corresponding.afterwards(about, out, person)))

        self.guide.page(page, self._folder(out.pdf.parent))


# --------------------------------------------------------------------------- small things


def _due_dates(found: Sequence[deadlines.Deadline], today: dt.date) -> Iterator[tuple[str, str]]:
    for each in found:
        yield each.title, f"{in_words(each.day)} ({from_today(each.day, today)})"


def _begun(stood: standing.Standing) -> str:
    return stood.read.bundles[0].started if stood.read.bundles else stood.read.date


def _came_to_nothing(bundle: BundleReading) -> bool:
    """Whether the person stopped before anything was sent, or it was a replay."""
    stopped = bundle.outcome in {"stopped", "interrupted"} and bundle.sent is False
    return bundle.kind == "replay" or (bundle.kind == "filing" and stopped)


def _early_word(about: Matter) -> Iterator[str]:
    if about.recorded.practice:
        yield _("This is practice: each page says so. Do not hand it in.")
    yield _("This is no legal advice.")


def _steps(out: HandedOut) -> Iterator[str]:
    """What to do with the papers of a complaint, one after the other."""
    full = [handing_in.pdf_name(each) for each in out.dossiers if not each.light]
    light = [handing_in.pdf_name(each) for each in out.dossiers if each.light]
    authority = out.matter.authority
    yield _(
        "Read {full}. It is the complaint with everything in it: your name, your address and all "
        "that is in the case. Its part 6 says what it does not show."
    ).format(full=", ".join(full))
    name = authority.name.splitlines()[0]
    if authority.form:
        yield _("Open the form of {name} in your own browser: {form}").format(
            name=name, form=authority.form
        )
    elif authority.email:
        yield _("Write an e-mail to {name}: {email}").format(name=name, email=authority.email)
    else:
        yield _("Print {light}, sign it, and post it to {name}: {post}").format(
            light=light[0], name=name, post=", ".join(authority.post.splitlines())
        )
    yield _(
        "Copy your answers from {answers}, and add {full}. If that is too large, take {light}. The "
        "other files are the same things one by one, if single files are asked for."
    ).format(answers=_ANSWERS, full=", ".join(full), light=", ".join(light))
    yield _("When you have handed it in, add a note to your case that says so, with the day.")


def _newest(case: Path) -> Path:
    return reading.bundles_in(case)[-1]


def file_name(name: str) -> str:
    """*name* as a plain file name that keeps its ending."""
    base = name.replace("\\", "/").rpartition("/")[2].replace("\0", "")
    return base[-120:] if base.strip(". ") else "file"


def _authority_for(values: Mapping[str, str]) -> str:
    """The person's own authority; empty when they did not say where they live."""
    try:
        return authorities.find("", values.get("country"), values.get("region")).slug
    except FilerError:
        return ""


def _lacking(values: Mapping[str, str]) -> dict[str, str]:
    wrong = {
        name: _("Please fill this in.") for name in ("name", "address") if not values.get(name)
    }
    if not values.get("to"):
        wrong["to"] = _("Please choose one.")
    checked = ("email", "phone") if values.get("phone") else ("email",)
    wrong |= {name: s for name in checked if (s := profile.wrong(name, values.get(name, "")))}
    return wrong


def too_large(name: str) -> str:
    """That the file called *name* was not taken, and why."""
    return _(
        "{name} was not added: it could not be read, or it is larger than {size} megabytes."
    ).format(name=inline(name), size=LARGEST_FILE >> 20)


def _without_commands(lost: forget.Loss) -> Iterator[str]:
    """What will be lost; a command to type is for the terminal, here there is a button."""
    return (each for each in lost.sentences() if f"{command()} export" not in each)


def _held(path: Path) -> bytes:
    """What is in the file at *path*; nothing where it is not there, or cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
