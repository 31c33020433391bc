"""The person at a terminal: prints the screens and takes the answers, without blocking the window.

With a terminal the output has some weight and colour; otherwise, or when asked to be plain, it is
lines of text only, which a screen reader can read aloud from top to bottom.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from filer import words
from filer.errors import BadValue
from filer.human import reasons
from filer.human.lines import reading
from filer.human.screen import Choice, Moment, Screen, Sofar, filled
from filer.human.screens import harmless, screen
from filer.human.shown import block, inline
from filer.ports import (
    Answer,
    Introduction,
    Question,
    Result,
    Told,
)
from filer.words import _, ngettext, pair

_PATIENCE_AFTER_END = 1.0
"""Seconds in which the page may still settle a question once nobody can type any more."""

_A_MOMENT = 0.02
"""Seconds to wait for a line when *meanwhile* itself took no time."""


class Terminal:
    """A `Human` that reads *stream_in* and writes *stream_out*, in *language*.

    *plain* True gives lines only, also on a terminal; None finds out.
    Ctrl-C is raised as `KeyboardInterrupt` out of whatever method is waiting.
    """

    def __init__(
        self,
        stream_out: TextIO | None = None,
        stream_in: TextIO | None = None,
        language: str = "en",
        *,
        plain: bool | None = None,
    ) -> None:
        self._out = stream_out if stream_out is not None else sys.stderr
        self._in = stream_in if stream_in is not None else sys.stdin
        self._language = words.speak(language)
        self._page = _Plain(self._out) if _is_plain(self._out, plain) else _Rich(self._out)
        self._sofar = Sofar()
        self._asking: Screen | None = None
        self._asked = 0
        self._open = 0

    @property
    def sofar(self) -> Sofar:
        """What has been sent so far, as this person was told."""
        return self._sofar

    def tell(self, told: Told) -> None:
        """Print a piece of news."""
        before = self._sofar
        shown = self._screen(told)
        if self._open:
            self._page.space()
        self._page.news(shown, with_sent=shown.weighty or before != self._sofar)
        if self._asking is not None:
            self._page.choices(self._asking)  # else nobody sees that it still waits for an answer
        if self._open:
            self._page.mark()

    def ask(self, question: Question, meanwhile: Callable[[], bool]) -> Answer | None:
        """Print the question and wait for an answer that fits, letting the page live meanwhile.

        Returns None as soon as *meanwhile* says that the page has settled it. When nobody can
        type (any more), the page gets a last moment, then the harmless answer is taken.
        *meanwhile* may itself ask (the page opened a question of its own); then this question is
        shown again. Whatever *meanwhile* raises goes through.
        """
        shown = self._screen(question)
        self._drop_typed_ahead()
        self._page.screen(shown)
        self._page.choices(shown)
        self._asked += 1
        self._open += 1
        try:
            return self._wait(question, shown, meanwhile)
        finally:
            self._open -= 1

    def _wait(
        self, question: Question, shown: Screen, meanwhile: Callable[[], bool]
    ) -> Answer | None:
        before, self._asking = self._asking, shown
        try:
            return self._answer(question, shown, meanwhile)
        finally:
            self._asking = before

    def _answer(
        self, question: Question, shown: Screen, meanwhile: Callable[[], bool]
    ) -> Answer | None:
        """Wait for an answer that fits, or for the page to settle it."""
        lines = reading(self._in)
        end: float | None = None
        while True:
            started, asked = time.monotonic(), self._asked
            if meanwhile():
                self._page.space()
                return None
            if asked != self._asked:  # another question came in between: show this one again
                self._page.screen(replace(shown, sent=self._sofar.line()))
                self._page.choices(shown)
            if lines.ended:
                end = end or started + _PATIENCE_AFTER_END
                if isinstance(question, Introduction) or time.monotonic() >= end:
                    return self._nobody(question, shown)
                time.sleep(_A_MOMENT if time.monotonic() - started < _A_MOMENT else 0)
                continue
            line = lines.take(_A_MOMENT if time.monotonic() - started < _A_MOMENT else 0)
            if line is not None and (answer := self._understood(line, shown)):
                return answer

    def heard(self) -> str | None:
        """A line that was typed while nothing is asked, as it is compared; None if there is none.

        Does not wait.
        """
        line = reading(self._in).take(0)
        return None if line is None else _comparable(line)

    def overhear(self, question: Question) -> None:
        """Print a question that somebody else answers: the stand-in, in practice."""
        self._page.screen(self._screen(question))
        self._page.line(_("(The stand-in answers this. It plays the person, in practice only.)"))

    def ended(self, result: Result) -> None:
        """Print how it ended."""
        self._page.screen(self._screen(result))

    def ask_value(
        self,
        name: str,
        why: str,
        check: Callable[[str], str],
        *,
        several_lines: bool = False,
        optional: bool = False,
    ) -> str:
        """The value called *name*, asked until *check* finds nothing wrong with it.

        *why* says what it is for; *check* returns a sentence, empty if the value is right. With
        *several_lines* an empty line ends the text; an *optional* value may be left empty.
        This blocks: no window may be open. Raises `BadValue` when nobody can type.
        """
        self._page.line(inline(why))
        while True:
            if several_lines:
                self._page.line(_("An empty line ends your text."))
            self._page.prompt(filled("%(name)s: ", name=_value_names().get(name, name)))
            value = self._read_value(name, several_lines=several_lines)
            if not value and optional:
                return ""
            wrong = check(value) if value else _("This is empty. Please type it, or press Ctrl-C.")
            if not wrong:
                return value
            self._page.line(inline(wrong))

    def ask_reason(self, page_language: str, check: Callable[[str], str]) -> str:
        """The reason, from a text to start with that the person completes with their situation.

        *page_language* is the language of the form. Returns an empty string when the person wants
        to give no reason. Blocks like `ask_value`, raises the same.
        """
        start = reasons.start(page_language)
        self._page.line(_("The form asks for your reason. You can use this text:"))
        self._page.value(start)
        self._page.line(reasons.sensitive_warning())
        self._page.line(_("The law asks for your own situation, so a reason makes you stronger."))
        situation = self.ask_value(
            "situation",
            _(
                "What is your own situation? One or two sentences go in the place of the brackets. "
                "Only Enter: the form is filled in without a reason."
            ),
            lambda text: check(reasons.complete(page_language, text)),
            several_lines=True,
            optional=True,
        )
        if not situation:
            return ""
        reason = reasons.complete(page_language, situation)
        self._page.line(_("This is your reason now:"))
        self._page.value(reason)
        self.advise(reason)
        return reason

    def advise(self, reason: str) -> None:
        """Print what is worth a second thought about *reason*."""
        for sentence in reasons.advice(reason):
            self._page.line(sentence)

    def _screen(self, moment: Moment) -> Screen:
        self._sofar = self._sofar.after(moment)
        return screen(moment, self._sofar, self._language)

    def _drop_typed_ahead(self) -> None:
        """At a terminal, a line typed before its question was there must not answer it."""
        if self._in is None or self._in.closed or not self._in.isatty():
            return
        if reading(self._in).drop():
            self._page.line(
                _("You typed something before this question was there. filer does not use it.")
            )

    def _understood(self, line: str, shown: Screen) -> Answer | None:
        """The answer that *line* means; None after saying why it means none."""
        typed = _comparable(line)
        for choice in shown.choices:
            if typed in {_comparable(w) for w in (choice.key, choice.word, choice.words)}:
                return choice.answer
        if not typed and shown.default is not None:
            return shown.default
        if typed in {"s", "stop", _comparable(_("stop"))}:
            for answer in (Answer.END, Answer.NO, Answer.UNCLEAR, Answer.DONE):
                if any(choice.answer is answer for choice in shown.choices):
                    return answer  # the way to stop here has another name
        if typed:
            self._page.line(filled(_("“%(typed)s” is not one of the answers."), typed=line))
        self._page.choices(shown)
        return None

    def _nobody(self, question: Question, shown: Screen) -> Answer:
        answer = harmless(question)
        word = next((c.words for c in shown.choices if c.answer is answer), answer.value)
        self._page.line(filled(_("Nobody can type an answer here. filer takes: %(it)s"), it=word))
        return answer

    def _read_value(self, name: str, *, several_lines: bool) -> str:
        lines, got = reading(self._in), list[str]()
        while True:
            line = lines.take(0.2)  # not for ever: on Windows, Ctrl-C waits for a blocked get
            if line is None and not lines.ended:
                continue
            if line is None and not got:
                raise BadValue(
                    filled(
                        _("There is no value for %(name)s, and nobody can type one here."),
                        name=_value_names().get(name, name),
                    ),
                    _("Give it on the command line or in your .env file."),
                )
            if several_lines and line:
                got.append(line.rstrip())
                continue
            return "\n".join(got).strip() if several_lines else (line or "").strip()


def _is_plain(stream: TextIO, plain: bool | None) -> bool:  # noqa: FBT001 - three states
    return not stream.isatty() if plain is None else plain


def _comparable(text: str) -> str:
    return " ".join(text.casefold().split()).strip("[]().:")


def _value_names() -> dict[str, str]:
    return {
        "accounts": _("Your accounts"),
        "email": _("Your e-mail address"),
        "reason": _("Your reason"),
        "situation": _("Your situation"),
        "name": _("Your name"),
        "country": _("Your country, in two letters"),
        "first_name": _("Your first name"),
        "last_name": _("Your last name"),
        "phone": _("Your telephone number"),
        "address": _("Your address"),
        "prompts": _("What you typed to the AI"),
        "picture": _("Your picture"),
    }


def _offer(choice: Choice) -> str:
    """The choice as one line: the key, the word where it adds something, the meaning."""
    return pair(f"{choice.key}  {choice.word}", choice.words)


def _how_to_answer(shown: Screen) -> str:
    if shown.default is None:
        return _("Type the letter or the word, then press Enter.")
    word = next(c.word for c in shown.choices if c.answer is shown.default)
    return filled(
        _("Type the letter or the word, then press Enter. Only Enter means: %(word)s."), word=word
    )


class _Plain:
    """Lines of text: no boxes, no colour, nothing that moves. A paragraph is one line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def line(self, text: str, end: str = "\n") -> None:
        encoding = self._stream.encoding or "utf-8"
        safe = block(text).encode(encoding, "backslashreplace").decode(encoding)
        self._stream.write(safe + end)
        self._stream.flush()

    def space(self) -> None:
        self.line("")

    def value(self, text: str) -> None:
        for row in block(text).split("\n"):
            self.line(f"    {row}")

    def prompt(self, text: str) -> None:
        self.line(text, end="\n")

    def screen(self, shown: Screen) -> None:
        self.space()
        self.line(shown.title)
        for paragraph in shown.paragraphs:
            self.line(paragraph)
        self._rows(shown)
        self.line(shown.sent)
        for paragraph in shown.below:
            self.line(paragraph)
        for label, command in shown.commands:
            self.line(pair(label, command))

    def _rows(self, shown: Screen) -> None:
        for label, value in shown.rows:
            if "\n" not in value:
                self.line(pair(label, value))
                continue
            self.line(
                ngettext(
                    "%(label)s, %(count)s line:",
                    "%(label)s, %(count)s lines:",
                    value.count("\n") + 1,
                )
                % {"label": label, "count": value.count("\n") + 1}
            )
            self.value(value)

    def news(self, shown: Screen, *, with_sent: bool) -> None:
        self.line(shown.title)
        self._rows(shown)
        if with_sent:
            self.line(shown.sent)

    def choices(self, shown: Screen) -> None:
        for choice in shown.choices:
            self.line(_offer(choice))
        self.line(_how_to_answer(shown))

    def mark(self) -> None:
        """Show that an answer is waited for; the last line of the choices says so already."""


