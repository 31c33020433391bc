"""The table of moves: every legal one lands somewhere, every other one raises."""

from __future__ import annotations

import itertools

import pytest

from filer.complaint.states import MOVES, WAITING, Fact, IllegalMove, State, move

ILLEGAL = {
    State.NOT_SENT: "NOT_TAKEN CONFIRMED ASKED EXTENDED GRANTED REFUSED MONTH_OVER",
    State.UNKNOWN: "NOT_TAKEN EXTENDED MONTH_OVER",
    State.SENT: "NOT_SENT",
    State.CONFIRMED: "NOT_SENT",
    State.NOT_TAKEN: "NOT_TAKEN EXTENDED MONTH_OVER NOT_SENT",
    State.REFUSED: "NOT_TAKEN CONFIRMED EXTENDED MONTH_OVER NOT_SENT",
    State.GRANTED: "EXTENDED MONTH_OVER NOT_SENT",
    State.UNANSWERED: "EXTENDED MONTH_OVER NOT_SENT",
    State.COMPLAINT: "MONTH_OVER NOT_SENT",
    State.CLOSED: "NOT_TAKEN CONFIRMED ASKED EXTENDED MONTH_OVER NOT_SENT",
}
"""Every move that cannot be, written out a second time."""

_ILLEGAL = [(state, Fact[name]) for state, names in ILLEGAL.items() for name in names.split()]


@pytest.mark.parametrize(("state", "fact"), _ILLEGAL)
def test_an_illegal_move_raises(state: State, fact: Fact) -> None:
    """What cannot happen in a state raises, and says which state and which fact."""
    with pytest.raises(IllegalMove) as raised:
        move(state, fact)

    assert (state, fact) == (raised.value.state, raised.value.fact)


def test_every_other_move_is_in_the_table() -> None:
    """States and facts make up the legal and the illegal moves, with none left over."""
    every = set(itertools.product(State, Fact))

    assert every == set(MOVES) | set(_ILLEGAL)
    assert not set(MOVES) & set(_ILLEGAL)


def test_the_words_are_the_nine_of_the_contract() -> None:
    """People and JSON hear nine words; the form's No and Meta's No share one."""
    nine = "not sent,sent,confirmed,granted,refused,unanswered,unknown,complaint made,closed"

    assert set(nine.split(",")) == {state.word for state in State}


@pytest.mark.parametrize("state", State)
def test_nothing_but_the_person_makes_a_sent_objection_unsent(state: State) -> None:
    """Only an unknown becomes "not sent" again, and only when the person says so."""
    back = {fact for fact in Fact if MOVES.get((state, fact)) is State.NOT_SENT}

    if state is State.UNKNOWN:
        assert {Fact.NOT_SENT} == back
    elif state is not State.NOT_SENT:
        assert set() == back


def test_only_a_waiting_case_becomes_unanswered() -> None:
    """The month goes by for what was sent and not answered, and for nothing else."""
    assert {(state, Fact.MONTH_OVER) for state in WAITING} == {
        pair for pair, then in MOVES.items() if then is State.UNANSWERED and pair[0] is not then
    }


@pytest.mark.parametrize("state", State)
def test_a_note_moves_nothing_and_closing_is_always_possible(state: State) -> None:
    """What has no meaning changes nothing; the person can end any case."""
    assert state is move(state, Fact.NOTED)
    assert state is State.CLOSED or State.CLOSED is move(state, Fact.CLOSED)
