"""A form's fingerprint as it is read from the page: names and kinds, never a value.

Pure functions over what `look.js` reports. Only names that stand in the form's own box are taken,
or in the control itself, and what was typed or looks like an address is taken out of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from filer.browser import locate
from filer.browser.locate import Button, Control, Look
from filer.flow import Flow, plain
from filer.gate import Ground
from filer.ports import Fingerprint, Found, Part, Place

LONGEST = 160
"""No longer name is taken, in characters."""

MOST = 40
"""No more controls of one form are taken."""

_GONE = "…"
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\d[\d .()/-]{6,}\d")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PATH = re.compile(r"/[A-Za-z0-9._~/-]{0,200}")
_KINDS = frozenset({"email", "text", "textarea", "choice", "select", "checkbox", "file", "code"})


def fingerprint(look: Look, flow: Flow, ground: Ground) -> Fingerprint | None:
    """The form on the page, or the one that is most like a form; None where there is none.

    A private page has none, nor has a page with a password field or on a host of nobody's.
    """
    view, located = locate.view(look, flow, ground)
    if view.place is Place.PRIVATE or look.password or not flow.allows_host(view.host):
        return None
    group = _most_like_a_form(look, flow) if located is None else located.group
    language = look.language if _LANGUAGE.fullmatch(look.language) else ""
    if group is None:
        address = _address(look.address, ground)
        return Fingerprint(address, language, "", "frame", (), "") if look.frames else None
    controls = [c for c in look.controls if c.group == group and c.kind in _KINDS]
    buttons = [b for b in look.buttons if group in b.groups]
    send = located.send if located else locate.find_send(buttons, flow)
    values = [c.value for c in controls]
    told = [locate.find_field(look, field, group) for field in flow.fields]
    found = {each.path: each for each in told if each is not None}
    return Fingerprint(
        address=_address(look.address, ground),
        language=language,
        about=_clean(locate.word_for_it(look, flow, group), values),
        recognised=view.recognised if located else "guess",
        parts=tuple(_part(c, look, found, values) for c in controls[:MOST]),
        send=_clean(_of_button(send, group), values),
    )


def _most_like_a_form(look: Look, flow: Flow) -> int | None:
    """The group that asks for most; None where nothing looks like a form to object.

    It has a large field, or asks for an e-mail address on a page that speaks of AI.
    """

    def asks(number: int) -> list[Control]:
        return [c for c in look.controls if c.group == number]

    likely = [
        number
        for number in range(len(look.groups))
        if not any(c.kind == "search" for c in asks(number))
        and (
            any(c.kind == "textarea" for c in asks(number))
            or (
                any(c.kind == "email" for c in asks(number))
                and locate.word_for_it(look, flow, number)
            )
        )
    ]
    return max(likely, key=lambda number: len(asks(number)), default=None)


def _part(control: Control, look: Look, found: Mapping[str, Found], values: Sequence[str]) -> Part:
    mine = found.get(control.path)
    named, name = _named(control, look, values)
    return Part(
        kind=control.kind,
        name=name,
        named=named,
        shape=control.shape,
        required=control.required,
        limit=control.limit,
        meaning=mine.field if mine else "",
        how=mine.how if mine else "",
    )


def _named(control: Control, look: Look, values: Sequence[str]) -> tuple[str, str]:
    """How the control is named, and its name; both empty where that is not the form's own."""
    if control.label:
        name = "" if control.foreign else _clean(control.label, values)
        return ("label", name) if name else ("", "")
    for text in control.row[:1]:
        if plain(text) in plain(look.groups[control.group][1]) and not _typed(text, control):
            name = _clean(text, values)
            return ("row", name) if name else ("", "")
    return "", ""


def _typed(text: str, control: Control) -> bool:
    return bool(control.value) and plain(text) in plain(control.value)


def _of_button(button: Button | None, group: int) -> str:
    """What the send control says; empty where its words come from outside the form."""
    if button is None or button.foreign:
        return ""
    return button.label if group in button.groups else ""


def _clean(text: str, values: Sequence[str]) -> str:
    """*text* on one line, without values, addresses, long numbers or characters nobody sees."""
    shown = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    shown = " ".join(shown.split())
    for value in values:
        for line in filter(None, (" ".join(part.split()) for part in value.splitlines())):
            if len(line) > 2 and value != "checked":
                shown = shown.replace(line, _GONE)
    shown = _ADDRESS.sub(_GONE, shown)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1].rstrip() + _GONE


def _address(address: str, ground: Ground) -> str:
    """The form's address in the world, without query; a strange path becomes "/"."""
    path = urlsplit(address).path
    return f"https://{ground.host(address)}{path if _PATH.fullmatch(path) else '/'}"
