"""The states a case can be in, what can happen to it, and which move each of these is.

The table is the whole law: what does not stand in it raises `IllegalMove`.
"""

from __future__ import annotations

import enum


class State(enum.Enum):
    """Where a case stands. `word` is what people and JSON are told."""

    NOT_SENT = "not sent"
    UNKNOWN = "unknown"
    SENT = "sent"
    CONFIRMED = "confirmed"
    NOT_TAKEN = "refused by the page"
    REFUSED = "refused"
    GRANTED = "granted"
    UNANSWERED = "unanswered"
    COMPLAINT = "complaint made"
    CLOSED = "closed"

    @property
    def word(self) -> str:
        """One of the nine words of the contract. Two states share "refused".

        A form that the page did not take is another thing than Meta's No to an objection.
        """
        return "refused" if self is State.NOT_TAKEN else self.value


class Fact(enum.Enum):
    """Something that happened to a case."""

    NOTHING_LEFT = "a session ended without a send"
    LEFT = "a send left, or may have left"
    SENT = "a send was answered, or the person sent it elsewhere"
    NOT_TAKEN = "the page said no to the form"
    CONFIRMED = "it was received"
    ASKED = "they want a code or to know more"
    EXTENDED = "they take two further months"
    GRANTED = "the objection is honoured"
    REFUSED = "the objection is refused"
    MONTH_OVER = "the month went by without an answer"
    NOT_SENT = "it turned out that it was not sent"
    PREPARED = "a complaint was made"
    HANDED_IN = "a complaint was handed in"
    CLOSED = "the person closed the case"
    NOTED = "something without a meaning of its own"


WAITING = frozenset({State.SENT, State.CONFIRMED})
"""States in which Meta's month runs."""

_ENDS = {
    Fact.GRANTED: State.GRANTED,
    Fact.REFUSED: State.REFUSED,
    Fact.PREPARED: State.COMPLAINT,
    Fact.HANDED_IN: State.COMPLAINT,
    Fact.CLOSED: State.CLOSED,
}
_ANEW = {Fact.LEFT: State.UNKNOWN, Fact.SENT: State.SENT}


def _same(state: State, *facts: Fact) -> dict[Fact, State]:
    return dict.fromkeys((Fact.NOTED, Fact.NOTHING_LEFT, *facts), state)


_ROWS: dict[State, dict[Fact, State]] = {
    State.NOT_SENT: {
        **_same(State.NOT_SENT, Fact.NOT_SENT),
        **_ANEW,
        Fact.PREPARED: State.COMPLAINT,
        Fact.HANDED_IN: State.COMPLAINT,
        Fact.CLOSED: State.CLOSED,
    },
    State.UNKNOWN: {
        **_same(State.UNKNOWN, Fact.LEFT),
        **_ENDS,
        Fact.SENT: State.SENT,
        Fact.ASKED: State.SENT,  # who asks has it
        Fact.CONFIRMED: State.CONFIRMED,
        Fact.NOT_SENT: State.NOT_SENT,
    },
    State.SENT: {
        **_same(State.SENT, Fact.LEFT, Fact.SENT, Fact.ASKED, Fact.EXTENDED),
        **_ENDS,
        Fact.CONFIRMED: State.CONFIRMED,
        Fact.NOT_TAKEN: State.NOT_TAKEN,
        Fact.MONTH_OVER: State.UNANSWERED,
    },
    State.CONFIRMED: {
        **_same(
            State.CONFIRMED,
            *(Fact.LEFT, Fact.SENT, Fact.NOT_TAKEN, Fact.CONFIRMED, Fact.ASKED, Fact.EXTENDED),
        ),
        **_ENDS,
        Fact.MONTH_OVER: State.UNANSWERED,
    },
    State.NOT_TAKEN: {
        **_same(State.NOT_TAKEN, Fact.ASKED),
        **_ENDS,
        **_ANEW,
        Fact.CONFIRMED: State.CONFIRMED,
    },
    State.REFUSED: {**_same(State.REFUSED, Fact.ASKED), **_ENDS, **_ANEW},
    State.GRANTED: {
        **_same(State.GRANTED, Fact.LEFT, Fact.SENT, Fact.NOT_TAKEN, Fact.CONFIRMED, Fact.ASKED),
        **_ENDS,
    },
    State.UNANSWERED: {
        **_same(State.UNANSWERED, Fact.LEFT, Fact.SENT, Fact.NOT_TAKEN, Fact.CONFIRMED, Fact.ASKED),
        **_ENDS,
    },
    State.COMPLAINT: {
        **_same(
            State.COMPLAINT,
            *(Fact.LEFT, Fact.SENT, Fact.NOT_TAKEN, Fact.CONFIRMED, Fact.ASKED, Fact.EXTENDED),
            *(Fact.GRANTED, Fact.REFUSED, Fact.PREPARED, Fact.HANDED_IN),
        ),
        Fact.CLOSED: State.CLOSED,
    },
    State.CLOSED: {**_same(State.CLOSED), **_ENDS, **_ANEW},
}

MOVES: dict[tuple[State, Fact], State] = {
    (state, fact): then for state, row in _ROWS.items() for fact, then in row.items()
}
"""Every move there is."""


class IllegalMove(Exception):
    """A signal: this cannot happen to a case in this state, so the evidence does not fit."""

    def __init__(self, state: State, fact: Fact) -> None:
        super().__init__(f"{fact.value}, in a case that is: {state.value}")
        self.state, self.fact = state, fact


def move(state: State, fact: Fact) -> State:
    """The state after *fact* in *state*. Raises `IllegalMove` for what is not in `MOVES`."""
    try:
        return MOVES[state, fact]
    except KeyError:
        raise IllegalMove(state, fact) from None
