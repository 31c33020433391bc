"""What a picture of the form is called where it is told: by all that the log shows.

A title in the log says what was meant when the picture was taken. Whether the form was changed
after that, and whether it was sent, only the lines behind it say.
"""

from __future__ import annotations

from collections.abc import Iterable

from filer.evidence.layout import slug

FILLED = "the-form-as-filer-had-filled-it-in"
WILL_BE_SENT = "the-form-as-it-will-be-sent"
CHANGED = "the-form-as-changed"
SENT = "the-form-as-it-was-sent"

EVENTS = frozenset({"captured", "capture.withheld", "send.left"})
"""The events of the log that say what a picture is called."""


def called(lines: Iterable[tuple[int, str, object]]) -> dict[int, str]:
    """What each capture is called, by the number of its line in the log.

    *lines* are the numbers, the events and the titles of the log's lines in their order. The last
    form before a send is the one that was sent, and takes the place of those before it.
    """
    found: dict[int, str] = {}
    last = 0
    for number, event, title in lines:
        if event in {"captured", "capture.withheld"} and isinstance(title, str):
            found[number] = title
            if slug(title) in {WILL_BE_SENT, CHANGED}:
                if last and slug(found[last]) == WILL_BE_SENT:
                    found[last] = FILLED
                last = number
        elif event == "send.left" and last:
            found[last] = SENT
            last = 0
    if last:
        found[last] = WILL_BE_SENT
    return found
