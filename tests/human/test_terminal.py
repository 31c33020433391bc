"""The person at a terminal, with a pipe or a pseudo-terminal for a keyboard."""

from __future__ import annotations

import fcntl
import io
import itertools
import os
import pty
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, TextIO

import pytest

from filer import flow
from filer.errors import BadValue, WindowClosed
from filer.human.lines import reading
from filer.human.terminal import Terminal
from filer.ports import (
    Answer,
    ChangeNow,
    CodeAsked,
    CodeReview,
    FillByHand,
    HandOver,
    Human,
    Introduction,
    IsThisIt,
    MayAsk,
    Meaning,
    NoAnswer,
    NoFormHere,
    PageAsks,
    Prefilled,
    PressNow,
    Question,
    Reading,
    Result,
    Review,
    Told,
    Unreadable,
)

REVIEW = Review(
    rows=(Reading("E-mail", "email", "email", "sanne@example.org"),),
    host="www.facebook.com",
    address="https://www.facebook.com/help/contact/1",
    send_label="Submit",
)


class Typing(Protocol):
    """The keyboard of conftest."""

    stream: TextIO

    def type(self, *lines: str) -> None:
        """Type each line, with Enter."""

    def end(self) -> None:
        """Nobody types any more."""


def introduction() -> Introduction:
    """The first question about a real flow."""
    return Introduction(flow.load("facebook"), practice=False, visible=True)


def nothing_happens() -> bool:
    """A page that lives for a moment and settles nothing."""
    time.sleep(0.005)
    return False


def test_terminal_is_a_human(keyboard: Typing, paper: io.StringIO) -> None:
    """The terminal fits the port that the session knows."""
    human: Human = Terminal(paper, keyboard.stream)

    human.tell(Told("form found"))

    assert "The form is there." in paper.getvalue()


@pytest.mark.parametrize("typed", ["y", "Y", "yes", "YES", "  yes  ", "y.", "[y]"])
def test_letter_or_word_answers(typed: str, keyboard: Typing, paper: io.StringIO) -> None:
    """The letter or the whole word answers, in any case."""
    keyboard.type(typed)

    assert Answer.YES is Terminal(paper, keyboard.stream).ask(REVIEW, nothing_happens)


def test_the_meaning_in_full_answers_too(keyboard: Typing, paper: io.StringIO) -> None:
    """Whoever types the whole offer is understood."""
    keyboard.type("Yes, everything is right. I want to send this.")

    assert Answer.YES is Terminal(paper, keyboard.stream).ask(REVIEW, nothing_happens)


def test_wrong_key_is_explained(keyboard: Typing, paper: io.StringIO) -> None:
    """Another key answers nothing: it is named, and the choices come again."""
    keyboard.type("q", "s")

    answer = Terminal(paper, keyboard.stream).ask(REVIEW, nothing_happens)

    assert Answer.STOP is answer
    assert "“q” is not one of the answers." in paper.getvalue()
    assert 2 == paper.getvalue().count("c  change: I want to change something.")


@pytest.mark.parametrize(
    "question",
    [
        REVIEW,
        PressNow("Submit", "www.facebook.com"),
        Prefilled("E-mail", "email", "a@example.org", "b@example.org"),
        Unreadable("https://www.facebook.com/x", "a request"),
        Meaning(200),
        CodeReview("123456"),
        FillByHand("E-mail", "email", "not found"),
    ],
    ids=lambda q: type(q).__name__,
)
def test_enter_alone_decides_nothing_that_matters(
    question: Question, keyboard: Typing, paper: io.StringIO
) -> None:
    """An empty line shows the choices again; it confirms nothing."""
    keyboard.type("", "")
    asked = iter([False] * 20 + [True])

    assert None is Terminal(paper, keyboard.stream).ask(question, lambda: next(asked))
    assert 3 == paper.getvalue().count("Type the letter or the word, then press Enter.\n")


@pytest.mark.parametrize(
    ("answer", "question"),
    [(Answer.GO, introduction()), (Answer.DONE, HandOver("login"))],
)
def test_enter_alone_goes_on_where_nothing_can_be_sent(
    answer: Answer, question: Question, keyboard: Typing, paper: io.StringIO
) -> None:
    """At the introduction and after a hand-over, Enter is the first choice, and that is said."""
    keyboard.type("")

    assert answer is Terminal(paper, keyboard.stream).ask(question, nothing_happens)
    assert f"Only Enter means: {answer.value}." in paper.getvalue()


