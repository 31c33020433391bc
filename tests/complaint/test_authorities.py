"""Authorities: everybody finds theirs, by whatever people call it, and doubts are said."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from filer.complaint import authorities, directory
from filer.complaint.authorities import COUNTRIES, LANDS, SHORT, everyone, explain, find, named
from filer.errors import BadValue, FilerError, WrongUsage
from filer.profile import EU_EEA
from tests.end_to_end.command import Command


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("ap", "nlap"),
        ("AP", "nlap"),
        ("nl", "nlap"),
        ("Nederland", "nlap"),
        ("pays-bas", "nlap"),
        ("the Netherlands", "nlap"),
        ("Autoriteit Persoonsgegevens", "nlap"),
        ("persoonsgegevens (dutch", "nlap"),
        ("dpc", "iedpc"),
        ("Ierland", "iedpc"),
        ("België", "beapd"),
        ("belgie", "beapd"),
        ("Österreich", "atdsb"),
        ("Autriche", "atdsb"),
        ("uk", "gbico"),
        ("Verenigd Koninkrijk", "gbico"),
        ("el", "grdpa"),
        ("IJsland", "isdpa"),
        ("cnil", "frcnil"),
        ("nlap", "nlap"),
        ("Bayern", "debaylda"),
        ("Beieren", "debaylda"),
        ("DE-BY", "debaylda"),
        ("NRW", "denrwldi"),
        ("North Rhine-Westphalia", "denrwldi"),
        ("Hamburg", "dehmbbfdi"),
    ],
)
def test_what_people_call_it(query: str, slug: str) -> None:
    """A code, a country in four languages, a state, a short name, a name or a part of one."""
    assert slug == find(query).slug


@pytest.mark.parametrize("query", ["datenschutz", "Datatilsynet", "cnpd", "Data Protection"])
def test_several(query: str) -> None:
    """What can be several authorities is answered with all of them."""
    with pytest.raises(WrongUsage) as told:
        find(query)

    assert query in told.value.message
    assert 2 <= told.value.hint.count("(")


@pytest.mark.parametrize("query", ["xx", "Atlantis", "'; rm -rf /", "a", "#" * 5000, "\u202e"])
def test_none(query: str) -> None:
    """What is no authority is said in a sentence of bearable length, with what to do."""
    with pytest.raises(FilerError) as told:
        find(query)

    assert len(told.value.message) < 200
    assert told.value.hint


def test_every_country_has_one() -> None:
    """In each country in which Meta offers the objection, the person's own authority is found."""
    found = {code: find("", code, "Bremen").countries for code in EU_EEA}

    assert {code: (code,) for code in EU_EEA} == found
    assert set(COUNTRIES) == set(EU_EEA)


def test_every_german_state_has_one() -> None:
    """Each state leads to an authority of its own, not a church's or a broadcaster's."""
    slugs = [find("", "de", land).slug for land in LANDS]

    assert 16 == len(set(slugs))
    assert not {"debayldb", "debfdi", "derf", "derfdw", "deekdbfd"} & set(slugs)
    assert not [slug for slug in slugs if slug.startswith("dekath")]


def test_germany_alone_is_not_enough() -> None:
    """Without a state, Germany is answered with the states; with a wrong one too."""
    with pytest.raises(WrongUsage, match="FILER_REGION"):
        find("Deutschland")
    with pytest.raises(BadValue, match="no German state"):
        find("", "de", "Tirol")


def test_nobody_knows_where() -> None:
    """Without a country and a name nothing is guessed."""
    with pytest.raises(BadValue, match="FILER_COUNTRY"):
        find("")


def test_short_names_exist() -> None:
    """Every short name and every state leads to a record."""
    slugs = {one.slug for one in everyone()}

    assert set() == {*SHORT.values(), *(slug for slug, _names in LANDS.values())} - slugs
    assert 57 == len(slugs)


def test_doubts_are_said() -> None:
    """What the facts call doubtful is called so, and the AP's newer page is the one shown."""
    doubtful = {one.slug for one in everyone() if one.doubts}

    assert {"nlap", "iedpc", "dkdi", "fitst", "plgiodo", "grdpa"} == doubtful
    assert named("nlap").form.endswith("/een-tip-of-klacht-indienen-bij-de-ap")
    assert "May 2025" in named("iedpc").doubts[0]


