"""What a bundle shows and what it does not, as its start page says it.

Every claim hangs on lines of the log that are there; where one is missing, no claim is made. None
is ever made about what Meta received, read or did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from filer.evidence import happened, layout
from filer.evidence.happened import reason_in_words, stamp_time
from filer.evidence.sandwich import why_none
from filer.evidence.story import FormRead, Line, Stamp, Story
from filer.words import _, decimal


@dataclass(frozen=True)
class Answer:
    """An opponent's question, what this bundle answers, and what stays open."""

    question: str
    known: tuple[str, ...]
    open: tuple[str, ...]


# --------------------------------------------------------------------------- how it ended


def ending(story: Story) -> tuple[str, ...]:
    """How it ended: what was sent and what was not, in a few sentences."""
    closed = story.closed
    if closed is None:
        return (_("The log does not say how it ended."), *_sent_so_far(story))
    outcome = closed.text("outcome")
    if story.kind in layout.FOLLOW_UPS and outcome == "added":
        return (_("Something was added to this case. Nothing was sent."),)
    left = story.first("send.left")
    if outcome in layout.SENT_SURELY and left is None:
        return (
            _(
                "The log closes with the word “%(outcome)s”, but no line in it says that the form "
                "left. So this page does not say that anything was sent."
            )
            % {"outcome": outcome},
        )
    if outcome in layout.NOT_SENT and left is not None:
        return (
            _(
                "The log closes with the word “%(outcome)s”, but a line in it says that the form "
                "left. Whether it was received is not known."
            )
            % {"outcome": outcome},
        )
    return _ending(story, outcome, closed)


def _ending(story: Story, outcome: str, closed: Line) -> tuple[str, ...]:
    reason = closed.text("reason")
    match outcome:
        case "confirmed":
            return (_once(story), *_read_as(story, closed))
        case "sent":
            early = () if reason == "nobody could say what the answer means" else _why(reason)
            return (_once(story), _("What the answer means is not known."), *early)
        case "refused":
            return (_once(story), _("The page did not accept it."), *_refusal(reason))
        case "unknown":
            return (
                _maybe_once(story),
                _("Whether it was received is not known."),
                *(() if reason == "no answer came" else _why(reason)),
            )
        case "stopped" if reason in {"stopped by the person", "the window was closed"}:
            return (_("The person stopped before anything was sent. Nothing was sent."),)
        case "stopped":
            return (_("The session ended before anything was sent."), *_why(reason))
        case "drifted":
            return (
                _("The form is not as filer expects it. Nothing was sent."),
                *_why(reason),
            )
        case "unavailable":
            return (_("There was no form to fill in. Nothing was sent."), *_why(reason))
        case "interrupted":
            return (_("The session broke off before its end."), *_sent_so_far(story))
    said = _("How it ended, in the log's own word: %(outcome)s.") % {"outcome": outcome or "?"}
    return (said, *_sent_so_far(story))


def _once(story: Story) -> str:
    if story.practice:
        return _("The form left the window once, to the practice site on this computer.")
    if story.first("send.answered") is None:
        return _("The form left this computer once.")
    return _("The form left this computer once, and an answer came.")


def _maybe_once(story: Story) -> str:
    if story.practice:
        return _(
            "The form left the window, or may have left it, once, to the practice site on this "
            "computer. No answer was seen."
        )
    return _("The form left this computer, or may have left it, once. No answer was seen.")


def _read_as(story: Story, closed: Line) -> tuple[str, ...]:
    read = story.latest("answer.read")
    if read is None:
        return (_("The log closes with “confirmed”, but no line says what the answer was."),)
    if closed.text("confirmed_by") == "person" or read.by_person:
        return (
            _(
                "The person read the answer and says that the objection was received. filer does "
                "not know the words of this answer."
            ),
        )
    return (_("The page then said that the objection was received."),)


