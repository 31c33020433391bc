"""Several forms in one run: what happened to the first is told, whatever becomes of the second."""

from __future__ import annotations

import json
import sys

from tests.end_to_end.command import Command

NO_ROOM_FOR_THE_SECOND = """
import sys
from filer import cli, filing
from filer.errors import NoRoom

begin = filing.Bundle.begin.__func__
begun = []

def once(cls, *args, **more):
    if begun:
        raise NoRoom("There is no room left on the disk.", "Make some.")
    begun.append(1)
    return begin(cls, *args, **more)

filing.Bundle.begin = classmethod(once)
sys.argv = ["filer", "practice", "facebook", "instagram", "--stand-in", "willing", "--headless",
            "--json", "--language", "en"]
cli.main()
"""


def test_a_form_that_cannot_begin_hides_none_that_was_filed(filer: Command) -> None:
    """The first form's result is in the JSON, beside what was wrong with the second."""
    ran = filer.start_program([sys.executable, "-c", NO_ROOM_FOR_THE_SECOND]).finish()
    told = json.loads(ran.stdout)

    assert [("facebook", "confirmed", True)] == [
        (each["flow"], each["outcome"], each["sealed"]) for each in told["results"]
    ]
    assert (ran.code, "There is no room left on the disk.") == (told["exit"], told["error"])
    assert 8 == ran.code
    assert "Make some." in ran.stderr
