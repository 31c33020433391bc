"""A form met in the wild as a test: a practice page and a draft flow, made of its fingerprint.

Pure functions, text in and text out, but for `keep` and `read_draft`. Nothing of the page itself is
copied: the page is built anew of names and kinds, every one of them escaped, and holds one script,
which is ours. The draft holds names as quoted strings alone, and is refused if it is more than data
or breaks a law.
"""

from __future__ import annotations

import base64
import hashlib
import json
import keyword
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from filer import drift
from filer.errors import EvidenceFolder, FlowBroken, WrongUsage
from filer.flow import Flow, broken_laws, impure
from filer.ports import Fingerprint, Part
from filer.words import _

PAGE, ANSWER, DRAFT, PRINT = "form.html", "answer.html", "flow.py", "fingerprint.json"
"""The files of a recording; no other is written or read."""

FILES = (PAGE, ANSWER, DRAFT, PRINT)
"""All of them."""

LARGEST = 1 << 20
"""No larger file of a recording is read, in bytes."""

NAME = "draft"
"""What a draft flow is called until a maintainer gives it a name."""

COPY = (
    "document.querySelector('form').addEventListener('submit',()=>{for(const e of "
    "document.querySelectorAll('[data-into]'))document.getElementById(e.dataset.into).value="
    "e.innerText})"
)
"""The one script of a recorded page: what was typed into editable text goes along when sent."""

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; "
    "script-src 'sha256-" + base64.b64encode(hashlib.sha256(COPY.encode()).digest()).decode() + "'"
)
"""Its content security policy: nothing else runs, and nothing is loaded."""

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}"
    ".practice{border:2px dashed;padding:.5rem}p{margin:.8rem 0}"
    "input,textarea,select,[contenteditable]{font:inherit;min-width:18rem}"
    "textarea,[contenteditable]{display:block;min-height:5rem;border:1px solid}"
)

_NEW = (
    "filer never sends; whoever practises does. This is a copy of a form, on this computer: "
    "practice, not Meta. Do not type a real password."
)


@dataclass(frozen=True)
class Recording:
    """The files of a recording, by name, and the address that the page stands for."""

    address: str
    files: Mapping[str, str]


def recorded(seen: Fingerprint, base: Flow, day: str) -> Recording:
    """The recording of the form *seen* on *day* (YYYY-MM-DD); *base* knows answers and hosts.

    Raises `FlowBroken` where no draft can be made that is data and breaks no law.
    """
    draft = draft_of(seen, base, day)
    wrong = impure(draft, DRAFT)
    if wrong:
        raise FlowBroken("\n".join(wrong), _("Nothing was written. Please report this."))
    told = json.dumps({"day": day, **drift.as_data(seen)}, indent=2, ensure_ascii=False)
    return Recording(
        seen.address,
        {PAGE: page_of(seen), ANSWER: answer_of(seen, base), DRAFT: draft, PRINT: told + "\n"},
    )


# --------------------------------------------------------------------------- the page


def page_of(seen: Fingerprint) -> str:
    """The practice page: the same controls with the same names, and nothing in them."""
    rows = "\n".join(_row(number, part) for number, part in enumerate(seen.parts, 1))
    script = f"<script>{COPY}</script>\n" if _editable(seen) else ""
    return _page(
        seen,
        f'<form method="post" action="/recorded/answer">\n{rows}\n'
        f'<p><button type="submit">{escape(seen.send) or "&gt;"}</button></p>\n</form>\n{script}',
    )


def answer_of(seen: Fingerprint, base: Flow) -> str:
    """The page for what comes after: the known wording of an answer, in the form's language."""
    words = seen.outcome or base.sending.confirmed.best(seen.language)
    return _page(seen, f'<p role="status" data-practice-outcome="confirmed">{escape(words)}.</p>\n')


def _editable(seen: Fingerprint) -> bool:
    return any(part.shape == "editable" for part in seen.parts)


def _page(seen: Fingerprint, body: str) -> str:
    title = escape(seen.about)
    return (
        f'<!doctype html>\n<html lang="{escape(seen.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<p class="practice" lang="en">{_NEW}</p>\n<main>\n<h1>{title}</h1>\n{body}</main>\n'
        "</body>\n</html>\n"
    )


def _row(number: int, part: Part) -> str:
    control, name = _control(number, part), escape(part.name)
    if not name:
        return f"<div>{control}</div>"
    if part.named == "row":
        return f"<div><div>{name}</div><div>{control}</div></div>"
    if part.shape == "editable":
        return f'<p><span id="n{number}">{name}</span> {control}</p>'
    return f'<p><label for="c{number}">{name}</label> {control}</p>'