def _refusal(reason: str) -> tuple[str, ...]:
    if not reason:
        return ()
    if reason == "read by the person":
        return (_("The person read the answer and says so."),)
    return (_("The page says: “%(words)s”") % {"words": reason},)


def _why(reason: str) -> tuple[str, ...]:
    return (_("Reason: %(why)s.") % {"why": reason_in_words(reason)},) if reason else ()


def _sent_so_far(story: Story) -> tuple[str, ...]:
    if story.first("send.left") is None:
        if story.broken is not None:
            return (_("Up to where the log can be read, no line says that the form left."),)
        return (_("No line says that the form left. Nothing was sent."),)
    if story.first("send.answered") is not None:
        return (_("Before that the form had left once, and an answer had come."),)
    return (
        _("Before that the form had left, or may have left, once. No answer was seen."),
        _("Whether it was received is not known."),
    )


def sent_in_words(story: Story) -> str:
    """Whether something was sent, in a word or two."""
    if story.kind in layout.FOLLOW_UPS:
        return ""
    if story.first("send.left") is None:
        return _("no") if story.broken is None and story.closed else _("no line says so")
    if not story.first("send.answered"):
        return _("not known")
    return _("to the practice site only") if story.practice else _("once")


# --------------------------------------------------------------------------- what is missing


def missing(story: Story) -> Iterator[str]:
    """What is not there that should be, or went wrong: each is shown in red."""
    yield from _broken(story)
    yield from _pictures(story)
    yield from _send(story)
    yield from _mail(story)
    yield from _stamps(story)


def _broken(story: Story) -> Iterator[str]:
    if story.broken is not None:
        yield _(
            "Line %(number)s of the log is not as filer writes it. This page tells what stands "
            "before it, and nothing of what comes after."
        ) % {"number": story.broken}
    if story.begun is None:
        yield _("The log has no first line that says what this is.")
    if story.closed is None:
        yield _("The log has no last line that closes it.")
    for line in story.all("recovered"):
        yield _("The session broke off, and was sealed only later.")
        if torn := line.items("torn").get("path"):
            yield _("The last line of the log was torn. It is kept in %(file)s.") % {
                "file": f"{layout.DATA}/{torn}"
            }
    for line in story.all("secret.found"):
        yield _("A secret was found in %(file)s before sealing.") % {
            "file": line.text("name") or "?"
        }


def _pictures(story: Story) -> Iterator[str]:
    if story.kind in {"filing", "replay"} and not story.pictures:
        yield _("There is no picture at all.")
    for line in [*story.all("capture.withheld"), *_without_picture(story)]:
        yield _("There is no picture of: %(name)s. Reason: %(why)s.") % {
            "name": happened.capture_in_words(line.called),
            "why": happened.withheld_in_words(line.text("withheld")),
        }
    for picture in story.pictures:
        file = {"file": f"{layout.DATA}/{picture.path}"}
        match picture.state:
            case "withdrawn":
                yield _("A picture was taken out again: %(file)s. The log keeps its hash.") % file
            case "missing":
                yield _("A picture that the log names is not there: %(file)s.") % file
            case "changed":
                yield _("A picture is not the one that the log names: %(file)s.") % file
            case "unreadable":
                yield _("A picture cannot be shown: %(file)s.") % file


def _mail(story: Story) -> Iterator[str]:
    if story.kind == "mail" and not proven_by(story):
        yield _("No right signature proves who sent this e-mail.")
    elif story.kind == "mail" and story.mail.get("text_proven") is not True:
        yield _("The signature covers headers, but it does not prove the text.")
    if proven_by(story) and story.mail.get("from_meta") is not True:
        yield _("%(domain)s is none of Meta's domains.") % {"domain": proven_by(story)}
    warnings = story.mail.get("warnings") or story.paper.get("warnings")
    if isinstance(warnings, list):
        yield from (warning for warning in warnings if isinstance(warning, str))


