"""The forms that ask for other things than an account's own form: third parties, and WhatsApp.

Which fields they have follows what people told of the real ones; ids, order and wordings are ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from filer.practice import pages
from filer.practice.places import DESKTOP_SEND, MOBILE_SEND, WHATSAPP_SEND


@dataclass(frozen=True)
class Asked:
    """One field: its *name* in the page's wordings, its *kind*, its *id*, and what it sends as."""

    name: str
    kind: str
    id: str
    sends_as: str
    required: bool = False


FIELDS: dict[str, tuple[Asked, ...]] = {
    "third-party": (
        Asked("country", "select", "2210417783905541", "Field2210417783905541", required=True),
        Asked("first_name", "text", "1377094426650983", "Field1377094426650983", required=True),
        Asked("last_name", "text", "3904417265508128", "Field3904417265508128", required=True),
        Asked("email", "email", "1029384756610293", "email", required=True),
        Asked("prompts", "textarea", "2847561029384750", "Field2847561029384750"),
        Asked("picture", "file", "5647382910564738", "id_upload[]"),
        Asked("reason", "textarea", "7483920174839201", "Field7483920174839201"),
    ),
    "whatsapp": (
        Asked("phone", "tel", "4410923857710923", "phone_number", required=True),
        Asked("reason", "textarea", "8820194756382019", "message"),
    ),
}


def sends_to(kind: str, *, mobile: bool) -> str:
    """Where the form of this *kind* sends to."""
    if kind == "whatsapp":
        return WHATSAPP_SEND
    return MOBILE_SEND if mobile else DESKTOP_SEND


def rows(kind: str, words: pages.Words) -> list[dict[str, object]]:
    """The fields of the form of this *kind* as its page shows them, in *words*."""
    said = words[kind]
    return [
        {
            "id": field.id,
            "name": field.sends_as,
            "kind": field.kind,
            "label": said[field.name],
            "required": field.required,
            "options": words["countries"] if field.kind == "select" else {},
        }
        for field in FIELDS[kind]
    ]
