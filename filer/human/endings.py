"""How it can end, in words: why there is no form, and what each outcome means for the person."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from filer import drift
from filer.evidence import happened
from filer.human.screen import Screen, Sofar, choices, filled
from filer.human.shown import inline
from filer.ports import REPLAYED, Answer, NoFormHere, Result
from filer.recording import NAME as DRAFT
from filer.words import _, command, ngettext

# --------------------------------------------------------------------------- why there is no form


def no_form_here(moment: NoFormHere) -> Screen:
    """The question whether to end when the page has no form."""
    return Screen(
        "no form here",
        _("There is no form here"),
        _why(moment.reason),
        choices=choices(
            moment.choices,
            {
                Answer.END: (_("end"), _("End here. filer keeps what it saw as evidence.")),
                Answer.LOOK: (_("look"), _("I want to look in the window myself first.")),
            },
        ),
    )


def _why(reason: str | None) -> tuple[str, ...]:
    """What a reason of the flow means, and what one can do."""
    if not reason:
        return ()
    known = {**_reasons_of_the_way(), **_reasons_of_the_account(), **_reasons_of_the_form()}
    said = inline(happened.reason_in_words(reason))
    return known.get(reason, (f"{said[:1].upper()}{said[1:]}".rstrip(".") + ".",))


def reasons_in_few_words() -> Mapping[str, str]:
    """The reasons as a part of a sentence."""
    return {
        "site not reachable": _("the site could not be reached"),
        "other region": _("this form is not for your region"),
        "throttled": _("there were too many tries"),
        "already objected": _("you have objected before"),
        "sent home": _("the site went to its start page"),
        "moved": _("the site sent you to another place"),
        "foreign host": _("this is not one of Meta's sites, as far as filer knows"),
        "account locked": _("your account is locked or limited"),
        "no form": _("no form was found"),
    }


def _reasons_of_the_way() -> Mapping[str, tuple[str, ...]]:
    return {
        "site not reachable": (
            _("The site could not be reached from this computer."),
            _("Please check your internet connection and try again later."),
        ),
        "throttled": (
            _("The site says that there were too many tries."),
            _(
                "Please wait, best until tomorrow, and then try again. filer does not try again by "
                "itself."
            ),
        ),
        "sent home": (
            _("The site went to its start page instead of the form."),
            _(
                "The form may have a new address. You can look for it in the Privacy Center of "
                "your account."
            ),
        ),
        "moved": (
            _("The site sent you to another place, without the form that filer knows."),
            _("The form may have moved. A newer version of filer may know where it is."),
        ),
        "foreign host": (
            _("The page belongs to a site that is not one of Meta's, as far as filer knows."),
            _("Please type nothing on that page. filer filled in nothing there."),
        ),
        "no form": (
            _("No form to object to AI at Meta was found."),
            _(
                "The form may have a new address. You can look for it in the Privacy Center of "
                "your account."
            ),
        ),
    }


def _reasons_of_the_account() -> Mapping[str, tuple[str, ...]]:
    return {
        "other region": (
            _("The site says that this form is not for your region."),
            _(
                "Meta shows it for accounts in the EU, the United Kingdom and some other "
                "countries. If you use a VPN, switch it off and try again."
            ),
        ),
        "already objected": (
            _("The site says that you have objected before."),
            _(
                "Then you need not do it again for this account. Keep the e-mail that Meta sent "
                "you at that time, if you still have it."
            ),
        ),
        "account locked": (
            _("The site says that your account is locked or limited."),
            _(
                "Please solve that with Meta first. Until then the form cannot be used. filer did "
                "nothing to your account."
            ),
        ),
    }


def _reasons_of_the_form() -> Mapping[str, tuple[str, ...]]:
    return {
        "another form": (_("The page showed a form for another request."),),
        "the flow ended without a send": (
            _("Every step was done, but there was nothing to send. That is a fault in filer."),
        ),
    }


# --------------------------------------------------------------------------- the outcomes


def screen(result: Result, sofar: Sofar) -> Screen:
    """How it ended: the outcome, what was sent, where the evidence lies, what is next."""
    title, paragraphs = _outcome(result)
    practice = (
        (_("This was practice. Nothing went to Meta, so you have not objected yet."),)
        if sofar.practice
        else ()
    )
    return Screen(
        "result",
        title,
        (*practice, *paragraphs),
        rows=_rows(result),
        below=_next(result, practice=sofar.practice),
        commands=_commands(result, practice=sofar.practice),
    )


def _outcome(result: Result) -> tuple[str, tuple[str, ...]]:
    match result.outcome:
        case "confirmed" if result.confirmed_by == "person":
            return _("You read that your objection has been received"), (
                _(
                    "filer does not know the words of this answer. You read it and said that the "
                    "objection has been received."
                ),
            )
        case "confirmed":
            return _("The page says that your objection has been received"), ()
        case "sent":
            return _("Your form was sent, but the answer is not clear"), (
                _("Your form left this computer once, and an answer came."),
                *_early(result),
                _("It is not known what the answer means."),
            )
        case "refused":
            return _("Your form was sent, but the page did not accept it"), (
                _("Your form left this computer once, and the page said no to it."),
                *_refused(result.reason),
            )
        case "unknown":
            return _("It is not known whether your form was received"), (
                _("Your form left this computer, or may have left it, once. No answer came."),
                *_early(result),
                _("filer does not send it again by itself."),
            )
        case _:
            return _not_sent(result)


def _refused(reason: str | None) -> tuple[str, ...]:
    if not reason:
        return ()
    if reason == "read by the person":
        return (_("You read the answer and said so. filer does not know its words."),)
    return (filled(_("The page says: “%(words)s”"), words=reason),)


def _early(result: Result) -> tuple[str, ...]:
    """What cut the session short, or failed, where there is something to add."""
    match result.reason:
        case None | "no answer came" | "nobody could say what the answer means":
            return ()
        case "the window was closed":
            return (_("Then the window was closed."),)
        case "stopped by the person":
            return (_("Then you stopped."),)
        case other:
            return (filled(_("What went wrong: %(why)s"), why=happened.reason_in_words(other)),)


def _not_sent(result: Result) -> tuple[str, tuple[str, ...]]:
    match result.outcome:
        case "stopped" if result.reason == REPLAYED:
            return _("The replay is over, and nothing was sent"), (
                _("Nothing could be: in a replay the gate cannot be unlocked."),
            )
        case "stopped":
            return _("You stopped, and nothing was sent"), (
                _("That is all right. You can start again whenever you like."),
            )
        case "drifted":
            return _("The form looks different from what filer knows"), (
                *_why(result.reason),
                _("Nothing was sent. A newer version of filer may know the form."),
                *_for_the_maintainers(result),
            )
        case "unavailable":
            return _("There was no form to fill in"), (
                *_why(result.reason),
                _("Nothing was sent."),
                *_for_the_maintainers(result),
            )
        case "interrupted":
            return _("This session broke off before its end"), (
                _("What was kept until then is in the evidence folder. It says where it stopped."),
            )
        case other:
            return filled(_("How it ended: %(outcome)s"), outcome=other), _why(result.reason)


def _for_the_maintainers(result: Result) -> tuple[str, ...]:
    """What is different, as whoever repairs the flow needs it; nothing of the person is in it."""
    if not result.drift:
        return ()
    told = _("For whoever repairs this form's description; nothing of yours is in it:")
    return (told, *(inline(sentence) for sentence in result.drift), *drift.place())


def _rows(result: Result) -> tuple[tuple[str, str], ...]:
    rows: list[tuple[str, str]] = []
    if result.refused_requests:
        rows.append(
            (
                _("Held back by filer"),
                ngettext(
                    "%(count)s request of the page",
                    "%(count)s requests of the page",
                    result.refused_requests,
                )
                % {"count": result.refused_requests},
            )
        )
    if result.case:
        rows.append((_("Case"), inline(result.case)))
    if result.bundle:
        rows.append((_("Evidence folder"), inline(result.bundle)))
        rows.append((_("Sealed"), _("yes") if result.sealed else _("no")))
    else:
        rows.append((_("Evidence folder"), _("(none was begun)")))
    return tuple(rows)


def _next(result: Result, *, practice: bool) -> tuple[str, ...]:
    now = _what_one_would_do(result) if practice else _what_now(result)
    return (*_about_evidence(result), *now)


def _about_evidence(result: Result) -> tuple[str, ...]:
    if not result.bundle:
        return ()
    if not result.sealed:
        return (
            _(
                "The evidence folder is not sealed, so it is not complete. Please do not change "
                "anything in it."
            ),
        )
    return (
        _(
            "The evidence shows what was in the window and what left this computer. It cannot show "
            "what Meta did with it."
        ),
    )


def _what_now(result: Result) -> tuple[str, ...]:
    mail = _(
        "Look for an e-mail from Meta in the next days, also in your spam. Please keep it: it "
        "is evidence too."
    )
    match result.outcome:
        case "confirmed":
            return (
                mail,
                _(
                    "Meta has one month to answer you (GDPR, Article 12). The law lets it take "
                    "longer if it tells you why within that month."
                ),
                _(
                    "Accounts that are not in the same Accounts Center need an objection of their "
                    "own."
                ),
            )
        case "sent" | "unknown":
            return (
                mail,
                _(
                    "Please wait for that e-mail, and look in your account, before you file "
                    "again. Filing twice does no harm, but filer does not decide that for you."
                ),
            )
        case "refused":
            return (
                _(
                    "Read what the page says, correct your text, and file again: it becomes a new "
                    "session in the same case. This one stays as evidence that you tried."
                ),
            )
        case _:
            return ()


def _what_one_would_do(result: Result) -> tuple[str, ...]:
    """After practice: what the next step were with the real form, where one may wonder."""
    match result.outcome:
        case "sent" | "unknown":
            return (
                _(
                    "With the real form you would now wait for Meta's mail, and look in your "
                    "account, before you file again."
                ),
            )
        case "refused":
            return (_("With the real form you would now correct your text, and file again."),)
        case _:
            return ()


def _commands(result: Result, *, practice: bool) -> tuple[tuple[str, str], ...]:
    file = inline(f"{command()} file {shlex.quote(result.flow)}")
    again: tuple[tuple[str, str], ...] = ()
    if practice and result.flow != DRAFT:
        again = ((_("For the real form, type"), file),)
    elif result.outcome == "refused":
        again = ((_("To correct your text and try again, type"), file),)
    if not result.bundle or not result.sealed:
        return again
    verify = inline(f"{command()} verify {shlex.quote(result.bundle)}")
    return ((_("To check the evidence, type"), verify), *again)
