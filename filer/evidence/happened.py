"""Every event of a log in words, for somebody who has never heard of filer.

An event that is not known here is shown by its name and what it holds; none is left out. What
repeats in a row is told once, with its count.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from filer.evidence.reading import files_named
from filer.evidence.sandwich import why_none
from filer.evidence.story import Line
from filer.words import NAMES, _, listed, pair

NOISE = frozenset({"gate.refused", "kept", "changed", "typed"})
"""Events that are told once for a whole row of them."""

PLAIN, TURN, BAD = "plain", "turn", "bad"
"""How much an event weighs: most, those on which it turns, and those that went wrong."""


@dataclass(frozen=True)
class Told:
    """What happened, in a sentence, and in *more* what else is known, one thing a line.

    *lines* are the first and the last line of the log that it tells.
    """

    lines: tuple[Line, Line]
    count: int
    sentence: str
    more: tuple[str, ...]
    weight: str


def told(lines: Sequence[Line]) -> Iterator[Told]:
    """Everything in *lines*, in their order."""
    for _key, row in itertools.groupby(lines, _alike):
        same = list(row)
        sentence, more = _words(same)
        yield Told((same[0], same[-1]), len(same), sentence, tuple(more), _weight(same[0]))


def _alike(line: Line) -> tuple[object, ...]:
    if line.event in NOISE:
        return (line.event, line.by_person, line.text("why"))
    return (line.number,)


def _words(same: Sequence[Line]) -> tuple[str, Sequence[str]]:
    line = same[0]
    match line.event:
        case "gate.refused":
            return _refused(same)
        case "kept":
            names = [ref.path for each in same for ref in files_named(each.data)]
            return _("filer kept: %(files)s.") % {"files": ", ".join(names) or "?"}, ()
        case "typed":
            fields = [field_in_words(each.text("field")) for each in same]
            return _("filer typed into: %(fields)s. Then it read back what the page shows.") % {
                "fields": ", ".join(fields)
            }, ()
        case "changed":
            fields = list(dict.fromkeys(field_in_words(each.text("field")) for each in same))
            return _("Changed by hand, in the window: %(fields)s.") % {
                "fields": ", ".join(fields)
            }, ()
    known = _KNOWN.get(line.event)
    if known is not None:
        sentence, *more = known(line)
        return sentence, more
    return _("Event “%(name)s”.") % {"name": line.event}, facts(line.data)


def facts(data: Mapping[str, Any]) -> list[str]:
    """Whatever *data* holds, one thing a line."""
    return [pair(key, _plain(value)) for key, value in data.items()]


def _plain(value: object) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case list():
            return ", ".join(_plain(item) for item in value) or "–"
        case dict():
            return listed(pair(key, _plain(item)) for key, item in value.items()) or "–"
    return str(value)


_TURNS = frozenset(
    "begun confirmed pressed send.left code.left send.answered answer.read timestamped closed "
    "mail.added mail.read meaning.given day.given paper.added note.added letter.made".split()
)
_BAD = frozenset(
    "send.failed capture.withheld capture.withdrawn secret.found secrets.unknown recovered "
    "timestamp.failed gate.voided not.taken".split()
)


def _weight(line: Line) -> str:
    if line.event in _BAD or (line.event == "captured" and line.text("withheld")):
        return BAD
    return TURN if line.event in _TURNS else PLAIN


# --------------------------------------------------------------------------- single events


def _refused(same: Sequence[Line]) -> tuple[str, Sequence[str]]:
    sentence = _("filer held back what the page wanted to send. Reason: %(why)s. Requests: %(n)s.")
    asked = Counter(f"{line.text('method')} {line.text('address')}" for line in same)
    some = [f"{count} × {what}" for what, count in asked.most_common(3)]
    rest = sum(asked.values()) - sum(count for _what, count in asked.most_common(3))
    some += [_("%(n)s × other addresses; the log names each") % {"n": rest}] if rest else []
    return sentence % {"why": why_held_back(same[0].text("why")), "n": len(same)}, some


def _begun(line: Line) -> tuple[str, ...]:
    agent = line.text("agent") or "filer"
    before = line.text("previous_seal")
    said = (_("The record began. Program: %(agent)s.") % {"agent": agent},)
    if not before:
        return said
    follows = _("It follows the record in this case whose seal is %(hash)s.")
    return (*said, follows % {"hash": before})


def _opened(line: Line) -> tuple[str, ...]:
    return (
        _("A browser window was opened, new and empty. Browser version: %(version)s.")
        % {"version": line.text("browser") or "?"},
    )


def _tried(line: Line) -> tuple[str, ...]:
    sentence = _("filer opened the form's address: %(address)s")
    said = sentence % {"address": line.text("address") or "?"}
    problem = line.text("problem")
    return (said, _("It did not work: %(why)s.") % {"why": problem}) if problem else (said,)


def _seen(line: Line) -> tuple[str, ...]:
    places = {
        "form": _("The form was there."),
        "private": _("A login page, or another private page, was there. filer did not look at it."),
        "cookies": _("A question about cookies was there."),
        "question": _("A question before the form was there."),
        "other form": _("A form for another request was there."),
        "unavailable": _("The page said that there is no form."),
        "unreachable": _("No page could be reached."),
        "unknown": _("A page was there that filer does not know."),
        "blank": _("The page was still empty."),
    }
    place = line.text("place")
    said = places.get(place, _("A page was there: %(place)s.") % {"place": place or "?"})
    reason = line.text("reason")
    more = (_("Reason: %(why)s.") % {"why": reason_in_words(reason)},) if reason else ()
    return (said, *more, *([line.text("address")] if line.text("address") else []))


def _handed_over(line: Line) -> tuple[str, ...]:
    tasks = {
        "login": _("filer waited while the person logged in, and did not look."),
        "cookies": _("filer waited while the person answered the question about cookies."),
        "question": _("filer waited while the person answered the page's question."),
        "unknown": _("filer did not know the page and left it to the person."),
        "other form": _("The form was for another request; filer left the page to the person."),
        "covered": _("Something lay over the form; filer left it to the person."),
    }
    task = line.text("task")
    if task == "field":
        why = _not_filled(line.text("why"))
        return (
            _("filer left a field to the person: %(field)s. Reason: %(why)s.")
            % {"field": field_in_words(line.text("field")), "why": why},
        )
    return (tasks.get(task, _("filer left the page to the person: %(task)s.") % {"task": task}),)


def _not_filled(why: str) -> str:
    words = {
        "not found": _("filer did not find the field"),
        "too long": _("the text is longer than the field allows"),
        "not taken": _("the field did not take what was typed"),
        "required": _("the page requires it"),
    }
    return words.get(why, why or "?")


def _handed_back(line: Line) -> tuple[str, ...]:
    if line.by_person:
        return (_("The person said that this was done."),)
    return (_("The page went on, so filer went on as well."),)


def _answered(line: Line) -> tuple[str, ...]:
    questions = {
        "HandOver": _("whether the page is done"),
        "FillByHand": _("whether the field is filled"),
        "Prefilled": _("whether a value that was there already may be replaced"),
        "Review": _("whether the form may be sent as it is shown"),
        "ChangeNow": _("whether the changes are done"),
        "PressNow": _("for the press on the send button"),
        "PressShut": _("for a press on the send button, while the way out stays shut"),
        "Meaning": _("what the answer means"),
        "NoAnswer": _("whether to wait longer for an answer"),
        "CodeAsked": _("for the code that was mailed"),
        "CodeReview": _("whether the code may be sent as it is shown"),
        "NoFormHere": _("whether to end, because there is no form"),
        "IsThisIt": _("whether this is the right form"),
    }
    asked = line.text("question")
    what = {"question": questions.get(asked, asked or "?")}
    if not line.by_person:
        return (_("filer asked %(question)s. What happened in the window answered that.") % what,)
    return (
        _("filer asked %(question)s. The answer: %(answer)s.")
        % {**what, "answer": _answer(line.text("answer"))},
    )


def _answer(answer: str) -> str:
    words = {
        "go": _("begin"),
        "stop": _("stop"),
        "done": _("done"),
        "no form here": _("there is no form here"),
        "keep": _("keep it"),
        "replace": _("replace it"),
        "yes": _("yes"),
        "no": _("no"),
        "change": _("change something"),
        "wait": _("wait"),
        "end": _("end"),
        "look": _("look first"),
        "confirmed": _("the objection has been received"),
        "refused": _("the page said no"),
        "unclear": _("it is not clear"),
        "again": _("show it once more"),
        "page": _("given by what happened in the window"),
    }
    return words.get(answer, answer or "?")


def _armed(line: Line) -> tuple[str, ...]:
    return (
        _(
            "filer shut the way out of the window, before anything was typed. From here on nothing "
            "could leave it."
        ),
        _("The form is on the host %(host)s. Language of the page: %(language)s.")
        % {"host": line.text("host") or "?", "language": line.text("language") or "?"},
    )


def _unlocked(line: Line) -> tuple[str, ...]:
    seconds = line.count("seconds")
    return (
        _(
            "filer opened the way out for one request, if it carries what was confirmed. This "
            "holds for %(seconds)s seconds."
        )
        % {"seconds": seconds if seconds is not None else "?"},
    )


def _voided(line: Line) -> tuple[str, ...]:
    return (
        _("The confirmation no longer counts: %(why)s. The way out was shut again.")
        % {"why": _void_in_words(line.text("why"))},
    )


def _void_in_words(why: str) -> str:
    words = {
        "the form changed during the review": _("the form changed while it was reviewed"),
        "the form changed after the review": _("the form changed after it was reviewed"),
        "the person wants to change something": _("the person wants to change something"),
        "the form shows something else than at the review": _(
            "the form shows something else than at the review"
        ),
        "the confirmation is older than ten minutes": _(
            "the confirmation is older than ten minutes"
        ),
        "the form has left the document": _("the form has left the page"),
    }
    return words.get(why, why or "?")


def _attached(line: Line) -> tuple[str, ...]:
    what = {"field": field_in_words(line.text("field")), "size": _plain(line.count("size"))}
    return (
        _("filer added the file that the person had named to: %(field)s (%(size)s bytes).") % what,
        _("SHA-256 of the file: %(hash)s") % {"hash": line.text("sha256") or "?"},
    )


def _accounts(line: Line) -> tuple[str, ...]:
    if line.text("answer") == "unclear":
        return (_("Which accounts are in the same Accounts Center is not known."),)
    return (
        _("The person says which accounts are in the same Accounts Center: %(which)s.")
        % {"which": accounts_in_words(line.text("answer"))},
    )


def accounts_in_words(answer: str) -> str:
    """Which accounts one objection is for, as the person said; unknown answers as they are."""
    words = {
        "one": _("only the account it was made for"),
        "both": _("one on Facebook and one on Instagram"),
        "more": _("more than two, or two on one platform"),
        "unclear": _("not known"),
    }
    return words.get(answer, answer or "?")


def _compared(line: Line) -> tuple[str, ...]:
    field = {"field": field_in_words(line.text("field"))}
    if line.data.get("same") is True:
        return (_("The page already held the value for %(field)s; filer left it.") % field,)
    return (_("The page already held another value for %(field)s.") % field,)


def _form_compared(line: Line) -> tuple[str, ...]:
    found = line.data.get("differs")
    if not isinstance(found, list) or not found:
        return (_("The form is as filer knew it."),)
    return (
        _("The form is not in all as filer knew it."),
        *(_differs(each) for each in found),
    )


def _differs(noted: object) -> str:
    """What is different, as `drift.Finding.noted` keeps it: no word of the page is in it."""
    if not isinstance(noted, dict):
        return _plain(noted)
    words = {
        "renamed": _("a field is called something else: %(field)s"),
        "unread": _("filer does not know the words of this language: %(field)s"),
        "missing": _("a field is not there, or cannot be told apart: %(field)s"),
        "which": _("a field is not there, or cannot be told apart: %(field)s"),
        "new": _("the form asks for something new and requires it"),
        "new choice": _("the form has something new that may stay empty"),
        "no send": _("the form has no button that sends"),
        "about": _("nothing on the page says that it is about AI at Meta"),
        "limit": _("a field takes fewer characters: %(field)s"),
        "answer": _("the words of the answer are new"),
        "frame": _("the page holds another page within it, which filer does not read"),
        "guess": _("no form fits; this one is most like it"),
    }
    known = words.get(str(noted.get("what")))
    return known % {"field": field_in_words(str(noted.get("field")))} if known else _plain(noted)


def _captured(line: Line) -> tuple[str, ...]:
    name = {"name": capture_in_words(line.called)}
    withheld = line.text("withheld")
    if withheld:
        return (
            _("filer kept the text of: %(name)s. There is no picture of it.") % name,
            _("Reason: %(why)s.") % {"why": withheld_in_words(withheld)},
        )
    return (_("filer took a picture: %(name)s.") % name,)


def _withheld(line: Line) -> tuple[str, ...]:
    return (
        _("filer took no picture of: %(name)s. Reason: %(why)s.")
        % {
            "name": capture_in_words(line.called),
            "why": withheld_in_words(line.text("withheld")),
        },
    )


def _withdrawn(line: Line) -> tuple[str, ...]:
    names = ", ".join(ref.path for ref in files_named(line.data)) or "?"
    return (
        _("filer took out a file that it had kept: %(file)s. Reason: %(why)s.")
        % {"file": names, "why": line.text("why") or "?"},
        _("The log keeps its hash, so that everybody sees that it was there."),
    )


def _reviewed(line: Line) -> tuple[str, ...]:
    return (
        _("filer showed everything that the form holds, field by field, and asked for a yes."),
        _("Fields: %(fields)s.") % {"fields": ", ".join(line.texts("fields")) or "–"},
        _("Hash of the values shown: %(hash)s") % {"hash": line.text("hash") or "–"},
    )


def _confirmed(line: Line) -> tuple[str, ...]:
    return (
        _("The person said yes: these values may be sent to %(host)s.")
        % {"host": line.text("host") or "?"},
        _("Hash of the confirmed values: %(hash)s") % {"hash": line.text("hash") or "–"},
    )


def _left(line: Line) -> tuple[str, ...]:
    return (
        _("The form left the window: one request, to %(address)s")
        % {"address": line.text("address") or "?"},
        _("Why filer let it through: %(why)s.") % {"why": _let_in_words(line.text("why"))},
        _("Names of the fields in it: %(names)s.")
        % {"names": ", ".join(line.texts("names")) or "–"},
    )


def _let_in_words(why: str) -> str:
    words = {
        "carries exactly the reviewed values": _("it carries exactly the confirmed values"),
        "right address, contradicts nothing": _(
            "it goes to the form's own address and contradicts none of the confirmed values"
        ),
        "the confirmed code": _("it carries the code that was confirmed"),
        "the person decided": _("the person said that it may leave"),
    }
    return words.get(why, why or "?")


def _send_answered(line: Line) -> tuple[str, ...]:
    status, date, failure = line.count("status"), line.text("date"), line.text("failure")
    said = [
        _("An answer came. Its status is %(status)s.")
        % {"status": status if status is not None else "?"}
    ]
    said += [_("Time that the answer itself names: %(date)s") % {"date": date}] if date else []
    said += [_("What went wrong: %(why)s") % {"why": failed_in_words(failure)}] if failure else []
    return tuple(said)


def _send_failed(line: Line) -> tuple[str, ...]:
    return (
        _("No answer came. What went wrong: %(why)s")
        % {"why": failed_in_words(line.text("failure")) or "?"},
    )


def _read(line: Line) -> tuple[str, ...]:
    if line.by_person:
        return (
            _("The person read the answer. What they say: %(answer)s.")
            % {"answer": _answer(line.text("answer"))},
        )
    words = {"words": line.text("wording")}
    if line.data.get("confirmed") is True:
        return (_("The page shows words of an objection received: “%(words)s”") % words,)
    return (_("The page shows words of a refusal: “%(words)s”") % words,)


def _ended(line: Line) -> tuple[str, ...]:
    if line.text("signal") == "WindowClosed":
        return (_("The person closed the window."),)
    return (_("The person stopped filer."),)


def _friction(line: Line) -> tuple[str, ...]:
    names = {
        "screens": _("pages"),
        "logins": _("logins"),
        "dead addresses": _("addresses without a form"),
        "forms left": _("forms that went away"),
    }
    counts = {k: v for k, v in line.items("counts").items() if isinstance(v, int)}
    told = ", ".join(pair(names.get(key, key), str(value)) for key, value in counts.items()) or "–"
    return (_("filer counted what came in between: %(counts)s.") % {"counts": told},)


def _network(line: Line) -> tuple[str, ...]:
    hosts = ", ".join(f"{host} ({_plain(n)})" for host, n in line.items("hosts").items()) or "–"
    said = [_("Hosts the window connected to, and how often: %(hosts)s.") % {"hosts": hosts}]
    documents = line.data.get("documents")
    said += [
        _("%(address)s: status %(status)s, server %(server)s, time in the answer: %(date)s")
        % {key: _plain(document.get(key)) for key in ("address", "status", "server", "date")}
        for document in (documents if isinstance(documents, list) else [])[:20]
        if isinstance(document, dict)
    ]
    return tuple(said)


def _secret(line: Line) -> tuple[str, ...]:
    return (
        _("Before sealing, filer found a secret in %(file)s: %(what)s. It did not seal this then.")
        % {"file": line.text("name") or "?", "what": line.text("what") or "?"},
    )


def _jumped(line: Line) -> tuple[str, ...]:
    seconds = round((line.count("by_ms") or 0) / 1000)
    sentence = (
        _("The clock of this computer was set forward by about %(n)s seconds.")
        if seconds > 0
        else _("The clock of this computer was set back by about %(n)s seconds.")
    )
    order = _(
        "The order of the lines is not touched by that: a second clock that nobody sets ran on."
    )
    return sentence % {"n": abs(seconds)}, order


def _replayed(line: Line) -> tuple[str, ...]:
    said = [_("A replay began: the steps of a form are done again, and nothing can leave.")]
    if line.text("bundle"):
        said.append(_("What is replayed: %(bundle)s.") % {"bundle": line.text("bundle")})
    said.append(_("Hash of its flow: %(hash)s") % {"hash": line.text("flow") or "–"})
    return tuple(said)


def _compared_in_replay(line: Line) -> tuple[str, ...]:
    parts = (
        (_("the same as recorded: %(what)s"), line.texts("same")),
        (_("different: %(what)s"), line.texts("different")),
        (_("not recorded: %(what)s"), line.texts("unknown")),
    )
    told = "; ".join(words % {"what": ", ".join(names)} for words, names in parts if names)
    number = _plain(line.count("number"))
    return (_("Step %(number)s: %(told)s.") % {"number": number, "told": told or "–"},)


def _recovered(line: Line) -> tuple[str, ...]:
    said = [
        _(
            "The session broke off here: a crash, or no power. filer found this record at its next "
            "start, sent nothing, and sealed what was there."
        )
    ]
    if torn := line.items("torn").get("path"):
        said.append(
            _("The last line was written half. It is kept aside, in %(file)s.") % {"file": torn}
        )
    return tuple(said)


def _closed(line: Line) -> tuple[str, ...]:
    return (
        _("The record was closed. How it ended, in one word: %(outcome)s.")
        % {"outcome": outcome_in_words(line.text("outcome"))},
    )


def _stamped(line: Line) -> tuple[str, ...]:
    return (
        _("The authority %(authority)s signed the first %(lines)s lines of the log: %(time)s.")
        % {
            "authority": line.text("authority") or "?",
            "lines": line.count("lines") if line.count("lines") is not None else "?",
            "time": stamp_time(line.text("gen_time")) or "?",
        },
    )


def _stamp_failed(line: Line) -> tuple[str, ...]:
    return (
        _("A timestamp was asked for and did not come. Authority: %(authority)s. Why: %(why)s.")
        % {"authority": line.text("authority") or "–", "why": line.text("why") or "?"},
    )


def _wanted(line: Line) -> tuple[str, ...]:
    return (
        _("Timestamps will be asked of: %(authorities)s.")
        % {"authorities": ", ".join(line.texts("authorities")) or "–"},
    )


def _unwanted(line: Line) -> tuple[str, ...]:
    return (
        _("No timestamp authority is asked. Reason: %(why)s.")
        % {"why": why_none(line.text("why"))},
    )


def _decided(line: Line) -> tuple[str, ...]:
    return (
        _("A request could not be read. May it leave? The answer: %(answer)s.")
        % {"answer": _answer(line.text("answer"))},
    )


def _dialog(line: Line) -> tuple[str, ...]:
    return (
        _("The page asked something in a dialog. The answer: %(answer)s.")
        % {"answer": _answer(line.text("answer"))},
    )


def _too_long(line: Line) -> tuple[str, ...]:
    return (
        _("The text is too long for the field. Characters: %(length)s, allowed: %(limit)s.")
        % {"length": line.count("length") or "?", "limit": line.count("limit") or "?"},
    )


def _code_answered(line: Line) -> tuple[str, ...]:
    status = line.count("status")
    return (
        _("An answer to the code came. Its status is %(status)s.")
        % {"status": status if status is not None else "?"},
    )


def _mail_read(line: Line) -> tuple[str, ...]:
    by = line.text("proven_by")
    said = (
        _("filer checked the signatures of the e-mail. One of %(domain)s is right.")
        % {"domain": by}
        if by
        else _("filer checked the signatures of the e-mail. None of Meta's is right.")
    )
    meaning = _("What it seems to mean: %(meaning)s.")
    return (said, meaning % {"meaning": meaning_in_words(line.text("meaning"))})


def _meaning(line: Line) -> tuple[str, ...]:
    return (
        _("The person says what it means: %(meaning)s.")
        % {"meaning": meaning_in_words(line.text("meaning"))},
    )


def _complaint_made(line: Line) -> tuple[str, ...]:
    languages = [NAMES.get(each, each) for each in line.texts("languages")]
    return (
        _("filer made the papers of a complaint. Languages: %(languages)s.")
        % {"languages": ", ".join(languages) or "?"},
    )


_KNOWN: Mapping[str, Callable[[Line], tuple[str, ...]]] = {
    "begun": _begun,
    "opened": _opened,
    "address.tried": _tried,
    "page.seen": _seen,
    "handed-over": _handed_over,
    "handed-back": _handed_back,
    "answered": _answered,
    "cookies.pressed": lambda _line: (_("filer answered the question about cookies."),),
    "question.answered": lambda line: (
        _("filer answered a question before the form: “%(question)s”")
        % {"question": line.text("question")},
    ),
    "dialog.answered": _dialog,
    "form.left": lambda _line: (_("The form went away from the page."),),
    "gate.armed": _armed,
    "gate.opened": lambda _line: (_("The form was gone, so filer opened the way out again."),),
    "gate.unlocked": _unlocked,
    "gate.voided": _voided,
    "compared": _compared,
    "form.compared": _form_compared,
    "attached": _attached,
    "accounts.told": _accounts,
    "too.long": _too_long,
    "not.taken": lambda line: (
        _("The page did not take what was typed into: %(field)s.")
        % {"field": field_in_words(line.text("field"))},
    ),
    "captured": _captured,
    "capture.withheld": _withheld,
    "capture.withdrawn": _withdrawn,
    "reviewed": _reviewed,
    "confirmed": _confirmed,
    "pressed": lambda _line: (_("The person pressed the send button on the page."),),
    "page.objects": lambda line: (
        _("The page objected before anything was sent: “%(words)s”")
        % {"words": line.text("wording")},
    ),
    "unreadable.decided": _decided,
    "send.left": _left,
    "send.answered": _send_answered,
    "send.failed": _send_failed,
    "answer.read": _read,
    "code.confirmed": lambda _line: (_("The person said yes: this code may be sent."),),
    "code.left": lambda line: (
        _("The mailed code left the window: one request, to %(address)s")
        % {"address": line.text("address") or "?"},
    ),
    "code.answered": _code_answered,
    "ended": _ended,
    "friction": _friction,
    "network": _network,
    "secret.found": _secret,
    "secrets.unknown": lambda _line: (
        _(
            "The browser was gone, so filer could not ask it for its cookies at the end. It looked "
            "for those it had seen at each picture, and for everything that looks like a token."
        ),
    ),
    "recovered": _recovered,
    "clock.jumped": _jumped,
    "closed": _closed,
    "complaint.made": _complaint_made,
    "mail.added": lambda _line: (_("The person added an e-mail to the case."),),
    "mail.read": _mail_read,
    "meaning.given": _meaning,
    "day.given": lambda line: (
        _("The person says on which day it was: %(day)s.") % {"day": line.text("day") or "?"},
    ),
    "paper.added": lambda _line: (_("The person added a paper to the case."),),
    "note.added": lambda _line: (_("The person added a note to the case."),),
    "letter.made": lambda line: (
        _(
            "A letter was made: %(kind)s (%(about)s), in the language %(language)s. Nothing was "
            "sent."
        )
        % {
            "kind": line.text("letter") or "?",
            "about": line.text("platform") or "?",
            "language": line.text("language") or "?",
        },
    ),
    "replay.of": _replayed,
    "replay.step": lambda line: (
        _("Step %(number)s of the replay began.") % {"number": _plain(line.count("number"))},
    ),
    "replay.compared": _compared_in_replay,
    "replay.again": lambda _line: (_("The person went back to the first step of the replay."),),
    "timestamps.wanted": _wanted,
    "timestamps.none": _unwanted,
    "timestamped": _stamped,
    "timestamp.failed": _stamp_failed,
}


# --------------------------------------------------------------------------- words of the log


def outcome_in_words(outcome: str) -> str:
    """An outcome in a word or two, with no claim of its own."""
    words = {
        "confirmed": _("confirmed"),
        "sent": _("sent, answer unclear"),
        "refused": _("refused"),
        "unknown": _("not known"),
        "stopped": _("stopped"),
        "drifted": _("the form is not as expected"),
        "unavailable": _("no form"),
        "interrupted": _("broken off"),
        "added": _("added to the case"),
    }
    return words.get(outcome, outcome or "?")


def meaning_in_words(meaning: str) -> str:
    """What a paper or an e-mail means for the objection; unknown meanings as they are."""
    words = {
        "granted": _("the objection is honoured"),
        "received": _("the objection has been received"),
        "refused": _("the objection is refused"),
        "more": _("more information is wanted"),
        "code": _("it holds a code"),
        "unclear": _("it is not clear"),
        "sent": _("the objection was sent in another way"),
        "not-sent": _("the objection was not sent after all"),
        "extended": _("Meta takes two further months to answer"),
        "covers": _("the objection covers further accounts"),
        "complaint": _("a complaint was handed in to an authority"),
        "closed": _("the case is closed"),
    }
    return words.get(meaning, meaning or _("it is not clear"))


def stamp_time(gen_time: str) -> str:
    """The time of a timestamp as people write it; anything else as it is."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d{1,9})?)Z", gen_time)
    return f"{found[1]} {found[2]} UTC" if found else gen_time


