"""Where the window is and which control is which: pure functions over what `look.js` reports.

A field is found, in this order, unambiguously or not at all: by its accessible name, by the text of
its row, by structure. See design §3.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from filer import addresses
from filer.flow import Choose, Field, Flow, Label, Press, plain_name
from filer.gate import Ground
from filer.ports import Found, Place, Reading, View

_AI = re.compile(r"(?<!\w)(AI|A\.I\.|KI|IA|SI|MI|UI|DI|TI|ИИ|ΤΝ)(?!\w)")
_AI_WORDS = re.compile(
    r"artificial intelligence|intelligen[czt]|inteligenc|intelix|älykky|tekoäly|tehisintellekt|"
    r"νοημοσύνη|интелект|intellektus|intelekt|gervigreind|intleacht|intelliġenza|mākslīg",
    re.IGNORECASE,
)
"""How the official languages of the EU, Norwegian and Icelandic say "AI". Common knowledge of these
languages, not read on Meta's form: it only decides whether the person is asked "is this it?"."""

_MAIL_WORDS = re.compile(
    r"mail|@|courriel|correo|e-?post|e-?pošt|e-?pastas|e-?pasts|sähköposti|netfang|tölvupóst|"
    r"имейл|поща|ηλεκτρον|ríomhphost|poczt|posta elettronica",
    re.IGNORECASE,
)

_PHONE_WORDS = re.compile(r"phone|telef|téléph|tel\b|mobi|handy|rufnummer|gsm", re.IGNORECASE)

_TYPED = {
    "email": ("email", "text"),
    "phone": ("text",),
    "text": ("text", "textarea"),
    "textarea": ("textarea", "text"),
    "code": ("code", "text"),
    "choice": ("choice",),
    "select": ("select",),
    "checkbox": ("checkbox",),
    "file": ("file",),
}


@dataclass(frozen=True)
class Control:
    """A visible form control. *group* numbers the box it belongs to."""

    path: str
    group: int
    kind: str
    label: str
    row: tuple[str, ...]
    name: str
    id: str
    value: str
    aliases: tuple[str, ...]
    required: bool
    limit: int | None
    editable: bool
    foreign: bool = False  # named by something outside its box
    shape: str = "input"

    @property
    def shown_label(self) -> str:
        """What a person reads beside it; of a box to tick also where its name says otherwise."""
        beside = self.row[0] if self.row else ""
        if self.kind in {"checkbox", "choice"} and self.label and beside:
            name, text = self.label.casefold(), beside.casefold()
            if name not in text and text not in name:
                return f"{beside} ({self.label})"
        return self.label or beside or self.name


@dataclass(frozen=True)
class Button:
    """A visible button. *groups* numbers the boxes it stands in."""

    path: str
    label: str
    groups: tuple[int, ...]
    submit: bool = False
    disabled: bool = False
    foreign: bool = False


