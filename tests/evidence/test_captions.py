"""What a picture of the form is called: by what the log shows behind it."""

from __future__ import annotations

import pytest

from filer.evidence.captions import CHANGED, FILLED, SENT, WILL_BE_SENT, called

EMPTY, ANSWER = "the-empty-form", "meta-s-answer"
LEFT = "send.left"
TOLD = {
    "not sent": ([EMPTY, WILL_BE_SENT], [EMPTY, WILL_BE_SENT]),
    "sent": ([EMPTY, WILL_BE_SENT, LEFT, ANSWER], [EMPTY, SENT, ANSWER]),
    "changed": ([WILL_BE_SENT, CHANGED, LEFT, ANSWER], [FILLED, SENT, ANSWER]),
    "changed twice": ([WILL_BE_SENT, CHANGED, CHANGED, LEFT], [FILLED, CHANGED, SENT]),
    "changed, not sent": ([WILL_BE_SENT, CHANGED], [FILLED, WILL_BE_SENT]),
    "begun again": ([WILL_BE_SENT, WILL_BE_SENT, LEFT], [FILLED, SENT]),
    "sent again": ([WILL_BE_SENT, LEFT, CHANGED, LEFT], [SENT, SENT]),
    "after the send": ([WILL_BE_SENT, LEFT, LEFT, ANSWER], [SENT, ANSWER]),
    "nothing was kept": ([LEFT], []),
    "a title in words": (["the form as changed", "<b>", LEFT], [SENT, "<b>"]),
}


@pytest.mark.parametrize("case", TOLD)
def test_by_what_came_after(case: str) -> None:
    """A later form takes the place of an earlier one, and a send makes it the one that was sent."""
    titles, expected = TOLD[case]
    lines = [
        (number, LEFT, None) if title == LEFT else (number, "captured", title)
        for number, title in enumerate(titles, 1)
    ]

    assert expected == list(called(lines).values())


def test_without_a_picture_it_counts_too() -> None:
    """A form that could not be pictured is the one that was sent; what is no title is passed by."""
    lines = [(1, "captured", WILL_BE_SENT), (2, "capture.withheld", CHANGED), (3, "captured", 7)]

    assert {1: FILLED, 2: SENT} == called([*lines, (4, LEFT, None)])
