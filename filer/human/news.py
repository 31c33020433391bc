"""What the person is told along the way: one sentence for each piece of news."""

from __future__ import annotations

from collections.abc import Mapping

from filer.evidence import happened
from filer.human import endings
from filer.human.screen import Screen, filled
from filer.human.shown import block, inline
from filer.ports import Told
from filer.words import _

_WEIGHTY = frozenset(
    {
        "press stopped",
        "values differ",
        "voided",
        "expired",
        "send left",
        "gate armed",
        "gate opened",
        "page refused before send",
    }
)
"""News after which a person wonders what has been sent."""


def screen(told: Told) -> Screen:
    """The news as a screen: the first sentence whose facts are all there, the other facts as rows.

    News that this module does not know is shown as it is.
    """
    facts = {name: _known(str(value)) for name, value in told.facts.items() if str(value)}
    for needed, sentence in _sentences().get(_key(told), ()):
        if set(needed) <= set(facts):
            title = filled(sentence, **facts)
            break
    else:
        needed, title = (), inline(told.what)
    rows = tuple(
        (_names().get(name, inline(name)), block(value))
        for name, value in facts.items()
        if name not in needed
    )
    return Screen("news", title, rows=rows, weighty=told.what in _WEIGHTY)


def _key(told: Told) -> str:
    """Which sentences fit: a field that was found by its place alone needs one of its own."""
    if told.what == "typed" and told.facts.get("how") == "structure":
        return "typed by structure"
    return told.what


def unseen() -> str:
    """The sentence for a browser without a window."""
    return _(
        "The browser runs without a window here, so you cannot see it, log in or press anything in "
        "it. To send an objection you need a computer with a screen."
    )


def _known(value: str) -> str:
    """*value* in the person's language where it is one of our own captions or reasons."""
    if reason := endings.reasons_in_few_words().get(value):
        return reason
    captured = happened.capture_in_words(value)
    return captured if captured != value else happened.withheld_in_words(value)


def _names() -> Mapping[str, str]:
    return {
        "address": _("Address"),
        "bundle": _("Evidence folder"),
        "field": _("Field"),
        "host": _("Goes to"),
        "label": _("Field"),
        "length": _("Characters in your text"),
        "limit": _("Characters the page allows"),
        "names": _("Fields"),
        "reason": _("Reason"),
        "status": _("Number of the answer"),
        "title": _("Title of the page"),
        "value": _("Value"),
        "what": _("What filer knows of it"),
        "why": _("Why"),
        "wording": _("On the page"),
    }


def _sentences() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    return {**_on_the_way(), **_at_the_gate(), **_at_the_end(), **_in_a_replay()}


def _in_a_replay() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """A replay brings its own sentences (`filer.human.replayed`)."""
    return {
        "replay": ((("words",), "%(words)s"),),
        "replay differs": ((("words",), "%(words)s"),),
        "replay press": (
            (
                ("address",),
                _("The page wanted to send to %(address)s. filer stopped it: this is a replay."),
            ),
            ((), _("The page wanted to send something. filer stopped it: this is a replay.")),
        ),
        "replay presses": (
            (
                ("address", "times"),
                _(
                    "The page wanted to send to %(address)s %(times)s times in all. filer stopped "
                    "each."
                ),
            ),
            ((), _("The page wanted to send something again. filer stopped it.")),
        ),
    }


def _on_the_way() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    return {
        "opening": (
            (("address",), _("Opening %(address)s")),
            ((), _("The window opens.")),
        ),
        "address dead": (
            (("address", "reason"), _("No form at %(address)s: %(reason)s")),
            (("address",), _("No form at %(address)s")),
            ((), _("There is no form at this address.")),
        ),
        "form found": (
            (("title",), _("The form is there: “%(title)s”")),
            ((), _("The form is there.")),
        ),
        "seen working": ((("words",), "%(words)s"),),
        "still login": (
            (
                (),
                _(
                    "filer still sees the page to log in. Please finish there; filer goes on by "
                    "itself when the page changes."
                ),
            ),
        ),
        "typed by structure": (
            (
                ("label", "how"),
                _(
                    "Filled in: %(label)s. filer found this field by its place in the form only, "
                    "so please check it well."
                ),
            ),
        ),
        "attached": (
            (("label", "name"), _("Added to %(label)s: the file %(name)s")),
            ((), _("Your file is added.")),
        ),
        "typed": (
            (("label", "how"), _("Filled in: %(label)s")),
            (("label",), _("Filled in: %(label)s")),
            ((), _("A field is filled in.")),
        ),
        "prefilled same": (
            (("label",), _("This was already filled in, with your own value: %(label)s")),
            ((), _("A field already held your own value.")),
        ),
        "not pictured": (
            (("title", "why"), _("No picture was kept of %(title)s: %(why)s")),
            ((), _("No picture was kept.")),
        ),
        "seal not stamped": (
            (
                ("bundle", "why"),
                _(
                    "The evidence is sealed, but no timestamp authority has confirmed the seal: "
                    "%(why)s. You can add that later: filer seal %(bundle)s"
                ),
            ),
            ((), _("The evidence is sealed, but no timestamp authority has confirmed the seal.")),
        ),
    }


def _at_the_gate() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    return {
        "gate armed": (
            (
                (),
                _(
                    "The connection of the window is closed now. Nothing can leave until you have "
                    "checked everything."
                ),
            ),
        ),
        "gate opened": (
            (
                (),
                _(
                    "The form has gone from the window, so filer opened the connection again. If "
                    "something had been typed, filer closed that page first, with what it had "
                    "stored."
                ),
            ),
        ),
        "press stopped": (
            (
                (),
                _(
                    "The page tried to send something too early. filer stopped it, and it has not "
                    "left. Please wait until filer asks you to press."
                ),
            ),
        ),
        "values differ": (
            (
                (),
                _(
                    "The page tried to send something else than what you checked. filer stopped "
                    "it, and it has not left."
                ),
            ),
        ),
        "voided": (
            (
                (),
                _(
                    "The form has changed since you checked it, so your yes no longer counts. "
                    "Please check it again."
                ),
            ),
        ),
        "expired": (
            (
                (),
                _(
                    "The time to press is over, so your yes no longer counts. Please check the "
                    "form again."
                ),
            ),
        ),
        "page refused before send": (
            (("wording",), _("The page does not accept the form yet. It says: “%(wording)s”")),
            ((), _("The page does not accept the form yet. Please look in the window.")),
        ),
    }


def _at_the_end() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    return {
        "send left": (
            (
                ("host",),
                _(
                    "Your form has left the window, to %(host)s. Please do not press again. "
                    "filer waits for the answer."
                ),
            ),
            (
                (),
                _(
                    "Your form has left the window. Please do not press again. filer waits for "
                    "the answer."
                ),
            ),
        ),
    }