def proven_by(story: Story) -> str:
    """The domain whose right signature proves the e-mail, "" when there is none."""
    found = story.mail.get("proven_by")
    return found if isinstance(found, str) else ""


def _without_picture(story: Story) -> list[Line]:
    return [line for line in story.all("captured") if line.text("withheld")]


def _send(story: Story) -> Iterator[str]:
    left = story.first("send.left")
    if left is None:
        return
    before = [line for line in story.all("confirmed") if line.number < left.number]
    if not any(line.by_person for line in before):
        yield _("No line says that the person confirmed what was sent.")
    if story.first("send.answered") is None:
        yield _("There is no answer to what was sent.")
    if confirmed_differs(story):
        yield _(
            "The values in %(file)s are not the ones that the person confirmed: their hash is "
            "another one."
        ) % {"file": f"{layout.DATA}/{story.form.path}" if story.form else "?"}
    if story.form is None:
        yield _("There is no file with the values of the form as it was sent.")


def confirmed_line(story: Story) -> Line | None:
    """The line in which the person confirmed what was sent, or what they last confirmed."""
    left = story.first("send.left")
    lines = [line for line in story.all("confirmed") if left is None or line.number < left.number]
    return lines[-1] if lines else None


def confirmed_differs(story: Story) -> bool:
    """Whether the form's file holds other values than the person confirmed."""
    confirmed = confirmed_line(story)
    wanted = confirmed.text("hash") if confirmed else ""
    return bool(story.form and wanted and story.form.hash != wanted)


def confirmed_agrees(story: Story) -> bool:
    """Whether the form's file holds exactly the values the person confirmed, by their hash."""
    confirmed = confirmed_line(story)
    form: FormRead | None = story.form
    return bool(form and confirmed and confirmed.text("hash") == form.hash)


def _stamps(story: Story) -> Iterator[str]:
    for line in story.all("timestamps.none"):
        if line.text("why") in {"practice", "replay"}:
            continue  # nothing that these lack: they prove nothing anyhow
        yield _("Nobody was asked for a timestamp. Reason: %(why)s.") % {
            "why": why_none(line.text("why"))
        }
    for line in story.all("timestamp.failed"):
        yield _(
            "A timestamp did not come. Moment: %(moment)s. Authority: %(authority)s. Why: %(why)s."
        ) % {
            "moment": moment_in_words(line.text("moment")),
            "authority": line.text("authority") or "–",
            "why": line.text("why") or "?",
        }
    for stamp in story.stamps:
        if stamp.state == "missing":
            yield _("A timestamp that the log names is not there: %(file)s.") % {
                "file": stamp.token or "?"
            }
        if stamp.state == "changed":
            yield _("A timestamp is not the one that the log names: %(file)s.") % {
                "file": stamp.token or "?"
            }
        if not stamp.pinned:
            yield _(
                "The root certificate of %(authority)s is unchecked: it came with the answer, and "
                "filer did not know it before."
            ) % {"authority": stamp.authority or "?"}
    if not story.stamps and not story.first("timestamps.none"):
        yield _("There is no timestamp over any line of the log.")


def moment_in_words(moment: str) -> str:
    """What a timestamp's moment is called; unknown ones as they are."""
    words = {
        "start": _("at the start"),
        "before-send": _("before the send"),
        "after-send": _("after the send"),
        "kept": _("before sealing"),
        "seal": _("after sealing"),
    }
    return words.get(moment, moment or "?")


# --------------------------------------------------------------------------- what is shown