def test_the_page_can_settle_the_question(keyboard: Typing, paper: io.StringIO) -> None:
    """When the page has gone on by itself the answer is None, and nobody need type."""
    asked = iter([False, False, True])

    assert None is Terminal(paper, keyboard.stream).ask(HandOver("login"), lambda: next(asked))


def test_meanwhile_is_called_again_and_again(keyboard: Typing, paper: io.StringIO) -> None:
    """While the person thinks, the page lives: it is never left alone for long."""
    calls: list[float] = []

    def meanwhile() -> bool:
        calls.append(time.monotonic())
        if len(calls) == 15:
            keyboard.type("s")
        return False

    Terminal(paper, keyboard.stream).ask(REVIEW, meanwhile)

    assert 15 <= len(calls)
    assert 0.5 > max(b - a for a, b in itertools.pairwise(calls))


def test_a_closed_window_goes_through(keyboard: Typing, paper: io.StringIO) -> None:
    """What the page raises is not swallowed, and the next question works."""
    person = Terminal(paper, keyboard.stream)

    def gone() -> bool:
        raise WindowClosed

    with pytest.raises(WindowClosed):
        person.ask(HandOver("login"), gone)
    keyboard.type("s")

    assert Answer.STOP is person.ask(REVIEW, nothing_happens)


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        (Answer.GO, introduction()),
        (Answer.END, NoFormHere("throttled")),
        (Answer.END, NoAnswer(60)),
        (Answer.UNCLEAR, Meaning(200)),
        (Answer.NO, Unreadable("https://www.facebook.com/x", "a request")),
        (Answer.NO, PageAsks("Leave?")),
        (Answer.NO, MayAsk("timestamps")),
        (Answer.STOP, REVIEW),
        (Answer.STOP, PressNow("Submit", "www.facebook.com")),
        (Answer.STOP, HandOver("login")),
        (Answer.STOP, FillByHand("E-mail", "email", "not found")),
        (Answer.STOP, Prefilled("E-mail", "email", "a", "b")),
        (Answer.STOP, IsThisIt("Contact", known_language=True)),
        (Answer.STOP, ChangeNow()),
        (Answer.STOP, CodeAsked()),
        (Answer.STOP, CodeReview("123456")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_nobody_there_gives_the_harmless_answer(
    answer: Answer,
    question: Question,
    keyboard: Typing,
    paper: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without anybody who types, nothing is confirmed, nothing claimed, and it is said."""
    monkeypatch.setattr("filer.human.terminal._PATIENCE_AFTER_END", 0.1)
    keyboard.end()

    assert answer is Terminal(paper, keyboard.stream).ask(question, nothing_happens)
    assert "Nobody can type an answer here." in paper.getvalue()


def test_after_the_end_the_page_has_a_last_moment(keyboard: Typing, paper: io.StringIO) -> None:
    """Nobody can type, but the page settles it within a moment: that wins."""
    keyboard.end()
    begun = time.monotonic()

    answer = Terminal(paper, keyboard.stream).ask(
        HandOver("login"), lambda: time.monotonic() - begun > 0.3
    )

    assert None is answer


def test_no_standard_input_at_all(paper: io.StringIO, keyboard: Typing) -> None:
    """A closed standard input is nobody there, not a crash."""
    keyboard.stream.close()

    assert Answer.GO is Terminal(paper, keyboard.stream).ask(introduction(), nothing_happens)


def test_lines_typed_before_the_end_still_count(keyboard: Typing, paper: io.StringIO) -> None:
    """From a pipe, every line answers one question, also after the pipe was closed."""
    keyboard.type("go", "d")
    keyboard.end()
    person = Terminal(paper, keyboard.stream)

    assert Answer.GO is person.ask(introduction(), nothing_happens)
    assert Answer.DONE is person.ask(HandOver("login"), nothing_happens)


def test_a_question_within_a_question(keyboard: Typing, paper: io.StringIO) -> None:
    """A dialog of the page is asked in between; then the first question is shown again."""
    person = Terminal(paper, keyboard.stream)
    inner: list[Answer | None] = []
    keyboard.type("n", "y")

    def meanwhile() -> bool:
        if not inner:
            inner.append(person.ask(PageAsks("Leave the page?"), nothing_happens))
        return False

    assert Answer.YES is person.ask(REVIEW, meanwhile)
    assert [Answer.NO] == inner
    assert 2 == paper.getvalue().count("Please check: is everything right?")


@dataclass
class Screenful:
    """A pseudo-terminal: the program's side as streams, ours to type and to read."""

    stream_in: TextIO
    stream_out: TextIO
    ours: int
    seen: bytearray = field(default_factory=bytearray)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.ours, text.encode())

    def text(self) -> str:
        """Everything that was written so far."""
        self.stream_out.flush()
        os.set_blocking(self.ours, False)
        try:
            while chunk := os.read(self.ours, 65536):
                self.seen += chunk
        except BlockingIOError:
            pass
        return self.seen.decode()


@pytest.fixture
def screenful() -> Iterator[Screenful]:
    """A pseudo-terminal of 60 columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 200, 60, 0, 0))
    stream_in = os.fdopen(theirs, encoding="utf-8")
    stream_out = os.fdopen(os.dup(theirs), "w", encoding="utf-8")
    made = Screenful(stream_in, stream_out, ours)
    yield made
    made.text()
    stream_out.close()
    os.close(ours)  # the reader's end of the line
    while not reading(stream_in).ended:
        reading(stream_in).take(0.1)
    stream_in.close()


def test_at_a_terminal_nothing_typed_ahead_answers(screenful: Screenful) -> None:
    """A yes that was typed before the review was there does not confirm it."""
    person = Terminal(screenful.stream_out, screenful.stream_in)
    reading(screenful.stream_in)
    screenful.type("y\ny\n")
    time.sleep(0.2)
    asked = iter([False] * 10 + [True])

    assert None is person.ask(REVIEW, lambda: next(asked))
    assert "filer does not use it" in screenful.text()


def test_at_a_terminal_one_can_answer(screenful: Screenful) -> None:
    """A key and Enter, once the question is there."""
    person = Terminal(screenful.stream_out, screenful.stream_in)
    calls: list[int] = []

    def meanwhile() -> bool:
        calls.append(1)
        if len(calls) == 3:
            screenful.type("c\n")
        return False

    assert Answer.CHANGE is person.ask(REVIEW, meanwhile)


@pytest.mark.parametrize("plain", [True, False])
def test_values_cannot_take_over_the_terminal(screenful: Screenful, plain: bool) -> None:
    """Escapes and markup in a value are shown, not obeyed; long ones are wrapped, never cut."""
    person = Terminal(screenful.stream_out, screenful.stream_in, plain=plain)
    long = "0123456789" * 30
    evil = f"\x1b[2J\x1b]0;title\x07[red]bold[/red] :smile: {long}\n\x1b[1Aline"
    rows = (Reading("Why\x1b[1A\nSent: all", "why", "textarea", evil),)
    asked = iter([True])

    person.ask(Review(rows, "www.facebook.com", "https://x", "Send"), lambda: next(asked))
    out = screenful.text()

    assert "\x1b[2J" not in out
    assert "\x1b]0" not in out
    assert "\x1b[1A" not in out
    assert "[red]bold[/red] :smile:" in out
    assert long in "".join(out.split())
    assert not plain or "\x1b" not in out


def test_without_a_terminal_there_is_only_text(keyboard: Typing, paper: io.StringIO) -> None:
    """The plain output, in full: no colours, no boxes, one line for one thing."""
    keyboard.type("y")
    person = Terminal(paper, keyboard.stream)

    person.ask(REVIEW, nothing_happens)
    person.tell(Told("send left"))

    assert """
Please check: is everything right?
This is what the page holds now. Nothing of it has been sent.
If you say yes, the page can send exactly this, once. \
You press the button on the page yourself; filer does not.
E-mail: sanne@example.org
It goes to: www.facebook.com
Address of the form: https://www.facebook.com/help/contact/1
The button on the page: Submit
Sent so far: nothing of your objection.
y  yes: Yes, everything is right. I want to send this.
c  change: I want to change something.
s  stop: Stop here. Nothing is sent.
Type the letter or the word, then press Enter.
Your form has left the window. Please do not press again. filer waits for the answer.
Sent so far: your form, once, to the form's address. No answer yet.
""" == paper.getvalue()


def test_a_narrow_encoding_does_not_crash(keyboard: Typing) -> None:
    """Where the terminal knows only ASCII, other letters are written as their numbers."""
    raw = io.BytesIO()
    paper = io.TextIOWrapper(raw, encoding="ascii", errors="strict")

    Terminal(paper, keyboard.stream).tell(Told("typed", {"label": "Überlegung ‹漢›"}))

    assert b"Filled in: \\xdcberlegung \\u2039\\u6f22\\u203a\n" == raw.getvalue()


def test_dutch_words_answer_in_dutch(
    keyboard: Typing, paper: io.StringIO, speak: Callable[[str], None]
) -> None:
    """In Dutch the letters and words are Dutch; an English one is explained."""
    person = Terminal(paper, keyboard.stream, "nl")
    speak("nl")
    keyboard.type("yes", "ja")

    assert Answer.YES is person.ask(REVIEW, nothing_happens)
    assert "“yes” is geen van de antwoorden." in paper.getvalue()
    assert "w  wijzigen: Ik wil iets wijzigen." in paper.getvalue()


def test_a_value_is_asked_until_it_is_right(keyboard: Typing, paper: io.StringIO) -> None:
    """A wrong value is explained and asked again."""
    keyboard.type("", "sanne", "  sanne@example.org ")

    value = Terminal(paper, keyboard.stream).ask_value(
        "email", "The form asks for it.", lambda v: "" if "@" in v else f"{v} is no address."
    )

    assert "sanne@example.org" == value
    assert "sanne is no address." in paper.getvalue()
    assert "This is empty." in paper.getvalue()


def test_a_value_nobody_can_type_is_an_error(keyboard: Typing, paper: io.StringIO) -> None:
    """Without anybody who types, a missing value ends with a sentence and a hint."""
    keyboard.end()

    with pytest.raises(BadValue) as caught:
        Terminal(paper, keyboard.stream).ask_value("email", "why", lambda _v: "")

    assert "Your e-mail address" in caught.value.message
    assert ".env" in caught.value.hint


def test_a_reason_is_completed_with_ones_own_situation(
    keyboard: Typing, paper: io.StringIO
) -> None:
    """The person types a sentence or two; the text around it is in the form's language."""
    keyboard.type("I am a teacher.", "My pupils read my posts.", "")

    reason = Terminal(paper, keyboard.stream).ask_reason("de", lambda _text: "")

    assert "Artikel 21 Absatz 1" in reason
    assert "I am a teacher.\nMy pupils read my posts. Ich bitte Sie" in reason
    assert "Please think before you write about your health" in paper.getvalue()


def test_a_reason_may_be_left_out(keyboard: Typing, paper: io.StringIO) -> None:
    """Only Enter gives no reason; the person was told what that means."""
    keyboard.type("")

    assert "" == Terminal(paper, keyboard.stream).ask_reason("nl", lambda _text: "")
    assert "the form is filled in without a reason" in paper.getvalue()


def test_the_end_is_told(keyboard: Typing, paper: io.StringIO) -> None:
    """How it ended: the outcome, the evidence, and what was sent."""
    person = Terminal(paper, keyboard.stream)

    person.ended(Result("facebook", "stopped", bundle="/e/one", sealed=True))

    assert "You stopped, and nothing was sent" in paper.getvalue()
    assert "Evidence folder: /e/one" in paper.getvalue()
    assert "Sent so far: nothing of your objection." in paper.getvalue()


def test_a_waiting_reader_does_not_abort_python() -> None:
    """The program ends cleanly while its reader still waits for a line."""
    program = (
        "import sys; from filer.human.terminal import Terminal; from filer.ports import ChangeNow\n"
        "calls = iter([False] * 5 + [True])\n"
        "print(Terminal(sys.stderr, sys.stdin).ask(ChangeNow(), lambda: next(calls)))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        err, code = child.stderr.read(), child.wait(20)
        out = child.stdout.read()

    assert ("None\n", 0) == (out, code)
    assert "Fatal" not in err
