"""What one screen is: words to read, values to check, answers to choose from.

The terminal prints it, the guide window draws it. Nothing here prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from filer.human.shown import inline
from filer.ports import (
    Accounts,
    Answer,
    CodeAsked,
    CodeReview,
    Introduction,
    Meaning,
    NoAnswer,
    PressNow,
    Question,
    Result,
    Told,
)
from filer.words import _

Moment = Question | Told | Result


@dataclass(frozen=True)
class Choice:
    """One answer: the *key* and the *word* a person can type, and in *words* what it means."""

    answer: Answer
    key: str
    word: str
    words: str


@dataclass(frozen=True)
class Screen:
    """Everything one moment shows. *rows* are labels with their values, *sent* the state so far.

    *below* are paragraphs that follow the rows: what a person can do next. *commands* are what to
    type for that, each with its sentence; they are never broken into lines.

    *default* is what an empty line means; None means that an empty line answers nothing.
    """

    name: str
    title: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    choices: tuple[Choice, ...] = ()
    sent: str = ""
    default: Answer | None = None
    below: tuple[str, ...] = ()
    commands: tuple[tuple[str, str], ...] = ()
    weighty: bool = True


@dataclass(frozen=True)
class Sofar:
    """What has been sent up to now, as far as the person was told.

    *state* is "nothing", "left", "answered" or "unknown"; *host* is where it went.
    """

    practice: bool = False
    state: str = "nothing"
    host: str = ""

    def after(self, moment: Moment) -> Sofar:
        """The state once *moment* has come. What has left never becomes unsent again."""
        match moment:
            case Introduction():
                return Sofar(practice=moment.practice)
            case Told(what="send left"):
                host = moment.facts.get("host", self.host)
                return replace(self, state="left", host=host)
            case Meaning() | Accounts():
                return replace(self, state="answered")
            case CodeAsked() | CodeReview() if self.state == "left":
                return replace(self, state="answered")
            case NoAnswer() if self.state != "answered":
                return replace(self, state="left")
            case Result():
                return self._ended(moment)
            case PressNow() if self.state == "nothing":
                return replace(self, host=moment.host)
            case _:
                return self

    def _ended(self, result: Result) -> Sofar:
        practice = self.practice or result.scenario is not None
        host = result.send_host or self.host
        if result.sent is None:
            return Sofar(practice, "unknown", host)
        if not result.sent:
            return Sofar(practice, "nothing", host)
        state = "left" if result.outcome == "unknown" else "answered"
        return Sofar(practice, state, host)

    def line(self) -> str:
        """One line that says what has been sent so far."""
        if self.practice:
            return self._sent() + " " + _("This is practice: nothing goes to Meta.")
        return self._sent()

    def named(self, host: str) -> str:
        """*host* as a person should read it: in practice it is a copy, not the real one."""
        if not host:
            return _("the form's address")
        if self.practice:
            return _("the practice copy of %(host)s") % {"host": inline(host)}
        return inline(host)

    def _sent(self) -> str:
        host = {"host": self.named(self.host)}
        match self.state:
            case "left":
                return _("Sent so far: your form, once, to %(host)s. No answer yet.") % host
            case "answered":
                return _("Sent so far: your form, once, to %(host)s. An answer came.") % host
            case "unknown":
                return _("Sent so far: not known. At most one send can have left.")
            case _:
                return _("Sent so far: nothing of your objection.")


def filled(sentence: str, **facts: object) -> str:
    """*sentence*, already translated, with *facts* put in, each on one line and harmless."""
    return sentence % {name: inline(str(fact)) for name, fact in facts.items()}


def choices(
    answers: Iterable[Answer], words: Mapping[Answer, tuple[str, str]]
) -> tuple[Choice, ...]:
    """*answers* in order, each with the first letter of its word that is still free as its key."""
    made: list[Choice] = []
    for answer in answers:
        word, meaning = words[answer]
        taken = {choice.key for choice in made}
        key = next((c for c in word.casefold() if c.isalpha() and c not in taken), word)
        made.append(Choice(answer, key, word, meaning))
    return tuple(made)