def shows(story: Story) -> Iterator[str]:
    """What this bundle shows, as far as the checks in VERIFY.txt hold."""
    yield _(
        "These files are the ones that were there when this folder was sealed. A file that was "
        "changed, added or taken away since then is found by the checks below."
    )
    if story.closed is not None:
        yield _("The log is one chain, from its first line to the line that closes it.")
    if any(picture.state == "shown" for picture in story.pictures):
        yield _("The pictures are what filer saw in its window, at the moments that the log names.")
    if proven_by(story):
        yield _(
            "%(domain)s signed the headers that the table above calls proven, and nobody changed "
            "them since."
        ) % {"domain": proven_by(story)}
    if confirmed_agrees(story):
        yield _(
            "The values in the table above are exactly those that were confirmed: their hash is "
            "the one in line %(number)s of the log."
        ) % {"number": getattr(confirmed_line(story), "number", "?")}
    for stamp in _held(story):
        yield _(
            "The first %(lines)s lines of the log were there at %(time)s. The authority "
            "%(authority)s signed that."
        ) % {
            "lines": stamp.lines,
            "time": stamp_time(stamp.gen_time),
            "authority": _authority(stamp),
        }


def shows_not(story: Story) -> Iterator[str]:
    """What this bundle does not show, however good its checks are."""
    if story.kind not in layout.FOLLOW_UPS:
        yield _(
            "It does not show that Meta received, read or decided anything. It shows this "
            "computer's side."
        )
        yield _("It does not show who sat at this computer.")
    if story.kind == "mail":
        yield _("It does not show that anything is true that the table above calls not proven.")
    if not _held(story):
        yield _(
            "By what is in this page it does not show when it was made: all times on it come from "
            "this computer's clock. Only a timestamp of somebody else can show that."
        )
    else:
        yield _(
            "A timestamp shows that lines were there at a time. It does not show that what they "
            "say is true."
        )
    yield _(
        "It does not show that the program which wrote it was not altered. The checks below "
        "work without that program."
    )


def _held(story: Story) -> list[Stamp]:
    return [stamp for stamp in story.stamps if stamp.state == "there" and stamp.lines > 0]


def _authority(stamp: Stamp) -> str:
    """Who made the timestamp; that filer did not know its root is never left out."""
    name = stamp.authority or "?"
    return name if stamp.pinned else f"{name} ({_('root unchecked')})"


def between(story: Story, line: Line) -> tuple[Stamp | None, Stamp | None]:
    """The last timestamp whose line stands before *line*, and the first that covers *line*."""
    held = _held(story)
    earlier = [stamp for stamp in held if stamp.line.number < line.number]
    later = [stamp for stamp in held if stamp.lines >= line.number]
    return (earlier[-1] if earlier else None, later[0] if later else None)


# --------------------------------------------------------------------------- what an opponent asks


def answers(story: Story) -> Iterator[Answer]:
    """What an opponent may say, and what this bundle answers to it."""
    yield _edited(story)
    yield _afterwards(story)
    if story.kind not in layout.FOLLOW_UPS:
        yield _another_page(story)
        yield _another_person(story)
        yield _robot(story)
        yield _received(story)
    if story.kind == "mail":
        yield _forged(story)
    yield _left_out(story)
    yield _rigged(story)


def _edited(story: Story) -> Answer:
    known = [
        _(
            "The log holds the SHA-256 of every file, and every line holds that of the line "
            "before. One changed byte is found by the checks in VERIFY.txt."
        )
    ]
    held = _held(story)
    if held:
        known.append(
            _(
                "The last timestamp inside is over line 1 to %(lines)s, by %(authority)s. If it "
                "checks, these lines and the files they name are still as they were at %(time)s."
            )
            % {
                "lines": held[-1].lines,
                "time": stamp_time(held[-1].gen_time),
                "authority": _authority(held[-1]),
            }
        )
    opens = [_("What somebody did on the screen before a picture was taken is not seen by this.")]
    if not held:
        opens.append(
            _(
                "Somebody who writes everything anew, with all its hashes, is not found by hashes "
                "alone. Compare seal.sha256 with a copy that was kept elsewhere, or check an outer "
                "seal if there is one."
            )
        )
    return Answer(_("“The pictures or texts were edited.”"), tuple(known), tuple(opens))