def reason_in_words(reason: str) -> str:
    """Why it ended or why there was no form, as part of a sentence; unknown ones as they are."""
    words = {
        "site not reachable": _("the site could not be reached"),
        "other region": _("the site says that the form is not for this region"),
        "throttled": _("the site says that there were too many tries"),
        "already objected": _("the site says that there was an objection before"),
        "sent home": _("the site went to its start page"),
        "moved": _("the site went to another place"),
        "foreign host": _("the page is not on a site of Meta, as far as filer knows"),
        "account locked": _("the site says that the account is locked or limited"),
        "no form": _("no form was found"),
        "another form": _("the form was for another request"),
        "the flow ended without a send": _("every step was done, but nothing was sent"),
        "the form does not stay on the page": _("the form does not stay on the page"),
        "the window was closed": _("the window was closed"),
        "stopped by the person": _("the person stopped"),
        "a fault in filer": _("a fault in filer"),
        "replay": _("it was a replay, shown to its end"),
        "no answer came": _("no answer came"),
        "nobody could say what the answer means": _("nobody could say what the answer means"),
        "read by the person": _("the person read it"),
    }
    why, colon, field = reason.partition(": ")
    if colon and (known := _not_filled(why)) != why:
        return pair(field_in_words(field), known)
    return words.get(reason) or failed_in_words(reason)


