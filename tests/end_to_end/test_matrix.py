"""Both flows, three renderings, 26 languages: what arrives at the site, for each kind of person.

The site counts. `make test` runs a selection in which flow, rendering and person all meet each
other; `make proof` runs all. The languages are the 24 official ones of the EU, Norwegian and
Icelandic. Seven have wordings in the flows; in the others a field is found by structure, or because
it is called as in one of the seven. What the pages say is the practice site's own, not Meta's.
"""

from __future__ import annotations

import itertools

import pytest
from _pytest.mark import ParameterSet

from filer import settings
from filer.practice import pages
from filer.practice.scenarios import scenario
from filer.practice.site import PracticeSite
from tests.end_to_end.command import Command, Run

FLOWS = ("facebook", "instagram")
RENDERINGS = ("desktop", "mobile", "app")
LABELLED = ("nl", "en", "de", "fr", "it", "es", "pl")
"""The languages that the flows have wordings for."""
UNLABELLED = tuple(language for language in settings.LANGUAGES if language not in {*LABELLED, "nb"})
LANGUAGES = (*LABELLED, *UNLABELLED)
PEOPLE = ("willing", "absent", "eager")

TOO_EARLY = {
    "en": "it has not left",
    "nl": "het is niet weg",
    "de": "es ist nicht hinausgegangen",
    "fr": "cela n'est pas parti",
}
"""What the person is told of a press before the review."""

Case = tuple[str, str, str, str]


def selection() -> list[Case]:
    """Ten runs, in which flow, rendering and person all meet each other."""
    who = {
        "willing": ("de", "el", "it"),
        "absent": ("en", "nl", "mt"),
        "eager": ("fr", "pl", "hu"),
    }
    runs = [(language, person) for person, languages in who.items() for language in languages]
    return [
        (FLOWS[number % 2], RENDERINGS[number % 3], language, person)
        for number, (language, person) in enumerate([*runs, ("bg", "willing")])
    ]


def cases() -> list[ParameterSet]:
    """Every case; those outside the selection are proof."""
    chosen = set(selection())
    return [
        pytest.param(*case, id="-".join(case), marks=[] if case in chosen else [pytest.mark.proof])
        for case in itertools.product(FLOWS, RENDERINGS, LANGUAGES, PEOPLE)
        if case[3] != "eager" or case in chosen or case[2] in {*LABELLED, "hu"}
    ]


def test_the_selection_lets_the_parts_meet() -> None:
    """The selection holds each pair of flow, rendering and person, and three scripts."""
    chosen = selection()

    assert len(chosen) == len(set(chosen)) == 10
    assert set(itertools.product(FLOWS, RENDERINGS)) == {(f, r) for f, r, _, _ in chosen}
    assert set(itertools.product(FLOWS, PEOPLE)) == {(f, p) for f, _, _, p in chosen}
    assert set(itertools.product(RENDERINGS, PEOPLE)) == {(r, p) for _, r, _, p in chosen}
    assert {"el", "bg", "mt", "hu"} == {lang for _, _, lang, _ in chosen if lang in UNLABELLED}


def test_every_language_is_in_the_matrix() -> None:
    """26 languages, two flows, three renderings: each with somebody who sends and with nobody."""
    all_ = {case.values for case in cases()}

    assert 26 == len(set(LANGUAGES))
    assert set(pages.short_words()) | set(pages.LANGUAGES) == set(LANGUAGES)
    assert set(itertools.product(FLOWS, RENDERINGS, LANGUAGES, ("willing", "absent"))) <= all_


def run(filer: Command, site: PracticeSite, flow: str, language: str, person: str) -> Run:
    """One practice filing at *site*, with patience where somebody acts."""
    patience = "2" if person in {"absent", "leaver"} else "15"
    arguments = ("--site", site.url, "--stand-in", person, "--language", language)
    return filer(
        "practice", flow, *arguments, "--headless", "--json", env={"FILER_PATIENCE": patience}
    )


@pytest.mark.parametrize(("flow", "rendering", "language", "person"), cases())
def test_what_arrives(
    filer: Command, flow: str, rendering: str, language: str, person: str
) -> None:
    """Nobody's press sends nothing; a press after the review sends once, and is confirmed."""
    with PracticeSite(scenario(rendering), language) as site:
        ran = run(filer, site, flow, language, person)
        arrived = len(site.sends())
    result = ran.result

    assert [] == site.faults
    assert ["email", "reason"] == sorted(result["fields"])
    assert "person" not in result["fields"].values()
    assert language == result["page_language"]
    assert result["sealed"]
    if person == "absent":
        assert (0, 9, "stopped", False) == (arrived, ran.code, result["outcome"], result["sent"])
        return
    by = "person" if language in UNLABELLED else "page"
    assert (1, 0, "confirmed", by) == (arrived, ran.code, result["outcome"], result["confirmed_by"])
    assert result["sent"] is True
    if person == "eager":
        assert 1 <= result["refused_requests"]
        assert TOO_EARLY.get(language, TOO_EARLY["en"]) in ran.stderr


@pytest.mark.parametrize("person", ["hesitant", "leaver"])
def test_who_does_not_confirm(filer: Command, person: str) -> None:
    """Whoever says no at the review, or closes the window there, has sent nothing."""
    with PracticeSite(scenario("desktop"), "en") as site:
        ran = run(filer, site, "facebook", "en", person)

    assert [] == site.sends()
    assert (9, "stopped", False) == (ran.code, ran.result["outcome"], ran.result["sent"])
    assert ran.result["sealed"]