def _afterwards(story: Story) -> Answer:
    known: list[str] = []
    opens: list[str] = []
    turn = story.first("send.left") or story.latest("captured")
    after, before = between(story, turn) if turn else (None, None)
    what = (
        _("The line that says that the form left")
        if turn and turn.event == "send.left"
        else _("The line of the last picture")
    )
    if turn and after:
        known.append(
            _("%(what)s was written after %(time)s, by the clock of %(authority)s.")
            % {"what": what, "time": stamp_time(after.gen_time), "authority": _authority(after)}
        )
    if turn and before:
        known.append(
            _("%(what)s was written before %(time)s, by the clock of %(authority)s.")
            % {"what": what, "time": stamp_time(before.gen_time), "authority": _authority(before)}
        )
    for stamp in _held(story):
        if stamp.offset_ms is not None:
            known.append(_offset(stamp, stamp.offset_ms))
            break
    answered = story.first("send.answered")
    if answered and answered.text("date") and not story.practice:
        known.append(
            _("The answer to the send names the time %(date)s. filer wrote that down as it came.")
            % {"date": answered.text("date")}
        )
    if not (turn and before):
        opens.append(
            _(
                "No timestamp in this folder's log says when this was written. The times come from "
                "this computer's clock, which can be set."
            )
        )
    opens.append(
        _(
            "The folder was closed after this page was made. Files named tagmanifest-sha256.txt, "
            "then a name, then .tsr, beside this page, show when. If there is none, nobody but "
            "this computer says when the folder was closed."
        )
    )
    return Answer(
        _("“It was made afterwards, or the clock was wrong.”"), tuple(known), tuple(opens)
    )


def _offset(stamp: Stamp, milliseconds: int) -> str:
    seconds = decimal(abs(milliseconds) / 1000)
    if milliseconds < 0:
        sentence = _("This computer's clock was %(s)s seconds behind the clock of %(authority)s.")
    else:
        sentence = _(
            "This computer's clock was at most %(s)s seconds ahead of the clock of %(authority)s; "
            "the way of the answer is in that."
        )
    return sentence % {"s": seconds, "authority": _authority(stamp)}


def _another_page(story: Story) -> Answer:
    question = _("“It was not Meta's page, but a copy of it.”")
    if story.practice:
        return Answer(
            question,
            (_("That is so here: this is practice, on a practice site on this computer."),),
            (),
        )
    known = []
    armed = story.first("gate.armed")
    if armed and armed.text("host"):
        known.append(
            _(
                "The form was on the host %(host)s. The window could reach only the hosts that the "
                "steps name; the log says which it reached."
            )
            % {"host": armed.text("host")}
        )
    return Answer(
        question,
        tuple(known),
        (
            _(
                "These are facts that filer wrote down. A web server does not sign its pages. "
                "Meta's own signed e-mail says more, and so does Meta's own record, which one can "
                "ask for (GDPR, Article 15)."
            ),
        ),
    )


def _another_person(story: Story) -> Answer:
    known = []
    if story.form is not None and story.form.rows:
        known.append(_("The table above shows which e-mail address stood in the form."))
    return Answer(
        _("“It was somebody else.”"),
        tuple(known),
        (
            _(
                "Nothing here shows who sat at the computer. An e-mail that Meta signed, to that "
                "address, says more; it can be added to this case."
            ),
        ),
    )


def _robot(story: Story) -> Answer:
    question = _("“A robot sent it.”")
    left = story.first("send.left")
    if left is None:
        return Answer(question, (_("No line says that the form left."),), ())
    if story.stand_in:
        return Answer(
            question,
            (_("That is so here: this is practice, and a program played the person."),),
            (),
        )
    known = [
        _(
            "No part of filer presses a send button of the form. Its source code is open to "
            "anybody who doubts that."
        )
    ]
    opens = [_("That a person pressed, and not another program, is what filer noticed.")]
    confirmed = confirmed_line(story)
    if confirmed and confirmed.by_person:
        known.append(
            _("Line %(number)s: the person confirmed these values before they could leave.")
            % {"number": confirmed.number}
        )
    pressed = [line for line in story.all("pressed") if line.by_person]
    if pressed:
        known.append(
            _("Line %(number)s: the person pressed the send button.")
            % {"number": pressed[-1].number}
        )
    else:
        opens = [
            _(
                "No line says that filer noticed the press itself. It noticed the request that "
                "left the window after the confirmation."
            )
        ]
    return Answer(question, tuple(known), tuple(opens))


