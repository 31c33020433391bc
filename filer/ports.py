"""The seams of filer: what the session asks of the form, the person, the record and the clock.

`session.run` knows only these. The browser, the terminal, the guide window, the stand-in and the
evidence bundle implement them.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from filer.flow import Choose, Field, Flow, HumanSends, Press
from filer.gate import Gate, Request, Reviewed, Verdict

# --------------------------------------------------------------------------- what the page shows


class Place(enum.Enum):
    """Where the window is, as far as filer can tell."""

    FORM = "form"
    PRIVATE = "private"  # a login, a second factor, a checkpoint: never read, never captured
    COOKIES = "cookies"  # a cookie dialog lies over the page
    QUESTION = "question"  # a wizard page asks something the flow knows
    OTHER_FORM = "other form"  # a form, but for another request
    UNAVAILABLE = "unavailable"  # the page says why there is no form; `View.reason` says which
    UNREACHABLE = "unreachable"  # no page at all
    UNKNOWN = "unknown"
    BLANK = "blank"  # still loading, or nothing opened yet


@dataclass(frozen=True)
class Found:
    """A field on the page. *how* is "label", "row" or "structure"; *path* finds it again.

    *limit* is the page's own limit in characters; *value* what it holds now, *aliases* other forms
    of the same (the value behind a chosen option).
    """

    field: str
    how: str
    path: str
    label: str
    name: str
    kind: str
    value: str
    limit: int | None = None
    aliases: tuple[str, ...] = ()

    def holds(self, value: str) -> bool:
        """Whether it holds *value* already."""
        return self.value == value or (
            bool(value) and value.casefold() in {alias.casefold() for alias in self.aliases}
        )


@dataclass(frozen=True)
class Attached:
    """A file as it was handed to the page: its *size* in bytes, its *sha256*, and its *name* there.

    *shown* is what the page then says it holds.
    """

    name: str
    size: int
    sha256: str
    shown: str


@dataclass(frozen=True)
class Reading:
    """A form control as read back from the page."""

    label: str
    name: str
    kind: str
    value: str
    required: bool = False
    path: str = ""
    aliases: tuple[str, ...] = ()
    filled_by: str | None = None


@dataclass(frozen=True)
class View:
    """What the window shows at one moment, as facts. No page text in it but the labels of the form.

    *shown* is a fingerprint of everything the form shows: it changes when the form does.
    """

    place: Place
    address: str
    host: str
    title: str = ""
    language: str = ""
    reason: str | None = None
    recognised: str = ""  # "wording", "structure", or "shape": nobody can read its language
    readings: tuple[Reading, ...] = ()
    send_label: str = ""
    shown: str = ""
    document: str = ""  # changes when the document is another one
    masked: bool = False  # the page hides from filer what is in its form


@dataclass(frozen=True)
class Part:
    """A control of a form: what it is and what it is called, never what it holds.

    *named* is "label" (its accessible name) or "row" (the text beside it), empty without a name;
    *shape* how the page makes it: "input", "textarea", "select" or "editable". *meaning* is the
    field of the flow that it was found to be, *how* says by what; both are empty for others.
    """

    kind: str
    name: str
    named: str = ""
    shape: str = "input"
    required: bool = False
    limit: int | None = None
    meaning: str = ""
    how: str = ""


@dataclass(frozen=True)
class Fingerprint:
    """A form without anything anybody typed: what it asks for, and what its send control says.

    No text from outside the form's own box. *about* is the word by which it says what it is for,
    *recognised* is that of `View`, "guess" for a form that fits no flow, or "frame" where there is
    none but a frame could hold it. *outcome* is the known
    wording of the answer, where one was read.
    """

    address: str
    language: str
    about: str
    recognised: str
    parts: tuple[Part, ...]
    send: str
    outcome: str = ""


@dataclass(frozen=True)
class Shot:
    """One capture of the form's own box. *withheld* says why there is no picture."""

    name: str
    title: str
    address: str
    png: bytes | None
    aria: str | None
    fields: tuple[Reading, ...]
    withheld: str | None = None


@dataclass(frozen=True)
class Sent:
    """The one send as the gate saw it leave.

    *state* is "left" (no answer yet), "answered" or "failed"; *date* is the answer's `Date`.
    """

    address: str
    method: str
    names: tuple[str, ...]
    state: str
    status: int | None = None
    date: str | None = None
    failure: str | None = None


@dataclass(frozen=True)
class Refusal:
    """A request that the gate stopped.

    *like_a_send* if it may be what a press makes a form do, *differs* if it was stopped because its
    values are others than those that were reviewed.
    """

    method: str
    address: str
    why: str
    like_a_send: bool
    differs: bool = False


