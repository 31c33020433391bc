"""WhatsApp, honestly: what is known about objecting there, how sure it is, and what does not help.

Every sentence says who said it and when. How sure a source is: [P] Meta itself or an authority;
[B] press or a consumer organisation; [C] one person's report; [U] not confirmed by anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from filer.words import _


@dataclass(frozen=True)
class Said:
    """One thing that is known, or is not: the sentence, who says so, and how sure that is."""

    sentence: str
    source: str
    sure: str

    def facts(self) -> dict[str, str]:
        """The same as a JSON object."""
        return {"sentence": self.sentence, "source": self.source, "sure": self.sure}


def why_no_form() -> str:
    """What filer has for WhatsApp and what not, in a sentence or two."""
    return _(
        "filer can open the general form: filer file whatsapp. Nobody has shown that it takes an "
        "objection to AI. You can also send a letter: filer letter whatsapp"
    )


def known() -> tuple[Said, ...]:
    """What is known about objecting on WhatsApp, oldest first."""
    return (
        Said(
            _(
                "In April 2025 the Dutch authority wrote that messages you send to Meta AI on "
                "WhatsApp are used to train it, and that objecting to this does not seem possible. "
                "Chats between people are not used as long as Meta AI is not brought into them; "
                "the authority gives that as Meta's word."
            ),
            _("Autoriteit Persoonsgegevens, April 2025"),
            "P",
        ),
        Said(
            _(
                "In May 2025 the French authority was quoted that chats with Meta AI on WhatsApp "
                "were not used for training then."
            ),
            _("CNIL, quoted by the press, May 2025"),
            "B",
        ),
        Said(
            _(
                "Since then Meta's page on generative AI says that you can object through your "
                "WhatsApp account to the use of your messages with AIs."
            ),
            _("Meta's page, archived on 23 March 2026"),
            "P",
        ),
        Said(
            _("Where that is: nobody of this project has found the address of such a form."),
            _("not found"),
            "U",
        ),
        Said(
            _(
                "WhatsApp's privacy policy names a general form to object. It asks for your "
                "telephone number: https://www.whatsapp.com/contact/forms/382532939919295/"
            ),
            _("WhatsApp's policy for Europe, effective 2 July 2026"),
            "P",
        ),
        Said(
            _(
                "Somebody who used it for AI was told that this is a matter of Meta AI, not of "
                "WhatsApp."
            ),
            _("one report, April or May 2025"),
            "C",
        ),
    )


def reset() -> tuple[Said, ...]:
    """What `/reset-ai` and the like do, and what they do not."""
    return (
        Said(
            _(
                "Typed in the chat with Meta AI, /reset-ai is said to delete the copies of that "
                "chat which the assistant keeps."
            ),
            _("guides in the press; not tried by us"),
            "C",
        ),
        Said(
            _(
                "It is no objection under Article 21 GDPR. It says nothing about later messages, "
                "and takes nothing out of a model that was trained before."
            ),
            _("our reading"),
            "U",
        ),
        Said(
            _(
                "The blue circle cannot be switched off. You can leave it alone: what you do not "
                "write to Meta AI, it does not get from you."
            ),
            _("press, 2025"),
            "B",
        ),
        Said(
            _("“Advanced chat privacy” is said to keep AI functions out of a single chat."),
            _("one guide"),
            "C",
        ),
    )


def sureness(mark: str) -> str:
    """What the *mark* of a source means, in a few words."""
    return {
        "P": _("its own words"),
        "B": _("reported by the press"),
        "C": _("one report"),
    }.get(mark, _("not confirmed"))
