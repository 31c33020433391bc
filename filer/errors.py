"""Every error filer raises on purpose, what it tells the person, and the exit code it ends with.

    FilerError                      1   a bug of ours, when nothing below fits
    ├── WrongUsage                  2   the command line asks for something that does not exist
    ├── FlowBroken                  3   a flow breaks a law; names file and line
    ├── BadValue                    4   the profile or a setting lacks or garbles a value
    ├── EvidenceBroken              7   evidence is broken or incomplete
    ├── MachineLacks                8   this machine lacks something
    │   ├── NoBrowser                   no browser that can be driven
    │   ├── NoDisplay                   a window was asked for and there is no display
    │   ├── NoRoom                      the disk is full
    │   └── EvidenceFolder              the evidence folder cannot be written
    └── Stopped                     9   no error: the person said no; nothing was sent

`WindowClosed` is the signal of the browser part that the window is gone; the session turns it
into an outcome, it never reaches the person as an error.
"""

from __future__ import annotations

from typing import ClassVar


class FilerError(Exception):
    """An error with a sentence for the person: what is wrong, where, and what to do next.

    *message* says what is wrong and where, *hint* what to do; both are whole sentences.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class WrongUsage(FilerError):
    """The command line asks for something that does not exist."""

    exit_code = 2


class FlowBroken(FilerError):
    """A flow file breaks a law of `filer.flow`."""

    exit_code = 3


class BadValue(FilerError):
    """The profile or a setting lacks a value or holds one that cannot be right."""

    exit_code = 4


class EvidenceBroken(FilerError):
    """Evidence is broken, incomplete, or would hold a secret."""

    exit_code = 7


class MachineLacks(FilerError):
    """This machine lacks something filer needs."""

    exit_code = 8


class NoBrowser(MachineLacks):
    """There is no browser that filer can drive."""


class NoDisplay(MachineLacks):
    """A visible window was asked for and this machine has no display."""


class NoRoom(MachineLacks):
    """The disk that holds the evidence is full."""


class EvidenceFolder(MachineLacks):
    """The evidence folder cannot be created or written."""


class Stopped(FilerError):
    """No error but a signal: the person stopped, and nothing was sent."""

    exit_code = 9


class WindowClosed(Exception):
    """No error but a signal: the window with the form is gone."""


class FromTheStart(Exception):
    """No error but a signal: the person wants to see a replay again, from its first step."""