@dataclass(frozen=True)
class Reaction:
    """What the page showed since the send: which known wording, if any."""

    confirmed: bool
    refused: bool
    wording: str = ""
    code_asked: bool = False


class Form(Protocol):
    """The window with Meta's page in it.

    What asks the page raises `WindowClosed` once it is gone; what is known without it (`sent`,
    `code_sent`, `refusals`, `refused_requests`, `hosts_contacted`, `cut`, `close`) does not.
    """

    gate: Gate
    on_send: Callable[[Request, Verdict], None]
    """Called before a send or a code leaves; if it raises, nothing leaves."""

    def open(self, address: str) -> str | None:
        """Open *address*; return None, or in a few words why no page came."""

    def look(self, flow: Flow) -> View:
        """What the window shows now."""

    def fingerprint(self, flow: Flow) -> Fingerprint | None:
        """The form on the page without its values; None where there is none, or a private page."""

    def settle(self, seconds: float) -> None:
        """Wait until the page has been still for a moment, at most *seconds*."""

    def pump(self, seconds: float) -> None:
        """Let the page live for *seconds*. The only way to wait while a window is open."""

    def find(self, wanted: Field, flow: Flow) -> Found | None:
        """The field on the page, unambiguous or not at all."""

    def fill(self, found: Found, value: str) -> str:
        """Type *value*, or choose it from a list, and return what the page then holds.

        Of a list it returns *value* itself once the option that means it is chosen.
        """

    def attach(self, found: Found, path: str) -> Attached:
        """Hand the file at *path* to a field. Raises `FilerError` when it cannot be read."""

    def choose(self, step: Choose, flow: Flow) -> bool:
        """Choose the answer of a wizard question; False if it is not there, unambiguously."""

    def press(self, step: Press, flow: Flow) -> bool:
        """Press a cookie or wizard button; False if it is not there.

        Raises `FilerError` for a send control, a send wording, or a form that holds typed values.
        """

    def expect_typing(self) -> None:
        """The person may type into the form from now on, whether it is seen or not."""

    def note_typed(self, path: str, how: str) -> None:
        """The field at *path* was filled by someone else than `fill`."""

    def capture(self, title: str, flow: Flow, wording: str = "") -> Shot:
        """The form's own box, or that of the answer with *wording*, as picture, text and values."""

    def cut(self) -> None:
        """Close the way out: open connections end, new ones are refused."""

    def arm(self) -> None:
        """Shut the gate before anything is typed."""

    def disarm(self) -> None:
        """Open the gate again, because the form has left the document."""

    def holds_typed(self) -> bool:
        """Whether what was typed still stands in the document, shown or hidden."""

    def unlock(self, reviewed: Reviewed) -> bool:
        """Let one send through that carries exactly the reviewed values.

        False, and nothing is unlocked, when the page cannot be asked now.
        """

    def relock(self) -> None:
        """Take the unlocking back."""

    def unlock_code(self, code: str) -> None:
        """Let one further request through that carries the code and no reviewed value."""

    def sent(self) -> Sent | None:
        """The send, once it has left."""

    def code_sent(self) -> Sent | None:
        """The mailed code, once it has left."""

    def refusals(self) -> Sequence[Refusal]:
        """What the gate stopped since this was last asked."""

    def refused_requests(self) -> int:
        """How many requests were stopped in all."""

    def unreadable(self) -> tuple[str, str] | None:
        """Address and shape of a request to the right address that waits for the person."""

    def decide_unreadable(self, let: bool) -> None:  # noqa: FBT001 - the person's yes or no
        """Let the waiting request go as the one send, or stop it."""

    def pressed(self) -> bool:
        """Whether the person pressed something on the page since the gate was unlocked.

        Known without asking the page, so that it can be told before a send leaves.
        """

    def reaction(self, send: HumanSends, flow: Flow) -> Reaction:
        """What the page shows since the send."""

    def code_typed(self) -> str | None:
        """What stands in the page's code field, None when there is no such field."""

    def question(self) -> str | None:
        """The text of a dialog that the page opened and that waits for the person."""

    def answer_question(self, yes: bool) -> None:  # noqa: FBT001 - the person's yes or no
        """Answer that dialog as the person said."""

    def hosts_contacted(self) -> Mapping[str, int]:
        """Hosts the window reached, with the number of connections."""

    def responses(self) -> Sequence[Mapping[str, object]]:
        """Allow-listed facts of the main documents and the send call."""

    def secrets(self) -> Sequence[str]:
        """Live cookie values and the like: what must not be found in the evidence."""

    def close(self) -> None:
        """Cut the way out, then close page, context and browser, in this order."""