def failed_in_words(failure: str) -> str:
    """Why no whole answer to the send came; what the browser says of it stays as it is."""
    words = {
        "no answer came": _("no answer came"),
        "the connection ended with no answer": _("the connection ended before an answer came"),
        "the answer asked to send again, which was refused": _(
            "the answer asked to send the form again, and filer let nothing more leave"
        ),
    }
    return words.get(failure, failure)


def why_held_back(why: str) -> str:
    """Why the gate stopped a request; unknown ones as they are."""
    words = {
        "nothing may leave before the review": _("nothing may leave before the review"),
        "foreign host": _("the address is not one of the form's hosts"),
        "the confirmation is over": _("the confirmation is over"),
        "another host than the form's own": _("it goes to another host than the form's own"),
        "the form must stay until the send": _("the form must stay on the page until the send"),
        "one confirmation lets one send through": _("one confirmation lets one send through"),
        "neither the reviewed values nor an address for them": _(
            "it has neither the confirmed values nor the form's address"
        ),
        "it carries none of the reviewed values": _("it carries none of the confirmed values"),
        "an e-mail address that was not reviewed": _(
            "it carries an e-mail address that was not confirmed"
        ),
        "a changed version of a reviewed text": _(
            "it carries a changed version of a text that was confirmed"
        ),
        "nobody has pressed yet": _("nobody had pressed yet"),
        "not the code that was confirmed": _("it does not carry the code that was confirmed"),
        "it cannot be read": _("it cannot be read"),
        "the person said no": _("the person said no"),
    }
    of_a_field = {
        "another value for ": _("another value than the confirmed one stands in: %(field)s"),
        "it lacks a value that was reviewed: ": _("it lacks a confirmed value: %(field)s"),
    }
    for start, said in of_a_field.items():
        if why.startswith(start):
            return said % {"field": field_in_words(why.removeprefix(start))}
    return words.get(why, why or "?")