def _control(number: int, part: Part) -> str:
    """The control itself: a kind that we know, made by us."""
    limit = f' maxlength="{part.limit:d}"' if part.limit else ""
    same = f' id="c{number}" name="f{number}"{" required" if part.required else ""}{limit}'
    if part.shape == "editable" and part.kind in {"text", "textarea"}:
        many = "true" if part.kind == "textarea" else "false"
        named = f' aria-labelledby="n{number}"' if part.name and part.named == "label" else ""
        required = ' aria-required="true"' if part.required else ""
        return (
            f'<input type="hidden" name="f{number}" id="h{number}">'
            f'<div contenteditable="true" role="textbox" aria-multiline="{many}"'
            f'{named}{required} data-into="h{number}"></div>'
        )
    match part.kind:
        case "textarea":
            return f"<textarea{same}></textarea>"
        case "select":
            return f'<select{same}><option value=""></option><option>1</option></select>'
        case "checkbox":
            return f'<input type="checkbox"{same} value="1">'
        case "choice":
            required = " required" if part.required else ""
            return f'<input type="radio" id="c{number}" name="choice" value="{number}"{required}>'
        case "code":
            return f'<input type="text" autocomplete="one-time-code"{same}>'
        case "email" | "file" as kind:
            return f'<input type="{kind}"{same}>'
        case _:
            return f'<input type="text"{same}>'


# --------------------------------------------------------------------------- the draft


def draft_of(seen: Fingerprint, base: Flow, day: str) -> str:
    """The text of a flow file for the form *seen*: data, with the shared parts of `flows.meta`."""
    new = list(_new_labels(seen, base, day))
    bound = {what: name for what, name, _lines in new}
    email, reason, send = (
        bound.get(what, known)
        for what, known in (("email", "EMAIL"), ("reason", "REASON"), ("send", "SEND"))
    )
    fills = [f'        Fill({email}, "email"),']
    if any(part.meaning == "reason" for part in seen.parts):
        fills.append(f'        Fill({reason}, "reason"),')
    words = [] if _collides(seen, base) else ["    cookies=COOKIES,", "    questions=QUESTIONS,"]
    steps = [
        f"        Open({drift.quoted(seen.address)}),",
        f'        HandOver("Log in if the site asks you to.", until={email}),',
        '        Keep("the empty form"),',
        *(_told(part) for part in seen.parts if not part.meaning),
        *fills,
        '        Keep("the form as it will be sent"),',
        f"        HumanSends({send}, confirmed=THANKS, refused=ERRORS),",
        "        Code(CODE),",
        '        Keep("Meta\'s answer"),',
    ]
    labels = [line for _what, _name, text in new for line in (*text, "")]
    lines = [
        f'"""A draft: a form met on {day}. Nobody has checked it.',
        "",
        "Give it a name, say what it covers, and keep only the wordings that you have seen.",
        '"""',
        "",
        f"from filer.flow import {', '.join(_words(labels))}",
        "from flows.meta import (",
        *(f"    {name}," for name in _SHARED if _is_used(name, [*words, *steps, *_ALWAYS])),
        ")",
        "",
        *labels,
        "FLOW = Flow(",
        f'    name="{NAME}",',
        '    title=Label(en="A draft of a form", source="our own words"),',
        '    covers=Label(en="Unknown.", source="our own words"),',
        '    covers_not=Label(en="Unknown.", source="our own words"),',
        f'    checked="{day}",',
        *_ALWAYS[:4],
        *words,
        *_ALWAYS[4:],
        "    steps=(",
        *steps,
        "    ),",
        ")",
    ]
    return "\n".join(lines) + "\n"


_SHARED = tuple(
    "ABOUT ASSET_HOSTS CODE COOKIES EMAIL ERRORS LOGIN_PAGES META_HOSTS OTHERS QUESTIONS REASON "
    "SEND SEND_PATHS THANKS UNAVAILABLE".split()
)


_ALWAYS = (
    "    hosts=META_HOSTS,",
    "    assets=ASSET_HOSTS,",
    "    private=LOGIN_PAGES,",
    "    sends_to=SEND_PATHS,",
    "    about=ABOUT,",
    "    others=OTHERS,",
    "    unavailable=UNAVAILABLE,",
)


def _words(labels: list[str]) -> list[str]:
    """The words of the vocabulary that a draft uses."""
    more = ["Field"] if any("= Field(" in line for line in labels) else []
    return sorted(
        ["Code", "Fill", "Flow", "HandOver", "HumanSends", "Keep", "Label", "Open", *more]
    )