# --------------------------------------------------------------------------- what is said and asked


class Answer(enum.Enum):
    """What a person can answer. Which of them fit is said by the moment."""

    GO = "go"
    STOP = "stop"
    DONE = "done"
    NO_FORM = "no form here"
    KEEP = "keep"
    REPLACE = "replace"
    YES = "yes"
    NO = "no"
    CHANGE = "change"
    WAIT = "wait"
    END = "end"
    LOOK = "look"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    AGAIN = "again"
    ONE = "one"
    BOTH = "both"
    MORE = "more"


@dataclass(frozen=True)
class Introduction:
    """Before the window opens: what filer does and never does, what the objection covers.

    In a *replay* nothing can be sent, whoever tries.
    """

    flow: Flow
    practice: bool
    visible: bool
    replay: bool = False
    choices = (Answer.GO, Answer.STOP)


@dataclass(frozen=True)
class HandOver:
    """The person does something in the window themselves.

    *task* is one of "login", "cookies", "question", "unknown", "other form", "covered".
    """

    task: str
    words: str = ""
    private: bool = False
    choices = (Answer.DONE, Answer.NO_FORM, Answer.STOP)


@dataclass(frozen=True)
class FillByHand:
    """The person fills one field themselves.

    *why* is "not found", "too long", "not taken", "required", or "not there". Of a field of the
    kind "file", *value* is where the file lies that the person named.
    """

    label: str
    kind: str
    why: str
    value: str = ""
    limit: int | None = None
    choices = (Answer.DONE, Answer.STOP)


@dataclass(frozen=True)
class Prefilled:
    """A field already holds another value than the person gave."""

    label: str
    kind: str
    shown: str
    wanted: str
    choices = (Answer.KEEP, Answer.REPLACE, Answer.STOP)


@dataclass(frozen=True)
class Review:
    """Every value as read back from the page, and where it will go.

    *shut* in a replay: a yes changes nothing, because the gate cannot be unlocked.
    """

    rows: tuple[Reading, ...]
    host: str
    address: str
    send_label: str
    again: bool = False
    shut: bool = False
    choices = (Answer.YES, Answer.CHANGE, Answer.STOP)


@dataclass(frozen=True)
class ChangeNow:
    """The person changes values in the window, then says so."""

    choices = (Answer.DONE, Answer.STOP)


@dataclass(frozen=True)
class PressNow:
    """The send control is unlocked: the person presses it on the page."""

    send_label: str
    host: str
    minutes: int = 10
    choices = (Answer.CHANGE, Answer.STOP)


@dataclass(frozen=True)
class PressShut:
    """The last step of a replay: the gate is shut, and pressing the send control does nothing."""

    send_label: str
    host: str
    choices = (Answer.DONE, Answer.AGAIN, Answer.STOP)


@dataclass(frozen=True)
class Unreadable:
    """The press made a request to the right address that filer cannot read."""

    address: str
    what: str
    choices = (Answer.YES, Answer.NO)


@dataclass(frozen=True)
class Meaning:
    """An answer came and filer knows no wording in it: the person reads it."""

    status: int | None
    choices = (Answer.CONFIRMED, Answer.REFUSED, Answer.UNCLEAR)


@dataclass(frozen=True)
class Accounts:
    """After a send: which accounts are in one Accounts Center with the one it was made for.

    *flow* is the flow's name, *platforms* those whose accounts count. The answer is a number:
    this account alone, one on each platform, or more. No name of an account is asked. *outcome* is
    what came of the send, where the question comes after one.
    """

    flow: str
    platforms: tuple[str, ...]
    outcome: str = ""
    choices = (Answer.ONE, Answer.BOTH, Answer.MORE, Answer.UNCLEAR)


@dataclass(frozen=True)
class NoAnswer:
    """The send left and no answer came so far."""

    seconds: int
    choices = (Answer.WAIT, Answer.END)


@dataclass(frozen=True)
class CodeAsked:
    """The page asks for a code that was mailed: the person types it into the page."""

    choices = (Answer.DONE, Answer.STOP)


@dataclass(frozen=True)
class CodeReview:
    """The code as read back from the page, before it may leave."""

    code: str
    choices = (Answer.YES, Answer.CHANGE, Answer.STOP)


