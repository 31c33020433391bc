"""A flow in words: what `filer show` and `filer flows` print.

Text out, nothing else: no page is opened and nothing is written. What is long is counted out loud
("and 9 more"), never silently cut.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from datetime import date

from filer.flow import (
    Attach,
    Choose,
    Code,
    Field,
    Fill,
    Flow,
    HandOver,
    HumanSends,
    Keep,
    Label,
    Open,
    Press,
    Step,
    stem_of,
)
from filer.freshness import Freshness
from filer.words import _, listed, ngettext

WIDTH = 80
"""How many columns the text takes."""

SHOWN = 3
"""How many wordings of a language are written out; how many more there are is said."""


def N_(sentence: str) -> str:  # noqa: N802 - gettext's name for "translated later"
    """*sentence* itself, marked so that the catalogues collect it."""
    return sentence


SAID_IN_FLOWS = (
    N_("Log in if Facebook asks you to."),
    N_("Log in if Instagram asks you to."),
    N_("Log in if you are asked to."),
    N_("the empty form"),
    N_("the form as it will be sent"),
    N_("Meta's answer"),
)
"""The sentences that flow files hold: they are data there, and collected for translation here."""

_LANGUAGES = {
    "nl": N_("Dutch"),
    "en": N_("English"),
    "de": N_("German"),
    "fr": N_("French"),
    "it": N_("Italian"),
    "es": N_("Spanish"),
    "pl": N_("Polish"),
}

_FIELDS = {
    "email": N_("your e-mail address"),
    "reason": N_("your reason"),
    "name": N_("your name"),
    "country": N_("your country"),
    "code": N_("the code that was mailed to you"),
    "first_name": N_("your first name"),
    "last_name": N_("your last name"),
    "phone": N_("your telephone number"),
    "prompts": N_("what you typed to the AI"),
    "picture": N_("the picture that you choose"),
}

_REASONS = {
    "other region": N_("the form is not offered in your region"),
    "throttled": N_("Meta asks you to wait"),
    "already objected": N_("Meta says that you have objected already"),
    "sent home": N_("the home page comes instead of the form"),
    "moved": N_("the form has moved to another place"),
    "account locked": N_("your account is locked"),
}

MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
"""The months, to be translated."""


def tell(flow: Flow, language: str) -> str:
    """Everything about *flow* as plain text of 80 columns, ending in a line break.

    The sentences are in the language now spoken; *language* picks the flow's own words.
    """
    title = flow.title.best(language)
    lines = [*wrapped(title), "=" * min(len(title), WIDTH)]
    for part in (
        _about(flow, language),
        _steps(flow, language),
        _detours(flow, language),
        _wordings(flow),
        _places(flow),
        _checked(flow),
    ):
        lines += ["", *part]
    return "\n".join(lines) + "\n"


def summary(flow: Flow, language: str) -> str:
    """*flow* in one short paragraph, without a line break at its end."""
    told = (
        flow.title.best(language) + ".",
        flow.covers.best(language),
        *_doubts(flow),
        _("Last checked on %(day)s.") % {"day": _day(flow.checked)},
        _("Every step: filer show %(name)s") % {"name": flow.name},
    )
    return "\n".join([flow.name, *wrapped(" ".join(told), "  ")])


def sureness(flow: Flow) -> dict[str, dict[str, list[str]]]:
    """For each field of *flow*, in which languages its label was seen, and in which it is a guess.

    In any other language filer goes by the structure of the form, or asks the person.
    """
    return {
        field.name: {
            "seen": [lang for lang in field.label.texts if lang not in field.label.unconfirmed],
            "unconfirmed": list(field.label.unconfirmed),
        }
        for field in flow.fields
    }


def _doubts(flow: Flow) -> tuple[str, ...]:
    if any(each["seen"] for each in sureness(flow).values()):
        return ()
    return (
        _(
            "Unconfirmed: nobody of this project has seen the form, and no label of a field was "
            "found. filer goes by likely words and by the structure, or asks you."
        ),
    )


def seen_working(fresh: Freshness, today: date) -> tuple[str, ...]:
    """When and in which language a flow was last seen working; a stale one comes with a warning."""
    told = [_last_seen(fresh)]
    if fresh.failed is not None:
        told.append(
            _("On %(day)s the form was not as filer expects.") % {"day": _day(fresh.failed.day)}
        )
    if fresh.stale(today):
        told.append(
            _(
                "Careful: as far as filer knows, nobody has seen it as described for a long time, "
                "or it has changed. Where filer is not sure, it leaves that part to you."
            )
        )
    return tuple(told)


def _last_seen(fresh: Freshness) -> str:
    if fresh.seen is None:
        return _("This form was never seen working on this computer.")
    facts = {"day": _day(fresh.seen.day), "language": _language(fresh.seen.language or "?")}
    if fresh.this:
        return _("Last seen working on this computer on %(day)s, in %(language)s.") % facts
    return (
        _(
            "Last seen working on this computer on %(day)s, in %(language)s, with an earlier "
            "version of its description."
        )
        % facts
    )


# --------------------------------------------------------------------------- the parts


def _about(flow: Flow, language: str) -> Iterator[str]:
    told = (
        (_("What the objection covers"), flow.covers),
        (_("What it does not cover"), flow.covers_not),
        (_("Good to know"), flow.notes),
    )
    gap: tuple[str, ...] = ()
    for heading, label in told:
        if label.texts:
            yield from (*gap, heading, *wrapped(label.best(language), "  "))
            yield from wrapped(_source(label), "  ") if label.source else ()
            gap = ("",)


def _steps(flow: Flow, language: str) -> Iterator[str]:
    yield _("What happens, step by step")
    for number, step in enumerate(flow.steps, start=1):
        yield from _item(f"{number:>2}. ", step_in_words(step, language))
        if isinstance(step, Open):
            yield from (f"      {address}" for address in step.addresses)
    yield ""
    yield from wrapped(
        _(
            "Only you send. filer never presses the send button. Until you have checked the form "
            "and said yes, nothing that was typed can leave the window."
        )
    )


def step_in_words(step: Step, language: str) -> str:
    """*step* in a sentence; *language* picks the flow's own words."""
    match step:
        case Open():
            return ngettext(
                "filer opens a window with the form:",
                "filer opens a window and tries these addresses, in this order, until one shows "
                "the form:",
                len(step.addresses),
            )
        case HandOver():
            return _("You: %(words)s filer waits, and does not look at what you type there.") % {
                "words": _(step.words)
            }
        case Press():
            return _("filer presses “%(button)s”.") % {"button": step.label.best(language)}
        case Choose():
            return _answered(step, language)
        case Fill():
            return _("filer types %(value)s into “%(field)s”, and reads it back.") % {
                "value": _value(step.value),
                "field": step.field.label.best(language),
            }
        case Attach():
            return _("filer attaches %(value)s to “%(field)s”.") % {
                "value": _value(step.value),
                "field": step.field.label.best(language),
            }
        case Keep():
            return _("filer keeps a picture and the text as evidence: %(title)s.") % {
                "title": _(step.title)
            }
        case HumanSends():
            return _(
                "filer shows you what the form holds. You check it, and you press “%(button)s” "
                "yourself. If you do not, nothing is sent."
            ) % {"button": step.send.best(language)}
        case Code():
            return _("If Meta mails you a code and asks for it, you type it and check it first.")