def _is_used(name: str, lines: Sequence[str]) -> bool:
    """Whether one of *lines* holds *name* outside of a comment or a string."""
    code = [re.sub(r'"(\\.|[^"\\])*"|#.*', "", line) for line in lines]
    return any(re.search(rf"\b{name}\b", line) for line in code)


def _new_labels(
    seen: Fingerprint, base: Flow, day: str
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What is called otherwise than *base* knows: what it is, its name in the draft, its lines."""
    for field in base.fields:
        part = next((p for p in seen.parts if p.meaning == field.name), None)
        if part and part.name and part.how == "structure" and field.name in {"email", "reason"}:
            name = f"NEW_{field.name.upper()}"
            needed = ["    required=True,"] if field.required else []
            yield (
                field.name,
                name,
                (
                    f"{name} = Field(",
                    f"    {drift.quoted(field.name)},",
                    f"    kind={drift.quoted(field.kind)},",
                    *needed,
                    f"    label={_label(seen.language, part.name, day)},",
                    ")",
                ),
            )
    if seen.send and not base.sending.send.names(seen.send):
        yield "send", "NEW_SEND", ("NEW_SEND = " + _label(seen.language, seen.send, day),)


def _label(language: str, wording: str, day: str) -> str:
    """A label with one wording; "und" stands for a language that the page does not name."""
    code = language or "und"
    code = f"{code}_" if keyword.iskeyword(code) else code
    return f'Label({code}={drift.quoted(wording)}, source="met on {day}")'


def _told(part: Part) -> str:
    needed = "required" if part.required else "may stay empty"
    return f"        # Also asked, and left to the person: {drift.quoted(part.name)} ({needed})."


def _collides(seen: Fingerprint, base: Flow) -> bool:
    """Whether a button of cookies or wizards has the wording that sends here: then none is pressed.

    The shared wordings of the send control count too, where the form has no wording of its own.
    """
    labels = [press.label for press in base.cookies]
    labels += [choose.then for choose in base.questions]
    return any(label.names(seen.send) for label in labels)


# --------------------------------------------------------------------------- on disk


def keep(recording: Recording, where: Path) -> None:
    """Write the files of *recording* into the folder *where*, which must be new or empty.

    Raises `WrongUsage` for any other, `EvidenceFolder` when it cannot be written.
    """
    try:
        where.mkdir(parents=True, exist_ok=True)
        if any(where.iterdir()):
            raise WrongUsage(
                _("{folder} is not empty.").format(folder=where),
                _("Name a folder that is new, so that nothing is overwritten."),
            )
        for name, text in recording.files.items():
            handle = os.open(where / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as trouble:
        raise EvidenceFolder(
            _("{folder} cannot be written: {why}.").format(folder=where, why=trouble.strerror),
            _("Name another folder."),
        ) from trouble


def read(where: Path, name: str) -> str:
    """The file *name* of the recording in *where*. Raises `WrongUsage` where it is none."""
    path = where / name
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
            raise WrongUsage(
                _("{folder} is no recording: {name} is missing or odd.").format(
                    folder=where, name=name
                ),
                _("filer record makes one."),
            )
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as trouble:
        raise WrongUsage(
            _("{name} in {folder} cannot be read.").format(folder=where, name=name)
        ) from trouble


def read_draft(where: Path) -> Flow:
    """The draft flow of the recording in *where*, checked to be data and to break no law.

    Raises `WrongUsage` where there is none, `FlowBroken` with the line for what is more than data.
    """
    text = read(where, DRAFT)
    _refuse(impure(text, DRAFT))
    held: dict[str, object] = {}
    try:
        exec(compile(text, DRAFT, "exec"), held)  # noqa: S102 - exactly the text that is data
        flow = held.get("FLOW")
    except (TypeError, ValueError, AttributeError, ImportError, RecursionError) as error:
        raise FlowBroken(
            _("{file} cannot be read: {why}.").format(file=DRAFT, why=error)
        ) from error
    if not isinstance(flow, Flow):
        raise FlowBroken(_("{file} holds no flow.").format(file=DRAFT))
    _refuse(tuple(f"{DRAFT}: {sentence}" for _step, sentence in broken_laws(flow)))
    return flow


def _refuse(sentences: tuple[str, ...]) -> None:
    if sentences:
        raise FlowBroken("\n".join(sentences), _("Nothing was opened."))


def address_of(where: Path) -> str:
    """The path of the address that the recording in *where* stands for; "/" where it is odd."""
    try:
        told = json.loads(read(where, PRINT))
        address = told["address"]
        return urlsplit(address).path or "/" if isinstance(address, str) else "/"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "/"