class _Rich(_Plain):
    """The same in a terminal: bold titles, indented values, wrapped at the width there is.

    Everything is a `Text`, never markup, so that brackets in a value stay brackets.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False)

    def _put(self, text: str, style: str = "", indent: int = 0, end: str = "\n") -> None:
        """Print *text*, wrapped between words; a line with a word too long is left to the terminal.

        So an address can be copied whole: no line break of ours is in it.
        """
        width = min(self._console.width, 96)
        for row in block(text).split("\n"):
            body = Text(row, style=style, end=end)
            if any(len(word) > width - indent for word in row.split()):
                self._console.print(Text(" " * indent) + body, soft_wrap=True, end=end)
            elif indent:
                self._console.print(Padding(body, (0, 0, 0, indent)), width=width)
            else:
                self._console.print(body, width=width, end=end)

    def line(self, text: str, end: str = "\n") -> None:
        self._put(text, end=end)

    def value(self, text: str) -> None:
        self._put(text, indent=4)

    def prompt(self, text: str) -> None:
        self._put(text, style="bold", end="")

    def screen(self, shown: Screen) -> None:
        self.space()
        self._put(shown.title, style="bold cyan")
        for paragraph in shown.paragraphs:
            self.space()
            self._put(paragraph)
        if shown.rows:
            self.space()
        self._rows(shown)
        self.space()
        self._put(shown.sent, style="bold")
        for paragraph in shown.below:
            self.space()
            self._put(paragraph)
        for label, command in shown.commands:
            self.space()
            self._put(f"{label}:")
            self._console.print(Text(f"    {command}"), soft_wrap=True)

    def _rows(self, shown: Screen) -> None:
        for label, value in shown.rows:
            self._put(f"{label}:", style="cyan", indent=2)
            self._put(value, indent=6)

    def news(self, shown: Screen, *, with_sent: bool) -> None:
        self._put(shown.title, style="yellow" if shown.weighty else "")
        self._rows(shown)
        if with_sent:
            self._put(shown.sent, style="bold")

    def choices(self, shown: Screen) -> None:
        self.space()
        for choice in shown.choices:
            self._put(_offer(choice), indent=2)
        self._put(_how_to_answer(shown), style="dim")
        self.mark()

    def mark(self) -> None:
        self.prompt("> ")
