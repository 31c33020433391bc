"""The start page of a bundle: `README.html`, one file, in every language, that needs nothing else.

No script, nothing from any network, and everything that comes from the bundle is escaped: the page
of a stranger's bundle is only something to read. The same bundle gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import jinja2
from markupsafe import Markup

from filer.evidence import claims, happened, layout
from filer.evidence.claims import Answer
from filer.evidence.happened import BAD
from filer.evidence.reading import files_named
from filer.evidence.story import Line, Picture, Stamp, Story, read_story, short
from filer.words import NAMES, _, ngettext, speaking

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("filer.evidence", "pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def start_page(bundle: Path) -> bytes:
    """The page for *bundle*, which is about to be sealed: its log and files are all there is.

    Raises `OSError`. A fault of ours in it does not: the page then says that it could not be made.
    """
    try:
        return _page(read_story(bundle))
    except OSError:
        raise
    except Exception as bug:  # noqa: BLE001 - evidence is not left unsealed over its start page
        return _without_page(bug)


def _page(story: Story) -> bytes:
    style = files("filer.evidence").joinpath("pages/start.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    articles = []
    order = sorted(NAMES, key=lambda language: language != story.speaks)
    for language in order:
        with speaking(language):
            articles.append(_article(story, language))
    page = _ENVIRONMENT.get_template("start.html").render(
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=digest,
        title=articles[0]["title"],
        practice=story.practice,
        articles=articles,
        names=NAMES,
        order=order,
    )
    return page.encode("utf-8", "backslashreplace")


def _without_page(bug: Exception) -> bytes:
    what = html.escape(type(bug).__name__)
    return (
        '<!doctype html>\n<html lang="nl"><meta charset="utf-8"><title>filer</title>\n'
        "<h1>filer</h1>\n"
        f"<p>Deze startpagina kon niet worden gemaakt ({what}). Het bewijs in deze map is er wel; "
        "VERIFY.txt zegt hoe u het controleert.</p>\n"
        f'<p lang="en">This start page could not be made ({what}). The evidence in this folder is '
        "there; VERIFY.txt says how to check it.</p>\n</html>\n"
    ).encode()


# --------------------------------------------------------------------------- the article


def _article(story: Story, language: str) -> dict[str, object]:
    """Everything the template shows of *story* in one language."""
    number_of = {picture.path: n for n, picture in enumerate(story.pictures, start=1)}
    return {
        "language": language,
        "title": _title(story),
        "about": _about(story, language),
        "practice": _practice(story),
        "stand_in": bool(story.stand_in),
        "follow_up": story.kind in layout.FOLLOW_UPS,
        "ending": claims.ending(story),
        "facts": list(_facts(story)),
        "missing": list(dict.fromkeys(claims.missing(story))),
        "pictures": [_picture(story, picture) for picture in story.pictures],
        "more_pictures": _more(story.more_pictures),
        "form": _form(story),
        "steps": list(_steps(story, number_of)),
        "times": _times(story),
        "addresses": _("In practice, this computer itself answers for the addresses of Meta.")
        if story.practice and story.kind not in layout.FOLLOW_UPS
        else "",
        "stamps": [_stamp(stamp) for stamp in story.stamps],
        "mail": _mail(story),
        "paper": list(_paper(story)),
        "note": story.note,
        "shows": list(claims.shows(story)),
        "shows_not": list(claims.shows_not(story)),
        "answers": [_answer(answer) for answer in claims.answers(story)],
        "checks": list(_checks(story)),
        "files": list(_files(story)),
        "more_files": _more(story.more_files),
        "words": _words(),
    }


def _title(story: Story) -> str:
    titles = {
        "filing": _("Record of an objection to AI at Meta"),
        "replay": _("Record of a replay: earlier steps, shown again"),
        "mail": _("An e-mail that was added to this case"),
        "paper": _("A paper that was added to this case"),
        "note": _("A note that was added to this case"),
        "letter": _("A letter in this case"),
        "complaint": _("A complaint in this case"),
    }
    if story.practice and story.kind == "filing":
        return _("Record of a practice: nothing was sent to Meta")
    return titles.get(story.kind, _("Record of filer: %(kind)s") % {"kind": story.kind or "?"})


def _about(story: Story, language: str) -> str:
    return story.titles.get(language) or story.titles.get("en") or story.flow or "?"


def _practice(story: Story) -> tuple[str, ...]:
    """What a reader must know first when this is no real filing."""
    said: tuple[str, ...] = ()
    if story.practice:
        said = (
            _("This is practice. Nothing in this folder was sent to Meta."),
            _("The form was a copy on this computer. This is no evidence of an objection."),
        )
        if story.stand_in:
            said = (*said, _("A program played the person; on this page it is called stand-in."))
    if story.kind == "replay":
        said = (_("This is a replay. Nothing could leave the window."), *said)
    return said


def _facts(story: Story) -> Iterator[tuple[str, str]]:
    yield _("Case"), story.case
    yield _("This folder"), story.bundle
    first, last = (story.lines[0], story.lines[-1]) if story.lines else (None, None)
    if first and last:
        yield _("Began"), _moment(story, first.t)
        yield _("Last line of the log"), _moment(story, last.t)
    if sent := claims.sent_in_words(story):
        yield _("Sent"), sent
    closed = story.closed
    refused = closed.count("refused_requests") if closed else None
    if refused:
        held = ngettext("%(count)s request of the page", "%(count)s requests of the page", refused)
        yield _("Held back by filer"), held % {"count": refused}
    begun = story.begun
    if begun and begun.text("agent"):
        browser = story.versions.get("browser", "")
        yield _("Made with"), ", ".join(filter(None, (begun.text("agent"), browser)))
    if story.scenario:
        yield _("Practice scenario"), story.scenario


def _moment(story: Story, t: str) -> str:
    """A time of the log in words: the day, the local time with its zone, and UTC."""
    local = story.local(t)
    if local is None:
        return t
    zone = str(story.zone) if story.zone else "UTC"
    shown = f"{local:%Y-%m-%d %H:%M:%S} {zone}"
    if not local.utcoffset():
        return shown
    return f"{shown} = {t[:10]} {t[11:19]} UTC"


def _more(count: int) -> str:
    return _("And %(n)s more, which are not on this page.") % {"n": count} if count else ""


# --------------------------------------------------------------------------- pictures and form


def _picture(story: Story, picture: Picture) -> dict[str, object]:
    path = f"{layout.DATA}/{picture.path}"
    small = picture.thumbnail
    name = happened.capture_in_words(picture.line.called)
    when = _moment(story, picture.line.t)
    states = {
        "unreadable": _("This picture cannot be shown here."),
        "missing": _("This picture is not there."),
        "changed": _("This picture is not the one that the log names."),
        "withdrawn": _("This picture was taken out again."),
    }
    reachable = layout.is_safe(path) and picture.state not in {"missing", "withdrawn"}
    return {
        "name": name,
        "alt": _("Picture: %(name)s. Taken at %(time)s.") % {"name": name, "time": when},
        "source": f"data:image/jpeg;base64,{base64.b64encode(small.jpeg).decode()}"
        if small
        else "",
        "width": small.width if small else 0,
        "height": small.height if small else 0,
        "problem": states.get(picture.state, ""),
        "link": path if reachable else "",
        "path": short(path),
        "when": when,
        "address": picture.line.text("address"),
        "hash": short(picture.sha256[:16], 16),
        "line": picture.line.number,
    }


def _form(story: Story) -> dict[str, object] | None:
    form = story.form
    if form is None:
        return None
    confirmed = claims.confirmed_line(story)
    path = f"{layout.DATA}/{form.path}"
    by = {"person": _("the person")}
    said = ""
    if confirmed and claims.confirmed_agrees(story):
        who = _person(story)
        said = _("Confirmed at %(time)s by: %(who)s. Exactly these values: the hash agrees.") % {
            "time": _moment(story, confirmed.t),
            "who": who,
        }
    elif confirmed and not confirmed.text("hash"):
        said = _("Confirmed at %(time)s; the log names no hash of the values.") % {
            "time": _moment(story, confirmed.t)
        }
    elif not confirmed:
        said = _("Nobody confirmed these values.")
    return {
        "rows": [
            {
                "label": row.label or row.name or "?",
                "value": row.value,
                "by": by.get(row.filled_by, _("filer") if row.filled_by else _("the page")),
            }
            for row in form.rows
        ],
        "more": _more(form.more),
        "said": said,
        "differs": claims.confirmed_differs(story),
        "hash": confirmed.text("hash") if confirmed else "",
        "link": path if layout.is_safe(path) else "",
        "path": short(path),
        "when": _moment(story, form.line.t),
    }


def _person(story: Story) -> str:
    return _("stand-in") if story.stand_in else _("person")


# --------------------------------------------------------------------------- the timeline


def _times(story: Story) -> str:
    if story.zone is None:
        return _("Times are in UTC, by the clock of this computer.")
    if not story.zone.offset:
        return _("Times are in %(zone)s, by the clock of this computer.") % {
            "zone": story.zone.name
        }
    return _(
        "Times are in the time zone of this computer, %(zone)s, by its own clock; UTC stands below."
    ) % {"zone": story.zone.name}


def _steps(story: Story, number_of: Mapping[str, int]) -> Iterator[dict[str, object]]:
    told = 0
    day = ""
    for step in happened.told(story.lines):
        first, last = step.lines
        if first.number > told + 1:
            yield {
                "gap": _("Lines %(first)s to %(last)s are not on this page. They are in the log.")
                % {"first": told + 1, "last": first.number - 1}
            }
        told = last.number
        local = story.local(first.t)
        today = f"{local:%Y-%m-%d}" if local else ""
        yield {
            "gap": "",
            "day": today if today != day else "",
            "iso": first.t,
            "local": f"{local:%H:%M:%S}" if local else first.t,
            "utc": f"{first.t[11:19]} UTC" if story.zone and story.zone.offset else "",
            "person": first.by_person,
            "who": _person(story) if first.by_person else _("filer"),
            "sentence": step.sentence,
            "more": list(step.more),
            "weight": step.weight,
            "bad": step.weight == BAD,
            "line": _lines(first, last),
            "pictures": _pictures_of(first, number_of),
        }
        day = today
    if story.last > told:
        yield {
            "gap": _("Lines %(first)s to %(last)s are not on this page. They are in the log.")
            % {"first": told + 1, "last": story.last}
        }
    if story.broken is not None:
        yield {
            "gap": _("From line %(number)s on the log cannot be read as filer writes it.")
            % {"number": story.broken}
        }


def _lines(first: Line, last: Line) -> str:
    if first.number == last.number:
        return _("line %(n)s") % {"n": first.number}
    return _("lines %(first)s to %(last)s") % {"first": first.number, "last": last.number}


def _pictures_of(line: Line, number_of: Mapping[str, int]) -> list[int]:
    if line.event != "captured":
        return []
    paths = [ref.path for ref in files_named(line.data)]
    return [number_of[path] for path in paths if path in number_of]


# --------------------------------------------------------------------------- time and mail


def _stamp(stamp: Stamp) -> dict[str, object]:
    states = {
        "missing": _("The file is not there."),
        "changed": _("The file is not the one that the log names."),
    }
    accuracy = stamp.accuracy_ms
    return {
        "moment": claims.moment_in_words(stamp.moment),
        "time": happened.stamp_time(stamp.gen_time),
        "accuracy": "" if accuracy is None else f"± {accuracy / 1000:g} s",
        "authority": stamp.authority,
        "lines": _("lines 1 to %(n)s") % {"n": stamp.lines},
        "root": _("root known before") if stamp.pinned else _("root unchecked"),
        "pinned": stamp.pinned,
        "problem": states.get(stamp.state, ""),
        "link": stamp.token if stamp.state != "missing" and layout.is_safe(stamp.token) else "",
        "token": stamp.token,
    }


def _mail(story: Story) -> dict[str, object] | None:
    """Who signed an e-mail, what is proven by that and what not, and what it means."""
    if not story.mail:
        return None
    domain = claims.proven_by(story)
    said = [
        _("A right signature of %(domain)s covers the headers called proven.") % {"domain": domain}
        if domain
        else _("No right signature proves who sent this e-mail.")
    ]
    if domain and story.mail.get("from_meta") is True:
        said.append(_("That is one of Meta's domains."))
    if domain and story.mail.get("text_proven") is True:
        said.append(_("The text is covered too."))
    said.append(_meaning(story.mail))
    if not domain or story.mail.get("from_meta") is not True:
        said.append(_("That Meta wrote it is not proven."))
    not_proven = _pairs(story.mail.get("not_proven"))
    return {
        "said": said,
        "good": bool(domain),
        "proven": _pairs(story.mail.get("proven")),
        # The signatures themselves stand below, with what came of each.
        "not_proven": [pair for pair in not_proven if pair[0].lower() != "dkim-signature"],
        "signatures": [_signature(each) for each in story.signatures],
        **_mail_text(story),
    }


def _mail_text(story: Story) -> dict[str, object]:
    """The text of an e-mail, who says that it is theirs, and what to know about it."""
    text = story.mail_text
    if text is None:
        lost = _("The text cannot be shown here. It is in the file, as it came.")
        return {"text": "", "quoted": "", "text_proven": False, "about_text": [lost]}
    proven = bool(claims.proven_by(story)) and story.mail.get("text_proven") is True
    about = [
        _("%(domain)s says this: its signature covers the text.")
        % {"domain": claims.proven_by(story)}
        if proven
        else _("No right signature covers this text: anybody can have written it.")
    ]
    if text.html:
        about.append(_("It is taken out of HTML; pictures and layout are left out."))
    if text.another:
        about.append(_("The same e-mail holds an HTML version that reads otherwise."))
    if text.cut:
        about.append(_("The e-mail is too long or too nested to be read whole."))
    return {
        "text": text.own or _("(empty)"),
        "quoted": text.quoted,
        "text_proven": proven,
        "about_text": about,
    }


def _meaning(facts: Mapping[str, object]) -> str:
    meaning = {"meaning": happened.meaning_in_words(str(facts.get("meaning") or ""))}
    if facts.get("meaning_by") == "person":
        return _("What it means, as the person says: %(meaning)s.") % meaning
    return _("What it seems to mean, by its words: %(meaning)s.") % meaning


def _pairs(found: object) -> list[tuple[str, str]]:
    match found:
        case list():
            return [(str(p[0]), str(p[1])) for p in found if isinstance(p, list) and len(p) == 2]
    return []


def _signature(facts: Mapping[str, object]) -> str:
    result = _("right") if facts.get("ok") is True else _("not right")
    why = facts.get("why")
    said = _("Signature of %(domain)s (key %(key)s): %(result)s") % {
        "domain": facts.get("d") or "?",
        "key": facts.get("s") or "?",
        "result": result,
    }
    wrong = facts.get("ok") is not True and isinstance(why, str) and why
    return f"{said}. {why}" if wrong else f"{said}."


def _paper(story: Story) -> Iterator[tuple[str, str]]:
    """What is known of an added paper: its name, when it was last changed, what it means."""
    paper = story.paper
    if isinstance(name := paper.get("file"), str):
        yield _("Name of the file"), name
    if isinstance(changed := paper.get("last_changed"), str):
        yield _("Last changed, as its computer says"), changed
    if isinstance(paper.get("meaning"), str):
        yield _("Meaning"), _meaning(paper)


def _answer(answer: Answer) -> dict[str, object]:
    return {"question": answer.question, "known": answer.known, "open": answer.open}


# --------------------------------------------------------------------------- checks by hand


@dataclass(frozen=True)
class Check:
    """One thing to do by hand: what, with which commands, and what it shows."""

    title: str
    text: str
    commands: tuple[tuple[str, str], ...] = ()
    expect: str = ""
    hash: str = ""


def _checks(story: Story) -> Iterator[Check]:
    if story.pictures:
        yield Check(
            _("Look (two minutes)"),
            _(
                "Open the pictures by clicking on them. Compare what they show with the table of "
                "values and with the times in the timeline. This shows whether the record fits "
                "together."
            ),
        )
    yield _one_file(story)
    yield Check(
        _("All files and the whole log (three minutes)"),
        _(
            "Open VERIFY.txt. Copy the lines under the name of your system into the terminal. "
            "This shows that no file was changed, added or taken away since the folder was "
            "sealed, and that the log is one chain."
        ),
    )
    yield Check(
        _("The seal (one minute)"),
        _(
            "Open seal.sha256 and compare the number in it with one that somebody else kept, for "
            "example in an e-mail of that day. If they are the same, the whole folder is still the "
            "same. Without another copy, the seal shows only that the folder fits together."
        ),
    )
    yield _time_check(story)


def _one_file(story: Story) -> Check:
    shown = [p for p in story.pictures if p.state == "shown" and layout.is_safe(p.path)]
    path = f"{layout.DATA}/{shown[0].path}" if shown else f"{layout.DATA}/{layout.LOG}"
    expect = (
        _("It must print this number, which is also in the log and in manifest-sha256.txt:")
        if shown
        else _("It must print the number that stands beside this name in manifest-sha256.txt.")
    )
    windows = path.replace("/", "\\")
    return Check(
        _("One file (two minutes)"),
        _(
            "Open a terminal in this folder. Windows: right-click in the folder, then “Open in "
            "Terminal”. macOS: right-click the folder, then “Services”, “New Terminal at Folder”. "
            "Linux: right-click in the folder, then “Open in Terminal”. Type the line for your "
            "system. This shows that the file is the one that was sealed."
        ),
        (
            ("Windows", f"certutil -hashfile {windows} SHA256"),
            ("Windows PowerShell", f"Get-FileHash {windows}"),
            ("macOS", f"shasum -a 256 {path}"),
            ("Linux", f"sha256sum {path}"),
        ),
        expect,
        short(shown[0].sha256, 64) if shown else "",
    )


def _time_check(story: Story) -> Check:
    there = [
        stamp
        for stamp in story.stamps
        if stamp.state == "there" and layout.is_safe(stamp.token) and stamp.lines > 0
    ]
    if not there:
        return Check(
            _("The time (two minutes)"),
            _(
                "If there is a file whose name begins with tagmanifest-sha256.txt and ends with "
                ".tsr, somebody else signed when this folder was closed. VERIFY.txt says how to "
                "check it with openssl. If there is none, only this computer's clock says when "
                "this was."
            ),
        )
    stamp = there[0]
    chain = stamp.token.removesuffix(".tsr").rpartition(".")[2]
    command = (
        f"head -n {stamp.lines} data/session.jsonl | openssl ts -verify -data /dev/stdin "
        f"-in {stamp.token} -CAfile timestamps/{chain}.chain.pem"
    )
    return Check(
        _("The time (two minutes)"),
        _(
            "macOS and Linux have openssl; on Windows it comes with Git for Windows, see "
            "VERIFY.txt. The line checks the first timestamp; VERIFY.txt checks them all, and the "
            "outer seal. Then compare the fingerprint of the root certificate, as VERIFY.txt says, "
            "with the one that the authority publishes: until then the authority is only a name."
        ),
        (("macOS, Linux", command),),
        _("It must print: Verification: OK"),
    )


# --------------------------------------------------------------------------- files


def _files(story: Story) -> Iterator[dict[str, object]]:
    tags = (
        (layout.START_PAGE, _("this page")),
        (layout.VERIFY_TEXT, _("how to check this folder, line by line")),
        (layout.MANIFEST, _("the SHA-256 of every file in data")),
        (layout.TAGMANIFEST, _("the SHA-256 of every other file")),
        (layout.SEAL, _("the SHA-256 of that list: the seal")),
        (layout.BAG_INFO, _("when and with what this folder was closed")),
        (layout.BAGIT, _("says that this is a BagIt folder")),
    )
    for path, size in story.files:
        yield {
            "path": short(path),
            "link": path if layout.is_safe(path) else "",
            "size": f"{size:,}".replace(",", " "),
            "what": _file_in_words(path),
        }
    for name, what in tags:
        yield {"path": name, "link": name, "size": "", "what": what}


def _file_in_words(path: str) -> str:
    inside = path.removeprefix(f"{layout.DATA}/")
    exact = {
        layout.LOG: _("the log: one line for each thing that happened"),
        "environment.json": _("versions of the program, the browser and the system"),
        "practice.json": _("which practice this was"),
    }
    kinds = (
        (f"{layout.LOG}.torn", _("a torn line of the log, kept aside")),
        ("shots/", _("a picture")),
        ("text/", _("the text of the page, as a screen reader gets it")),
        ("form/", _("the values of the form, as read back from the page")),
        ("flow/", _("the steps as they were to be done")),
        ("net/", _("facts about answers of servers")),
        ("mail/", _("an e-mail as it came, or what was found out about it")),
        ("timestamps/", _("a timestamp, or the certificates for it")),
    )
    if inside in exact:
        return exact[inside]
    return next((what for start, what in kinds if inside.startswith(start)), _("a file"))


def _words() -> dict[str, str]:
    """The headings and small words of the template."""
    return {
        "contents": _("On this page"),
        "form": _("Form"),
        "ended": _("How it ended"),
        "missing": _("What is missing or went wrong"),
        "pictures": _("The pictures"),
        "pictures_text": _(
            "Click on a picture to open the file itself. Only the form or the answer is pictured; "
            "the rest of the page is left out."
        ),
        "no_pictures": _("There is no picture in this folder."),
        "form_values": _("What the form held"),
        "form_values_text": _("Read back from the page at:"),
        "field": _("Field"),
        "value": _("Value"),
        "filled_by": _("Filled in by"),
        "empty": _("(empty)"),
        "confirmed_hash": _("Hash of the confirmed values"),
        "in_file": _("In the file"),
        "steps": _("What happened, step by step"),
        "legend_tool": _("filer"),
        "legend_tool_text": _("what the program did or saw"),
        "legend_person": _("person"),
        "legend_stand_in": _("stand-in"),
        "legend_person_text": _("what the person did"),
        "legend_stand_in_text": _("what a program did in the place of the person"),
        "went_wrong": _("Attention"),
        "colon": _(":"),
        "times": _("Who says when"),
        "times_text": _(
            "A timestamp authority signed, with its own clock, that the first lines of the log "
            "were there. It saw only a hash."
        ),
        "no_times": _("No timestamp lies over any line of the log."),
        "outer": _(
            "The outer seal is made after this page, so this page cannot name it. Look beside this "
            "page for a file whose name begins with tagmanifest-sha256.txt and ends with .tsr. If "
            "there is none, the time of closing is not proven by anybody else."
        ),
        "moment": _("Moment"),
        "time": _("Time"),
        "authority": _("Authority"),
        "covers": _("Over"),
        "root": _("Certificate"),
        "mail": _("What was found out about the e-mail"),
        "mail_text": _("The text of the e-mail"),
        "quoted": _("What it quotes from another e-mail"),
        "proven": _("Proven"),
        "not_proven": _("Not proven"),
        "paper": _("The paper"),
        "note": _("The note"),
        "shows": _("What this shows, and what it does not"),
        "it_shows": _("If the checks below pass, this shows"),
        "it_shows_not": _("This does not show"),
        "answers": _("What somebody may say against it"),
        "known": _("Answer"),
        "open": _("Open"),
        "checks": _("Check this in ten minutes"),
        "checks_text": _(
            "You need not trust filer or the person who gave you this folder, and you need not "
            "install anything. VERIFY.txt has all the lines to copy."
        ),
        "files": _("The files"),
        "file": _("File"),
        "what": _("What it is"),
        "bytes": _("bytes"),
        "picture": _("picture"),
        "taken": _("Taken"),
        "address": _("Address"),
        "file_hash": _("SHA-256 begins"),
        "log_line": _("line of the log"),
    }
