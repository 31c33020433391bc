from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from filer.practice.scenarios import scenario
from filer.practice.site import PracticeSite

Play = Callable[..., PracticeSite]


@pytest.fixture
def play() -> Iterator[Play]:
    """Practice sites that run until the test ends, and that made no mistake of their own."""
    with ExitStack() as stack:
        sites: list[PracticeSite] = []

        def start(name: str, language: str = "en") -> PracticeSite:
            sites.append(stack.enter_context(PracticeSite(scenario(name), language)))
            return sites[-1]

        yield start
        assert [] == [fault for site in sites for fault in site.faults]