def _received(story: Story) -> Answer:
    question = _("“We never received it.”")
    left, answered = story.first("send.left"), story.first("send.answered")
    if left is None:
        return Answer(question, (_("No line says that the form left."),), ())
    if story.practice:
        return Answer(
            question,
            (_("That is so here: it went to a practice site on this computer, not to Meta."),),
            (),
        )
    known = [
        _("Line %(number)s: one request left, to %(address)s")
        % {"number": left.number, "address": left.text("address") or "?"}
    ]
    if answered:
        status = answered.count("status")
        known.append(
            _("Line %(number)s: an answer came, with status %(status)s.")
            % {"number": answered.number, "status": status if status is not None else "?"}
        )
    read = story.latest("answer.read")
    if read and not read.by_person and read.text("wording"):
        known.append(
            _("Line %(number)s: the page then showed the words “%(words)s”")
            % {"number": read.number, "words": read.text("wording")}
        )
    opens = [
        _(
            "This is not proof that Meta received it. An e-mail that Meta signed says more; it can "
            "be added to this case."
        )
    ]
    if not answered:
        opens.insert(0, _("No answer was seen."))
    return Answer(question, tuple(known), tuple(opens))


def _forged(story: Story) -> Answer:
    domain = proven_by(story)
    known = []
    opens = [
        _(
            "Which key the DNS gave on that day, filer wrote down beside the e-mail; as long as "
            "it is published, anybody can ask for it. In later years keys of this kind may be "
            "broken: a timestamp shows that the e-mail was there before."
        )
    ]
    if domain:
        known.append(
            _(
                "A signature of %(domain)s fits the bytes of the e-mail. Nobody can make one "
                "without that domain's secret key."
            )
            % {"domain": domain}
        )
    else:
        opens.insert(0, _("No right signature proves who sent this e-mail."))
    return Answer(_("“The e-mail is forged.”"), tuple(known), tuple(opens))


def _left_out(story: Story) -> Answer:
    known = [
        _(
            "Lines cannot be taken out of the middle of the log, or put in another order: the "
            "chain would break."
        )
    ]
    opens = []
    held = _held(story)
    if held and story.closed:
        known.append(
            _("The timestamps inside are over line 1 to %(lines)s of %(last)s.")
            % {"lines": max(stamp.lines for stamp in held), "last": story.last}
        )
    taken = len(story.all("capture.withdrawn"))
    withheld = len(story.all("capture.withheld")) + len(_without_picture(story))
    if taken or withheld:
        opens.append(
            _("Pictures not taken: %(withheld)s. Files taken out again: %(taken)s. See above why.")
            % {"withheld": withheld, "taken": taken}
        )
    if story.kind not in layout.FOLLOW_UPS:
        opens.append(
            _(
                "Login pages are never pictured, and of other pages only the form or the answer: "
                "passwords and other people's data stay out on purpose."
            )
        )
    return Answer(_("“Something was left out.”"), tuple(known), tuple(opens))


def _rigged(story: Story) -> Answer:
    known = [_("Every check below works with tools that filer's makers did not write.")]
    if "filer" in story.versions:
        known.append(
            _(
                "data/environment.json holds a hash of the program as it ran, and says how to "
                "compute it from the published source."
            )
        )
    return Answer(
        _("“The tool is rigged.”"),
        tuple(known),
        (_("Whether what filer wrote down is true, is a question of trust in it."),),
    )
