"""What a replay says: each step, what is the same as recorded and what is not, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from filer.human.guide.page import Button, Page, Picture
from filer.human.screen import filled
from filer.human.shown import inline
from filer.replay import Finding, Recording
from filer.words import _

KEYS: Mapping[str, str] = {"p": "pause", "n": "next", "g": "go on", "b": "back", "s": "stop"}
"""The letters a person can type between two steps, and what each asks for."""


def meant(line: str) -> str | None:
    """What a typed *line* asks for, one of the values of `KEYS`; None when it asks for nothing."""
    words = {
        "pause": ("pause", _("pause")),
        "next": ("next", "step", "", _("next")),
        "go on": ("go", "go on", _("go on")),
        "back": ("back", "again", _("back")),
        "stop": ("stop", _("stop")),
    }
    if line in KEYS:
        return KEYS[line]
    return next((what for what, known in words.items() if line in known), None)


def what_in_words(what: str) -> str:
    """A thing that was compared, as part of a sentence."""
    words = {
        "address": _("address"),
        "host": _("host"),
        "language": _("language of the page"),
        "recognised": _("how the form was recognised"),
        "found by": _("how the field was found"),
        "labels": _("labels"),
        "names": _("names of the fields"),
        "kinds": _("kinds of fields"),
        "text": _("text of the page"),
        "send control": _("button that sends"),
        "shown fields": _("fields at the review"),
    }
    return words.get(what, inline(what))


def way_in_words(way: str) -> str:
    """How a field was found, as part of a sentence; what is not known here as it is."""
    words = {
        "label": _("by its label"),
        "row": _("by the text of its row"),
        "structure": _("by its place alone"),
        "by hand": _("not at all: the person fills it"),
        "there already": _("it held the value already"),
        "there already, another value": _("it held another value already"),
    }
    return words.get(way, way)


def same_in_words(findings: Sequence[Finding]) -> str:
    """One sentence that names what is the same; empty when nothing is."""
    same = ", ".join(what_in_words(f.what) for f in findings if f.same)
    return filled(_("The same as recorded: %(what)s."), what=same) if same else ""


def unknown_in_words(findings: Sequence[Finding]) -> str:
    """One sentence that names what the bundle does not tell; empty when it tells all."""
    unknown = ", ".join(what_in_words(f.what) for f in findings if f.same is None)
    return filled(_("Not recorded: %(what)s."), what=unknown) if unknown else ""


def difference_in_words(finding: Finding) -> str:
    """One sentence: what was recorded and what is there now; of lists, what is gone and new."""
    then, now = (way_in_words(each) or _("nothing") for each in (finding.then, finding.now))
    return filled(
        _("Different: %(what)s. Recorded: %(then)s. Now: %(now)s."),
        what=what_in_words(finding.what),
        then=then,
        now=now,
    )


def about(recording: Recording) -> list[str]:
    """What is replayed, and what is wrong with it, in sentences."""
    said = [
        filled(
            _("Replayed: %(bundle)s, recorded at %(time)s. It ended then as: %(outcome)s."),
            bundle=recording.bundle.name,
            time=time_in_words(recording.began),
            outcome=recording.outcome or "?",
        )
    ]
    if recording.broken:
        numbers = ", ".join(str(number) for number in recording.broken)
        said.append(
            _(
                "This bundle is BROKEN or not complete (check %(numbers)s). It is replayed all the "
                "same, but nothing that is compared with it proves anything."
            )
            % {"numbers": numbers}
        )
    if recording.changed is None:
        said.append(_("filer knows no form of that name today. The recorded steps are done."))
    elif recording.changed:
        said.append(
            filled(
                _(
                    "The flow has changed since (%(parts)s). The steps are done as they were "
                    "recorded."
                ),
                parts=", ".join(recording.changed),
            )
        )
    else:
        said.append(_("The flow is the same today."))
    return [*said, *recording.left_out]


@dataclass(frozen=True)
class Beside:
    """What stands beside the form: step *number* of *total*, counted from one, in *words*.

    *findings* are those of step *of*; *picture* is a caption with a `data:` address. While filer
    *asks* in the terminal there is nothing to press here.
    """

    number: int
    total: int
    words: str
    of: int = 0
    findings: Sequence[Finding] = ()
    picture: tuple[str, str] | None = None
    practice: bool = False
    paused: bool = False
    asks: bool = False


def step_page(shown: Beside) -> Page:
    """*shown* as a page."""
    rows = []
    compared = _("Compared with the bundle, step %(number)s") % {"number": shown.of}
    said = [same_in_words(shown.findings), unknown_in_words(shown.findings)]
    said += [difference_in_words(f) for f in shown.findings if f.same is False]
    if any(said):
        rows.append((compared, "\n".join(filter(None, said))))
    go = Button("go on", _("Go on")) if shown.paused else Button("pause", _("Pause"))
    buttons = (go, Button("next", _("Next step")), Button("back", _("Back to the start")))
    return Page(
        "replay",
        _("Replay: step %(number)s of %(total)s") % {"number": shown.number, "total": shown.total},
        (inline(shown.words), *((_("filer asks in the terminal."),) if shown.asks else ())),
        rows=tuple(rows),
        pictures=(Picture(shown.picture[1], inline(shown.picture[0])),) if shown.picture else (),
        buttons=() if shown.asks else buttons,
        sent=_("Sent so far: nothing. This is a replay: nothing can leave."),
        waits=_("Paused.") if shown.paused else "",
        practice=shown.practice,
        running=True,
    )


def time_in_words(began: str) -> str:
    """The time of a log line as people write it."""
    return f"{began[:10]} {began[11:16]} UTC" if began else "?"