def _detours(flow: Flow, language: str) -> Iterator[str]:
    yield _("What may come in between")
    for press in flow.cookies:
        yield from _item(
            "  - ",
            _("A question about cookies: filer presses “%(button)s”, or leaves it to you.")
            % {"button": press.label.best(language)},
        )
    for choose in flow.questions:
        yield from _item("  - ", _answered(choose, language))
    yield from _item(
        "  - ", _("A login, a code or new terms: you decide; filer waits as long as you need.")
    )
    reasons = listed(_(_REASONS.get(u.reason, u.reason)) for u in flow.unavailable)
    if reasons:
        sentence = _("No form. filer then says why, as far as the page shows it: %(reasons)s.")
        yield from _item("  - ", sentence % {"reasons": reasons})


def _answered(step: Choose, language: str) -> str:
    if step.question == step.answer:
        return _("If Meta offers the choice “%(answer)s”, filer takes it and goes on.") % {
            "answer": step.answer.best(language)
        }
    return _("If Meta asks “%(question)s”, filer answers “%(answer)s” and goes on.") % {
        "question": step.question.best(language),
        "answer": step.answer.best(language),
    }


def _wordings(flow: Flow) -> Iterator[str]:
    yield _("The words by which filer finds its way")
    yield from wrapped(
        _(
            "A language marked with ? is unconfirmed: these are likely wordings that nobody has "
            "seen on the form. Where there is no mark, at least one of them was seen. In any other "
            "language filer goes by the structure of the form, or asks you."
        ),
        "  ",
    )
    yield from wrapped(
        _(
            "Sources: [P] Meta itself, a court or an authority; [B] press or a consumer "
            "organisation; [C] one person's report; [D] public code; [U] uncertain."
        ),
        "  ",
    )
    for heading, label in _labels(flow):
        yield ""
        yield f"  {heading}"
        for language in label.texts:
            mark = "?" if language in label.unconfirmed else " "
            yield from _item(f"   {mark} {_language(language):<11} ", _some(label.texts[language]))
        if label.source:
            yield from wrapped(_source(label), "     ")