@dataclass(frozen=True)
class NoFormHere:
    """The page says why there is no form, or no page came."""

    reason: str
    choices = (Answer.END, Answer.LOOK)


@dataclass(frozen=True)
class IsThisIt:
    """A form of the right shape, but nothing on it says what it is for."""

    title: str
    known_language: bool
    choices = (Answer.YES, Answer.NO, Answer.STOP)


@dataclass(frozen=True)
class PageAsks:
    """The page opened a question of its own (a browser dialog)."""

    text: str
    choices = (Answer.YES, Answer.NO)


@dataclass(frozen=True)
class MayAsk:
    """Whether filer may ask somebody beyond the form, asked once and kept.

    *what* is "timestamps" or "mail keys" (`filer.choices`).
    """

    what: str
    choices = (Answer.YES, Answer.NO)


@dataclass(frozen=True)
class LookAround:
    """All is done and sealed; the window stays open for reading until the person says so.

    *keeps_login* where the browser runs in a profile of the person's own.
    """

    keeps_login: bool = False
    choices = (Answer.DONE,)


Question = (
    Introduction
    | HandOver
    | FillByHand
    | Prefilled
    | Review
    | ChangeNow
    | PressNow
    | PressShut
    | Unreadable
    | Meaning
    | Accounts
    | NoAnswer
    | CodeAsked
    | CodeReview
    | NoFormHere
    | IsThisIt
    | PageAsks
    | MayAsk
    | LookAround
)


@dataclass(frozen=True)
class Told:
    """Something the person is told and need not answer.

    *what* is one of: "opening", "address dead", "form found", "gate armed", "gate opened",
    "typed", "attached", "prefilled same", "press stopped", "values differ", "voided", "expired",
    "send left", "page refused before send", "not pictured", "seal not stamped", "seen working",
    "still login", "replay", "replay differs", "replay press", "replay presses".
    *facts* fill the sentence.
    """

    what: str
    facts: Mapping[str, str] = field(default_factory=dict)


class Interruptible(Protocol):
    """What Ctrl-C ends at the next moment it can."""

    def interrupt(self) -> None:
        """The person pressed Ctrl-C. Called from a signal handler: only a note is made."""


class Human(Protocol):
    """The person, or who stands in for them."""

    def tell(self, told: Told) -> None:
        """Say something that needs no answer."""

    def ask(self, question: Question, meanwhile: Callable[[], bool]) -> Answer | None:
        """Ask, and wait without ever blocking the window.

        *meanwhile* lets the page live for a moment and is called again and again; once it
        returns True the page itself has settled the question and the answer is None.
        Returns one of the question's choices.
        """

    def ended(self, result: Result) -> None:
        """Say how it ended: what was sent and what was not, and where the evidence lies."""


# --------------------------------------------------------------------------- the record, the clock


class Recorder(Protocol):
    """What keeps the evidence. Every call is on disk when it returns."""

    @property
    def salt(self) -> str:
        """What hashes of values in the log are salted with; it lies in the payload."""

    def event(self, name: str, who: str = "tool", **data: object) -> int:
        """One line in the log; *who* is "tool" or "person". Returns its number."""

    def keep(self, shot: Shot) -> None:
        """Keep a capture."""

    def put(self, relative: str, content: bytes) -> object:
        """Keep a file, *relative* to the payload."""

    def stamp(self, moment: str) -> None:
        """Ask for a timestamp of the record so far, where that is wanted; returns at once."""

    def stamped(self) -> bool:
        """Whether no timestamp is awaited any more."""


class Pace(Protocol):
    """What the steps of a replay wait for."""

    def before(self, number: int) -> bool:
        """Show step *number* before it is taken, and wait; False when the person stops.

        Raises `FromTheStart` when they want to see it again.
        """

    def after(self, number: int) -> None:
        """Step *number* was taken."""


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""

    def mono_ns(self) -> int:
        """A clock in nanoseconds that nobody sets."""


REPLAYED = "replay"
"""The reason of a replay that was shown to its end: `stopped` before a send, as it must."""


@dataclass(frozen=True)
class Result:
    """How a session ended. *sent* is None when unknown.

    *drift* says, in sentences for whoever maintains the flow, how the form differs from it.
    """

    flow: str
    outcome: str
    reason: str | None = None
    confirmed_by: str | None = None
    sent: bool | None = False
    page_language: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    refused_requests: int = 0
    human_actions: int = 0
    seconds: float = 0.0
    case: str | None = None
    bundle: str | None = None
    sealed: bool = False
    scenario: str | None = None
    send_host: str = ""
    drift: tuple[str, ...] = ()