def withheld_in_words(why: str) -> str:
    """Why there is no picture; unknown ones as they are."""
    words = {
        "private page": _("the page is private, and filer never pictures those"),
        "the next page had not come": _("the next page had not come yet"),
        "no box of the form or the answer could be told apart": _(
            "the form or the answer could not be told apart from the rest of the page"
        ),
        "the mask over the rest of the page did not hold": _(
            "the cover over the rest of the page did not hold"
        ),
        "the page would not let the rest of it be hidden": _(
            "the page would not let the rest of it be covered"
        ),
        "the box of the form shows nothing": _("nothing could be seen where the form should be"),
        "the form is too large for one picture": _("the form is too large for one picture"),
    }
    if why.startswith("the page changed while it was pictured"):
        return _("the page changed while the picture was made")
    return words.get(why, why or "?")


def capture_in_words(name: str) -> str:
    """What a capture is called; unknown names as they are."""
    words = {
        "the-empty-form": _("the empty form"),
        "the-form-as-it-will-be-sent": _("the form as it will be sent"),
        "the-form-as-filer-had-filled-it-in": _("the form as filer had filled it in"),
        "the-form-as-it-was-sent": _("the form as it was sent"),
        "the-form-as-changed": _("the form as changed"),
        "the-form-as-it-is": _("the form as it is"),
        "the-page-without-the-form": _("the page without the form"),
        "the-page-after-the-send": _("the page after the send"),
        "meta-s-answer": _("Meta's answer"),
    }
    return words.get(name.replace(" ", "-").replace("'", "-").lower(), name or "?")


def field_in_words(name: str) -> str:
    """What a field is called; unknown names as they are."""
    words = {
        "email": _("e-mail address"),
        "reason": _("reason"),
        "name": _("name"),
        "country": _("country"),
        "code": _("code"),
        "first_name": _("first name"),
        "last_name": _("last name"),
        "phone": _("telephone number"),
        "prompts": _("what was typed to the AI"),
        "picture": _("picture"),
    }
    return words.get(name, name or "?")
