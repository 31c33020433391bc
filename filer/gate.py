"""The gate: what may leave the browser now.

This is the page to read for whoever asks whether filer can send something by itself. It holds
logic only; `browser/` asks it about every request and does what it says.

    state      from                                         what passes
    open       the start                                    all; top-level pages on known hosts only
    armed      the form is there, nothing typed yet         nothing
    unlocked   the person confirmed exactly these values    plain reads, and the one send
    spent      that send left                               reads; nothing while its answer is out

Before `unlock` there is no way for anything to leave. `unlock` needs the values the person
confirmed, works once, and ends after ten minutes or when the form shows something else.
"""

from __future__ import annotations

import difflib
import enum
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from filer.bodies import Contents, same, unwrap
from filer.flow import Flow

UNLOCKED_SECONDS = 600
"""How long a confirmation holds (design §5)."""

READS = frozenset({"GET", "HEAD", "OPTIONS"})
_AT_HOST = re.compile(r"@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_BEFORE_AT = re.compile(r"[\w.+%-]{1,64}$")


class State(enum.Enum):
    """Where the gate stands."""

    OPEN = "open"
    ARMED = "armed"
    UNLOCKED = "unlocked"
    SPENT = "spent"


class Ruling(enum.Enum):
    """What is to be done with a request."""

    PASS = "pass"  # noqa: S105 - a ruling, not a password
    SEND = "send"  # it is the one send: let it through and count it
    CODE = "code"  # it is the mailed code: let it through and count it
    REFUSE = "refuse"
    HOLD = "hold"  # wait until the answer to the send is in, then ask again
    ASK = "ask"  # right address, but unreadable: the person decides


@dataclass(frozen=True)
class Verdict:
    """A ruling with its reason in a few words; *names* are the field names a send carries."""

    ruling: Ruling
    why: str = ""
    names: tuple[str, ...] = ()
    differs: bool = False
    """It is refused because of its values: they are others than those that were reviewed."""


@dataclass(frozen=True)
class Request:
    """A request that wants to leave. *top* navigates a whole page, *navigation* any frame.

    *body* is None when there is none; *unread* is True when there is one that could not be had.
    """

    method: str
    url: str
    content_type: str = ""
    content_encoding: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    unread: bool = False
    navigation: bool = False
    top: bool = False


@dataclass(frozen=True)
class ReviewedValue:
    """One control's value as the person saw it at the review.

    *names* are what the page calls the control, *value* what it shows, *aliases* other forms of the
    same value (the value behind a chosen option), *typed* whether it was typed in this session: a
    typed value must be in the send; one that was there before may stay behind.
    """

    names: tuple[str, ...]
    value: str
    kind: str = "text"
    aliases: tuple[str, ...] = ()
    typed: bool = True

    def accepts(self, text: str) -> bool:
        """Whether *text* is this value."""
        return same(text) in {same(value) for value in (self.value, *self.aliases)}


@dataclass(frozen=True)
class Reviewed:
    """What the person confirmed: the values, and the host the form is on."""

    values: tuple[ReviewedValue, ...]
    host: str

    def typed(self) -> tuple[ReviewedValue, ...]:
        """The values that the send must carry."""
        return tuple(v for v in self.values if v.typed and same(v.value) and v.kind in TEXTUAL)


UNPRESSED = "nobody has pressed yet"
"""Why a send is refused that carries what was reviewed, and that no press came before."""
TEXTUAL = frozenset({"email", "text", "textarea", "code"})


@dataclass(frozen=True)
class Ground:
    """Where the flow's hosts are: in the world, or on a practice site on this machine.

    With a *port*, `https://HOST/PATH` is opened as `http://HOST.localhost:PORT/PATH`, and no other
    host exists. Without one, `*.localhost` is nobody.
    """

    port: int | None = None

    def address(self, address: str) -> str:
        """The address to open for *address* of a flow."""
        if self.port is None:
            return address
        parts = urlsplit(address)
        rest = parts.path + (f"?{parts.query}" if parts.query else "")
        return f"http://{parts.hostname}.localhost:{self.port}{rest}"

    def host(self, url: str) -> str:
        """The flow's name for the host of *url*; empty where this ground has no such host."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower().rstrip("."), parts.port
        except ValueError:
            return ""
        if self.port is None:
            secure = parts.scheme in {"https", "wss"} and port in {None, 443}
            return (
                host if secure and host != "localhost" and not host.endswith(".localhost") else ""
            )
        if port != self.port or not host.endswith(".localhost"):
            return ""
        return host.removesuffix(".localhost")


@dataclass
class Gate:
    """The judge of one session. *monotonic* gives seconds on a clock that nobody sets.

    Safe to ask from several threads.
    """

    flow: Flow
    ground: Ground
    monotonic: Callable[[], float]
    lockable: bool = True
    """False for a replay: then `unlock` raises, whoever calls it."""
    needs_press: bool = False
    """True where presses are told with `note_press`: then no send passes before one."""

    state: State = State.OPEN
    refused: int = 0
    _reviewed: Reviewed | None = None
    _until: float = 0.0
    _waiting: bool = False
    _pressed: bool = False
    _code: str | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    # ------------------------------------------------------------------ moving between states

    def arm(self) -> None:
        """Shut the gate: from open, or from unlocked when the confirmation is taken back."""
        with self._lock:
            if self.state is State.SPENT:
                raise RuntimeError("The send has left; there is nothing to arm.")
            self.state, self._reviewed = State.ARMED, None

    def disarm(self) -> None:
        """Open again, because the form has left the document; only from armed."""
        with self._lock:
            if self.state is not State.ARMED:
                raise RuntimeError(f"A gate that is {self.state.value} cannot be opened.")
            self.state = State.OPEN

    def unlock(self, reviewed: Reviewed) -> None:
        """Let one send through that carries exactly *reviewed*; from armed, for ten minutes."""
        with self._lock:
            if not self.lockable:
                raise RuntimeError("In a replay the gate cannot be unlocked.")
            if self.state is not State.ARMED:
                raise RuntimeError(f"A gate that is {self.state.value} cannot be unlocked.")
            self.state, self._reviewed, self._pressed = State.UNLOCKED, reviewed, False
            self._until = self.monotonic() + UNLOCKED_SECONDS

    def note_press(self) -> None:
        """The person did something on the page that a page can take for a press."""
        with self._lock:
            self._pressed = True

    def expired(self) -> bool:
        """Whether a confirmation stands that is older than ten minutes."""
        with self._lock:
            return self.state is State.UNLOCKED and self.monotonic() >= self._until

    def answered(self) -> None:
        """The answer to the send is in, or has failed: reads may go on."""
        with self._lock:
            self._waiting = False

    def unlock_code(self, code: str) -> None:
        """Let one further request through that carries *code* and none of the reviewed values."""
        with self._lock:
            if self.state is not State.SPENT or not same(code):
                raise RuntimeError("A code can leave only after the send, and not empty.")
            self._code = code

    def let_through(self) -> None:
        """The person decided that the unreadable request may be the one send."""
        with self._lock:
            if self.state is not State.UNLOCKED or self.expired():
                raise RuntimeError("There is no confirmation to use.")
            self.state, self._waiting = State.SPENT, True

    # ------------------------------------------------------------------ judging

    def judge(self, request: Request) -> Verdict:
        """What is to be done with *request*; a `SEND` or `CODE` uses the confirmation up."""
        with self._lock:
            verdict = self._judge(request)
            if verdict.ruling is Ruling.SEND:
                self.state, self._waiting = State.SPENT, True
            elif verdict.ruling is Ruling.CODE:
                self._code, self._waiting = None, True
            elif verdict.ruling is Ruling.REFUSE:
                self.refused += 1
            return verdict

    def _judge(self, request: Request) -> Verdict:
        match self.state:
            case State.OPEN:
                return self._while_open(request)
            case State.ARMED:
                return Verdict(Ruling.REFUSE, "nothing may leave before the review")
            case State.UNLOCKED:
                return self._while_unlocked(request)
            case State.SPENT:
                return self._while_spent(request)

    def _while_open(self, request: Request) -> Verdict:
        if request.top and not self.flow.allows_host(self.ground.host(request.url)):
            return Verdict(Ruling.REFUSE, "foreign host")
        return Verdict(Ruling.PASS)

    def _while_unlocked(self, request: Request) -> Verdict:
        reviewed = self._reviewed
        if reviewed is None or self.expired():
            return Verdict(Ruling.REFUSE, "the confirmation is over")
        if self.ground.host(request.url) != reviewed.host:
            return Verdict(Ruling.REFUSE, "another host than the form's own")
        contents = contents_of(request, reviewed)
        right = self.is_for_sends(request)
        if _is_plain_read(request, contents, reviewed) and not right:
            if request.top:
                return Verdict(Ruling.REFUSE, "the form must stay until the send")
            if wrong := _contradiction(Contents(contents.leaves, ()), reviewed):
                return Verdict(Ruling.REFUSE, wrong, differs=True)
            return Verdict(Ruling.PASS)
        verdict = weigh(request, contents, reviewed, right=right)
        if self.needs_press and not self._pressed and verdict.ruling is not Ruling.REFUSE:
            return Verdict(Ruling.REFUSE, UNPRESSED)
        return verdict

    def _while_spent(self, request: Request) -> Verdict:
        reviewed = self._reviewed
        if reviewed is None or self.ground.host(request.url) != reviewed.host:
            return Verdict(Ruling.REFUSE, "another host than the form's own")
        contents = contents_of(request, reviewed)
        if _is_plain_read(request, contents, reviewed):
            return Verdict(Ruling.HOLD if self._waiting else Ruling.PASS)
        if self._code is not None and not _carries(contents, reviewed):
            if any(same(leaf.text) == same(self._code) for leaf in contents.leaves):
                return Verdict(Ruling.CODE, "the confirmed code", contents.names())
            return Verdict(Ruling.REFUSE, "not the code that was confirmed")
        return Verdict(Ruling.REFUSE, "one confirmation lets one send through")

    def is_for_sends(self, request: Request) -> bool:
        """Whether *request* goes to an address that the flow's forms are known to send to."""
        path = urlsplit(request.url).path
        return any(path.startswith(start) for start in self.flow.sends_to)


def contents_of(request: Request, reviewed: Reviewed) -> Contents:
    """All that *request* carries, headers of its own included."""
    known = {same(text) for value in reviewed.values for text in (value.value, *value.aliases)}
    return unwrap(
        request.url,
        request.content_type,
        request.content_encoding,
        request.body,
        request.headers,
        frozenset(known - {""}),
    )


def tells(request: Request, values: Iterable[str]) -> bool:
    """Whether *request* carries one of *values*, or a piece of one."""
    typed = Reviewed(tuple(ReviewedValue((), value) for value in values), "")
    return _carries(contents_of(request, typed), typed)


def _carries(contents: Contents, reviewed: Reviewed) -> bool:
    """Whether any typed value, or a piece of one, is in there; names count as well."""
    typed = [same(value.value) for value in reviewed.values if value.kind in TEXTUAL]
    leaves = contents.leaves + contents.headers
    told = {same(text) for leaf in leaves for text in (leaf.text, *leaf.keys)}
    return any(
        text == value or (len(value) >= 6 and value in text) or _edited(text, value, least=12)
        for text in told
        for value in typed
        if value
    )


def _is_plain_read(request: Request, contents: Contents, reviewed: Reviewed) -> bool:
    without_body = not request.body and not request.unread
    return request.method in READS and without_body and not _carries(contents, reviewed)


def weigh(request: Request, contents: Contents, reviewed: Reviewed, *, right: bool) -> Verdict:
    """Whether *request* is the one send: its own values decide.

    It is, if it carries exactly the reviewed values; or if it goes to the *right* address and
    contradicts none of them. It is not, if any value differs. If it goes to the right address and
    cannot be read, the person decides.
    """
    wrong = _contradiction(contents, reviewed)
    if wrong:
        return Verdict(Ruling.REFUSE, wrong, differs=True)
    values = [leaf.text for leaf in contents.leaves]
    missing = [v for v in reviewed.typed() if not any(v.accepts(text) for text in values)]
    if reviewed.typed() and not missing:
        return Verdict(Ruling.SEND, "carries exactly the reviewed values", contents.names())
    if not right:
        return Verdict(Ruling.REFUSE, "neither the reviewed values nor an address for them")
    if not missing:
        return Verdict(Ruling.SEND, "right address, contradicts nothing", contents.names())
    if request.unread or _could_hold(contents, missing):
        return Verdict(Ruling.ASK, "it cannot be read", contents.names())
    if len(missing) == len(reviewed.typed()):
        return Verdict(Ruling.REFUSE, "it carries none of the reviewed values", differs=True)
    lacks = f"it lacks a value that was reviewed: {missing[0].names[0]}"
    return Verdict(Ruling.REFUSE, lacks, differs=True)


def _contradiction(contents: Contents, reviewed: Reviewed) -> str:
    """In a few words, what in *contents* differs from what was reviewed; empty if nothing does."""
    by_name = {name: v for v in reviewed.values for name in v.names if name}
    by_plain_name = {_plain_name(name): v for name, v in by_name.items()}
    texts = {name for name, value in by_plain_name.items() if value.kind in TEXTUAL}
    written = [v for v in reviewed.values if v.kind in TEXTUAL and v.kind != "email"]
    shown = " ".join(text for v in reviewed.values for text in (v.value, *v.aliases))
    addresses = _addresses(shown)
    # The page that a request comes from is no value of it.
    beside = tuple(leaf for leaf in contents.headers if leaf.keys[0] != "referer")
    for leaf in contents.leaves + beside:
        value = by_name.get(leaf.key) or by_plain_name.get(_plain_name(leaf.key))
        if value and not leaf.wraps and not value.accepts(leaf.text):
            return f"another value for {leaf.key}"
        within = next((key for key in leaf.keys[:-1] if _plain_name(key) in texts), None)
        known = any(v.accepts(leaf.text) for v in reviewed.values)
        if within and not leaf.wraps and not known and _is_prose(leaf.text):
            return f"another value for {within}"
        told = " ".join(leaf.keys if leaf.wraps else (leaf.text, *leaf.keys))
        if not _addresses(told) <= addresses:
            return "an e-mail address that was not reviewed"
        if leaf.wraps or known:
            continue
        if any(_edited(leaf.text, v.value, least=len(v.value) // 3) for v in written):
            return "a changed version of a reviewed text"
    return ""


def _plain_name(name: str) -> str:
    """*name* as pages vary it: `Reason`, and `reason[]` for one of several."""
    return name.casefold().removesuffix("[]")


def _is_prose(text: str) -> bool:
    """Whether *text* is rather what somebody wrote than a number or a code that goes with it."""
    return len(text) >= 6 and " " in text.strip()


def _addresses(text: str) -> set[str]:
    """The e-mail addresses in *text*. Looked for from the "@" on: a page may send a great deal."""
    return {
        (before[0] + host[0]).casefold()
        for host in _AT_HOST.finditer(text)
        if (before := _BEFORE_AT.search(text[max(0, host.start() - 64) : host.start()]))
    }


def _edited(text: str, value: str, least: int) -> bool:
    """Whether *text* is an edited version of *value*: cut short, added to, or reworded a little.

    A piece of it counts from *least* characters on.
    """
    text, value = same(text), same(value)
    if len(value) < 20 or len(text) < 12 or text == value:
        return False
    if (text in value and len(text) >= least) or value in text:
        return True
    words, own = text.split(), value.split()
    if len(words) <= 3 or len(words) > 3 * len(own):  # beyond that the ratio is below a half
        return False
    return difflib.SequenceMatcher(None, words, own).ratio() > 0.5


def _could_hold(contents: Contents, missing: list[ReviewedValue]) -> bool:
    """Whether an unreadable part is large enough to hold what is missing, even compressed."""
    needed = sum(len(same(value.value).encode()) for value in missing)
    return any(part.size >= max(8, needed * 3 // 10) for part in contents.opaque)