def test_the_source_travels() -> None:
    """The records name where they come from, on which day, and their licence."""
    assert "CC0-1.0" in authorities.source()
    assert "2026-07-21" in authorities.source()


def test_lead_authority() -> None:
    """At home one complains; the Irish authority leads; London and Bern are not part of it."""
    at_home, in_dublin, in_london = (" ".join(explain(find(c))) for c in ("nl", "ie", "gb"))

    assert ("nl", "en") == find("nl").languages
    assert ("en",) == find("ie").languages
    assert ("en",) == find("gb").languages
    for article in ("Article 77", "Article 56", "Article 60"):
        assert article in at_home
    assert "also leads" in in_dublin
    assert "does not lead for it" in in_london
    assert "Article" not in in_london


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2026, 11, 23), "handled by the rules of today"),
        (dt.date(2027, 4, 2), "handled by the rules of today"),
        (dt.date(2027, 4, 3), "applies to a complaint made now"),
    ],
)
def test_procedural_regulation(day: dt.date, words: str) -> None:
    """It counts for complaints made after 2 April 2027; what is not confirmed is called so."""
    said = authorities.procedural_regulation(day)

    assert "2025/2518" in said[0]
    assert words in said[1]
    assert "Not confirmed" in said[-1]


def test_the_command(filer: Command) -> None:
    """The list holds all; one is shown in full; without either the command says what it takes."""
    everybody = filer("complaint", "--list", "--json")
    one = filer("complaint", "--to", "ap", "--json")
    shown = filer("complaint", "--list", "--to", "bayern")
    nothing = filer("complaint", "--json")
    unknown = filer("complaint", "--to", "datenschutz", "--json")

    assert (0, 57) == (everybody.code, len(everybody.results))
    assert "CC0" in str(everybody.told["source"])
    assert (0, "nlap", ["nl", "en"]) == (one.code, one.result["slug"], one.result["languages"])
    assert "BayLDA" in shown.stdout
    assert "2025/2518" in shown.stdout
    assert (2, 2) == (nothing.code, unknown.code)
    assert "--list" in nothing.told["hint"]


def test_what_the_list_says_to_type_is_found() -> None:
    """The list holds each authority once, with a name that means it, by country and state."""
    listed = list(directory.entries())

    assert {one.slug for one in authorities.everyone()} == {e.authority.slug for e in listed}
    assert len(authorities.everyone()) == len(listed)
    assert [] == [e for e in listed if authorities.find(e.to) != e.authority]
    assert all(e.reached() for e in listed)
    assert set(authorities.COUNTRIES) >= {e.authority.countries[0] for e in listed}
    assert [] == [c for c in authorities.COUNTRIES if directory.country_in_words(c) == c]


def test_the_list_is_for_people(filer: Command) -> None:
    """It names countries and ways in words, in eighty columns."""
    run = filer("complaint", "--list", env={"COLUMNS": "80"})

    assert "Netherlands: Autoriteit Persoonsgegevens" in run.stdout
    assert "    --to nl   (web form, e-mail, post, may be out of date)\n" in run.stdout
    assert "Germany, Bayern: " in run.stdout
    assert "Germany, not for Meta: Die Bundesbeauftragte" in run.stdout
    assert [] == [line for line in run.stdout.splitlines() if len(line) > 80]
    assert "Irish" in run.stdout


def test_the_person_s_own(filer: Command) -> None:
    """With a country set, the list says which one is theirs."""
    run = filer("complaint", "--list", env={"FILER_COUNTRY": "de", "FILER_REGION": "Hessen"})

    assert "Yours: Der Hessische" in " ".join(run.stdout.split())


def test_records_are_as_they_came() -> None:
    """The records are the published ones: every field is one that their schema knows."""
    known = set(
        "slug relevant-countries name address phone fax email webform pgp-fingerprint pgp-url web "
        "sources complaint-language suggested-transport-medium comments".split()
    )
    records = json.loads(authorities.DATA.read_text(encoding="utf-8"))["records"]

    assert set() == {key for record in records for key in record} - known
