import re

import pytest
from click.testing import CliRunner

from filer.cli import cli
from filer.practice.scenarios import ANSWERS, DETOURS, RENDERINGS, all_scenarios, scenario

REASONS = {
    "site not reachable",
    "other region",
    "throttled",
    "already objected",
    "sent home",
    "moved",
    "foreign host",
    "account locked",
}


def test_the_list_says_what_its_parts_are() -> None:
    """Above the list, for people alone, stands every part a name can have, by its kind."""
    listed = CliRunner().invoke(cli, ["practice", "--list", "--language", "en"])
    above = re.split(r"[\s,();]+", listed.stderr)

    assert {*RENDERINGS, *DETOURS, *ANSWERS} <= set(above)
    assert listed.stdout.startswith("default ")


def test_order_is_free() -> None:
    """The parts of a name may stand in any order."""
    one = scenario("cut+login+mobile+code")
    other = scenario("mobile+code+cut+login")

    assert (one.rendering, one.detours, one.answer) == (
        other.rendering,
        other.detours,
        other.answer,
    )


@pytest.mark.parametrize(
    ("name", "rendering", "answer"),
    [
        ("login", "desktop", "thanks-page"),
        ("mobile", "mobile", "thanks-page"),
        ("app", "app", "thanks-dialog"),
        ("app+thanks-page", "app", "thanks-page"),
    ],
)
def test_what_is_left_out_is_usual(name: str, rendering: str, answer: str) -> None:
    """A missing rendering means desktop; a missing answer is the rendering's usual thanks."""
    found = scenario(name)

    assert (rendering, answer) == (found.rendering, found.answer)


def test_default_comes_first_and_logs_in() -> None:
    """The list begins with the default: the desktop form behind a login."""
    first = all_scenarios()[0]

    assert ("default", "desktop", ("login",)) == (first.name, first.rendering, first.detours)


def test_list_is_complete() -> None:
    """The list holds each rendering, with each answer and with each detour, each name once."""
    names = [one.name for one in all_scenarios()]

    assert len(names) == len(set(names))
    for rendering in RENDERINGS:
        assert {rendering, *(f"{rendering}+{part}" for part in (*ANSWERS, *DETOURS))} <= set(names)


def test_expectations_use_the_words_of_the_design() -> None:
    """Every scenario expects a known outcome, and a known reason exactly if it is unavailable."""
    for one in all_scenarios():
        assert one.expect in {"confirmed", "sent", "refused", "unknown", "unavailable"}
        assert (one.expect == "unavailable") == (one.expect_reason is not None)
        assert one.expect_reason is None or one.expect_reason in REASONS


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("dekstop", "did you mean 'desktop'"),
        ("mobile+to-short", "'too-short'"),
        ("", "no scenario part ''"),
        ("qqqq", "filer practice --list"),
        ("desktop+app", "more than one rendering: desktop, app"),
        ("cut+silent", "more than one answer: cut, silent"),
        ("login+login", "names 'login' more than once"),
        ("prefilled+prefilled-other", "prefills two addresses"),
    ],
)
def test_wrong_names_are_explained(name: str, says: str) -> None:
    """A name that means nothing, or two things, is refused with a sentence that helps."""
    with pytest.raises(ValueError, match=re.escape(says)):
        scenario(name)