@dataclass(frozen=True)
class Look:
    """One report of `look.js`, with the address and the HTTP status of the page."""

    address: str
    title: str
    language: str
    ready: bool
    text: str = ""
    headings: tuple[str, ...] = ()
    password: bool = False
    controls: tuple[Control, ...] = ()
    buttons: tuple[Button, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()  # path, text
    presses: int = 0
    texts: tuple[str, ...] = ()
    born: str = ""
    status: int | None = None
    frames: int = 0  # of a size that could hold a form

    @classmethod
    def read(cls, address: str, report: Mapping[str, Any], status: int | None) -> Look:
        """The report as it came from the page."""
        return cls(
            address=address,
            title=str(report["title"]),
            language=str(report["lang"]).replace("_", "-").split("-")[0].casefold(),
            ready=report["ready"] != "loading",
            text=f"{report['text']}\n{report['shadowText']}",
            headings=tuple(report["headings"]),
            password=bool(report["password"]),
            controls=tuple(
                Control(
                    path=c["path"],
                    group=c["group"],
                    kind=c["kind"],
                    label=c["label"],
                    row=tuple(c["row"]),
                    name=c["name"],
                    id=c["id"],
                    value=c["value"],
                    aliases=tuple(c["aliases"]),
                    required=c["required"],
                    limit=c["limit"],
                    editable=c["editable"],
                    foreign=c["foreign"],
                    shape=c["shape"],
                )
                for c in report["controls"]
            ),
            buttons=tuple(
                Button(
                    path=b["path"],
                    label=b["label"],
                    groups=tuple(b["groups"]),
                    submit=b["submit"],
                    disabled=b["disabled"],
                    foreign=b["foreign"],
                )
                for b in report["buttons"]
            ),
            groups=tuple((g["path"], g["text"]) for g in report["groups"]),
            presses=int(report["presses"]),
            texts=tuple(report["texts"]),
            born=str(report["born"]),
            frames=int(report["frames"]),
            status=status,
        )


@dataclass(frozen=True)
class Located:
    """The form on the page: its *group*, the fields that were found, the send control."""

    group: int
    path: str
    found: Mapping[str, Found]
    controls: tuple[Control, ...]
    send: Button | None
    about: bool  # the page says what the form is for
    known_language: bool


# --------------------------------------------------------------------------- fields


def find_field(look: Look, wanted: Field, group: int) -> Found | None:
    """The control in *group* that *wanted* means, or None where that is not certain."""
    kinds = _TYPED[wanted.kind]
    controls = [c for c in look.controls if c.group == group and c.kind in kinds]
    named = [c for c in controls if wanted.label.names(c.label)]
    if named:
        return _found(wanted, named[0], "label") if len(named) == 1 else None
    rows = [c for c in controls if not c.label and any(wanted.label.names(t) for t in c.row)]
    rows = rows or [c for c in controls if any(wanted.label.names(t) for t in c.row[:1])]
    if rows:
        return _found(wanted, rows[0], "row") if len(rows) == 1 else None
    if wanted.kind in {"text", "choice", "checkbox"}:
        return None
    alone = [c for c in controls if c.kind == kinds[0]]
    if not alone and wanted.kind == "email":
        texts = [c for c in controls if c.kind == "text"]
        alone = [c for c in texts if _might_be_mail(look, wanted, c)] if len(texts) == 1 else []
    if wanted.kind == "phone":
        alone = [c for c in alone if _might_be_phone(look, wanted, c)]
    return _found(wanted, alone[0], "structure") if len(alone) == 1 else None


def _might_be_phone(look: Look, wanted: Field, control: Control) -> bool:
    """The same of a telephone number."""
    words = " ".join((control.label, *control.row))
    return look.language not in wanted.label.texts or bool(_PHONE_WORDS.search(words))


def _might_be_mail(look: Look, wanted: Field, control: Control) -> bool:
    """A lone text field is the e-mail field where its words say so, or nobody can read them."""
    words = " ".join((control.label, *control.row))
    return look.language not in wanted.label.texts or bool(_MAIL_WORDS.search(words))


def _found(wanted: Field, control: Control, how: str) -> Found:
    return Found(
        field=wanted.name,
        how=how,
        path=control.path,
        label=control.shown_label,
        name=control.name or control.id,
        kind=control.kind,
        value=control.value,
        limit=control.limit,
        aliases=control.aliases,
    )


# --------------------------------------------------------------------------- the form


def locate_form(look: Look, flow: Flow) -> Located | None:
    """The objection form on the page, or None. Never on a page with a password field."""
    if look.password:
        return None
    candidates = [
        located
        for number in range(len(look.groups))
        if (located := _form_in(look, flow, number)) is not None
    ]
    if len(candidates) > 1:
        by_words = [c for c in candidates if all(f.how != "structure" for f in c.found.values())]
        candidates = by_words or [c for c in candidates if len(c.found) > 1]
    return candidates[0] if len(candidates) == 1 else None


def _form_in(look: Look, flow: Flow, number: int) -> Located | None:
    found = {
        field.name: place
        for field in flow.fields
        if (place := find_field(look, field, number)) is not None
    }
    buttons = [b for b in look.buttons if number in b.groups]
    about = speaks_of_it(look, flow, number)
    many = any(c.group == number and c.kind == "textarea" for c in look.controls)
    typed = any(c.group == number and c.kind in _TYPED["email"] for c in look.controls)
    unnamed = many and typed and bool(flow.about.within(_words(look, number)))
    mark = mark_of(flow)
    if not buttons or not (mark.name in found or unnamed):
        return None  # where the e-mail field cannot be told apart, the form says what it is for
    if not many and not flow.about.within(look.groups[number][1]):
        return None  # an e-mail address and a button alone is a newsletter, not an objection
    controls = tuple(
        c for c in look.controls if c.group == number and c.kind not in {"password", "search"}
    )
    if any(c.kind == "search" for c in look.controls if c.group == number):
        return None
    return Located(
        group=number,
        path=look.groups[number][0],
        found=found,
        controls=controls,
        send=find_send(buttons, flow),
        about=about,
        known_language=look.language in mark.label.texts,
    )


def mark_of(flow: Flow) -> Field:
    """The field without which a form is not the flow's: the e-mail address, else the first."""
    fields = flow.fields
    return next((field for field in fields if field.kind == "email"), fields[0])


def find_send(buttons: Sequence[Button], flow: Flow) -> Button | None:
    """The send control among *buttons*: by its wording, else the submit button, else the last."""
    for fits in (
        [b for b in buttons if flow.sending.send.names(b.label)],
        [b for b in buttons if b.submit],
    ):
        if len(fits) == 1:
            return fits[0]
    return buttons[-1] if buttons else None


def _words(look: Look, number: int) -> str:
    return "\n".join((look.title, *look.headings, look.groups[number][1]))


def speaks_of_it(look: Look, flow: Flow, number: int) -> bool:
    """Whether title, headings or the form itself say that this is about AI."""
    return bool(word_for_it(look, flow, number))


def word_for_it(look: Look, flow: Flow, number: int) -> str:
    """The word by which title, headings or the form itself say that this is about AI, or ""."""
    words = _words(look, number)
    said = _AI.search(words) or _AI_WORDS.search(words)
    return flow.about.within(words) or (said[0] if said else "")


def speaks_of_another(look: Look, flow: Flow, number: int) -> bool:
    """Whether the page speaks of another request, and not of AI.

    "Bezwaar" and "Einspruch" alone are also what an appeal against a removed post is called.
    """
    other = flow.others.within(_words(look, number))
    return bool(other) and not speaks_of_it(look, flow, number)


# --------------------------------------------------------------------------- the page


def is_private(address: str, flow: Flow, ground: Ground) -> bool:
    """Whether *address* is a login, a second factor, a checkpoint."""
    path = urlsplit(address).path
    return ground.host(address) != "" and any(path.startswith(start) for start in flow.private)


def cookie_button(look: Look, flow: Flow) -> tuple[Press, Button] | None:
    """The button that closes a cookie dialog in the most private way the flow knows."""
    for press in flow.cookies:
        for button in look.buttons:
            if not button.disabled and press.label.names(button.label):
                return press, button
    return None


def question(look: Look, flow: Flow) -> Choose | None:
    """The wizard question on the page, if the flow knows it."""
    for choose in flow.questions:
        if choose.question.within(look.text) and answer_controls(look, choose):
            return choose
    return None


def answer_controls(look: Look, choose: Choose) -> list[Control]:
    """The radio buttons that are the answer."""
    return [
        c
        for c in look.controls
        if c.kind == "choice" and (choose.answer.names(c.label) or _row_is(choose.answer, c))
    ]


def _row_is(label: Label, control: Control) -> bool:
    return not control.label and any(label.names(text) for text in control.row)


def why_unavailable(look: Look, flow: Flow, ground: Ground, *, private: bool = False) -> str | None:
    """Which reason of design §4 the page gives, if any; of a *private* page only the address."""
    host, path = ground.host(look.address), urlsplit(look.address).path
    if look.status == 429:
        return "throttled"
    for reason in flow.unavailable:
        if (not private and reason.label.within(look.text)) or host in reason.hosts:
            return reason.reason
        for start in reason.paths:
            if path == start[:-1] if start.endswith("$") else path.startswith(start):
                return reason.reason
    return None


def view(look: Look, flow: Flow, ground: Ground) -> tuple[View, Located | None]:
    """What the window shows: where it is, and the form if it is there."""
    host = ground.host(look.address)
    address = addresses.bare(look.address)
    base = View(Place.UNKNOWN, address, host, language=look.language, document=look.born)

    def at(place: Place, reason: str | None = None) -> tuple[View, None]:
        title = "" if place is Place.PRIVATE else look.title
        return _with(base, place=place, reason=reason, title=title), None

    if not flow.allows_host(host):
        if look.address.startswith(("about:", "chrome-error:")):
            return at(Place.BLANK)
        return at(Place.UNAVAILABLE, "foreign host")
    if cookie_button(look, flow):
        return at(Place.COOKIES)
    if is_private(look.address, flow, ground) or look.password:
        reason = why_unavailable(look, flow, ground, private=True) if not look.password else None
        return at(Place.UNAVAILABLE, reason) if reason else at(Place.PRIVATE)
    located = locate_form(look, flow)
    if located is not None:
        if speaks_of_another(look, flow, located.group):
            return at(Place.OTHER_FORM)
        return _form_view(base, look, located), located
    if question(look, flow):
        return at(Place.QUESTION)
    if reason := why_unavailable(look, flow, ground):
        return at(Place.UNAVAILABLE, reason)
    if not look.ready or (not look.text.strip() and not look.controls):
        return at(Place.BLANK)
    if look.status is not None and look.status >= 400:
        return at(Place.UNREACHABLE, f"HTTP {look.status}")
    return at(Place.UNKNOWN)


def _form_view(base: View, look: Look, located: Located) -> View:
    how = {f.path: f for f in located.found.values()}
    readings = tuple(
        Reading(
            label=c.shown_label,
            name=c.name or c.id,
            kind="email" if c.path in how and how[c.path].field == "email" else c.kind,
            value=c.value,
            required=c.required,
            path=c.path,
            aliases=c.aliases,
        )
        for c in located.controls
    )
    unread = "structure" if located.known_language else "shape"
    return _with(
        base,
        place=Place.FORM,
        title=look.title,
        recognised="wording" if located.about else unread,
        readings=readings,
        send_label=located.send.label if located.send else "",
        shown=fingerprint(look, located),
    )


def fingerprint(look: Look, located: Located) -> str:
    """A hash over all that the form shows: its text, its controls, their values.

    Runs of digits count as equal, so that a clock or a counter in the form does not count as
    another form.
    """
    values = [f"{c.kind}|{c.shown_label}|{c.value}" for c in located.controls]
    text = re.sub(r"\d+", "#", plain_name(look.groups[located.group][1]))
    send = located.send.label if located.send else ""
    return hashlib.sha256("\0".join([text, send, *values]).encode()).hexdigest()


def _with(view: View, **changes: Any) -> View:
    return View(**{**view.__dict__, **changes})