def _labels(flow: Flow) -> Iterator[tuple[str, Label]]:
    for field in _fields(flow.steps):
        yield _("Field: %(field)s") % {"field": _value(field.name)}, field.label
    for step in flow.steps:
        if isinstance(step, HumanSends):
            yield _("The send button, which filer never presses"), step.send
            yield _("Meta's answer says that the objection is in"), step.confirmed
            yield _("Meta's answer says no"), step.refused


def _fields(steps: Iterable[Step]) -> Iterator[Field]:
    return (step.field for step in steps if isinstance(step, Fill | Attach | Code))


def _places(flow: Flow) -> Iterator[str]:
    told = (
        (_("Hosts a page may be on"), flow.hosts),
        (_("Hosts that pages may load pictures and scripts from"), flow.assets),
        (_("Paths a send may go to, on the form's own host"), flow.sends_to),
        (_("Pages filer does not look at: paths that begin with"), flow.private),
    )
    yield _("Where the window may go")
    for heading, names in told:
        if names:
            yield f"  {heading}"
            yield from wrapped(", ".join(names), "    ")


def _checked(flow: Flow) -> Iterator[str]:
    yield from wrapped(
        _(
            "Last compared with its sources on %(day)s. Every wording, with its source: "
            "flows/%(name)s.py and flows/meta.py."
        )
        % {"day": _day(flow.checked), "name": stem_of(flow.name)}
    )


# --------------------------------------------------------------------------- words and lines


def _some(wordings: tuple[str, ...]) -> str:
    shown = ", ".join(_("“{said}”").format(said=wording) for wording in wordings[:SHOWN])
    more = len(wordings) - SHOWN
    if more <= 0:
        return shown
    rest = ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
    return f"{shown}, {rest}"


def _source(label: Label) -> str:
    return _("Source: %(source)s") % {"source": label.source}


def _language(code: str) -> str:
    return _(_LANGUAGES[code]) if code in _LANGUAGES else code


def _value(name: str) -> str:
    return _(_FIELDS[name]) if name in _FIELDS else name


def _day(checked: str) -> str:
    try:
        day = date.fromisoformat(checked)
    except ValueError:
        return checked
    return _("{day} {month} {year}").format(
        day=day.day, month=_(MONTHS[day.month - 1]), year=day.year
    )


def _item(mark: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def wrapped(text: str, indent: str = "") -> list[str]:
    """*text* in lines of 80 columns, each after *indent*."""
    return _item(indent, text)
