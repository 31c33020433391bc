"""`filer check` and `filer record` on the practice site, and filing on what was recorded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from filer import recording
from filer.practice.places import CANARIES
from filer.practice.scenarios import RENDERINGS, scenario
from filer.practice.site import PracticeSite
from filer.practice.standin import OWN_VALUES
from tests.end_to_end.command import Command
from tests.end_to_end.pages import FORM, PLAIN, Site, form, labelled, page

SCENARIOS = (
    *RENDERINGS,
    "default",
    "app+login+terms+slow",
    "mobile+limit",
    "desktop+prefilled-other",
)


def recorded(filer: Command, site: str, folder: Path, language: str = "nl") -> str:
    """Record the form at *site*; all that was written."""
    port = site.rpartition(":")[2]
    ran = filer(
        *("record", f"http://www.facebook.com.localhost:{port}{FORM}", "--to", str(folder)),
        *("--headless", "--language", language),
        env={"FILER_PATIENCE": "5"},
    )

    assert 0 == ran.code, ran.stderr
    return "\n".join((folder / name).read_text() for name in recording.FILES)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        pytest.param(s, lang, marks=() if (s, lang) == ("app", "nl") else pytest.mark.proof)
        for s in SCENARIOS
        for lang in ("nl", "hu")
    ],
)
def test_what_was_recorded_can_be_filed(
    filer: Command, tmp_path: Path, name: str, language: str
) -> None:
    """The draft flow of a recorded form files on the recorded copy, and both hold no value."""
    with PracticeSite(scenario(name), language) as site:
        text = recorded(filer, site.url, tmp_path / "new", language)
    ran = filer(
        *("practice", "--site", str(tmp_path / "new"), "--stand-in", "willing"),
        *("--headless", "--json", "--language", language),
        env={"FILER_PATIENCE": "5"},
    )

    assert [] == [each for each in (*CANARIES.values(), OWN_VALUES["email"]) if each in text]
    assert (0, "confirmed") == (ran.code, ran.result["outcome"]), ran.stderr
    assert {"email", "reason"} == set(ran.result["fields"])
    assert "structure" not in ran.result["fields"].values()
    assert [] == site.sends()


def test_check_names_file_line_language_and_string(filer: Command) -> None:
    """A renamed label, as text: where to add what, and exit code 5."""
    changed = page(
        form(
            labelled("m1", "Mailadres", '<input type="email"'),
            labelled("t1", "Toelichting", "<textarea"),
            send="Verzenden",
        ),
        language="nl",
        title="Bezwaar tegen AI bij Meta",
    )
    with Site(changed) as site:
        ran = filer("check", "facebook", "--site", site.url, "--headless")
        same = filer("check", "facebook", "--site", site.url, "--headless", "--json")

    assert 5 == ran.code == same.code
    line = r'^flows/meta\.py line \d+: EMAIL, nl: add "Mailadres"$'
    assert re.search(line, ran.stdout, re.MULTILINE)
    assert "drifted" == same.told["outcome"]
    assert '"Mailadres"' == same.told["findings"][0]["add"]
    assert [] == site.posts


def test_a_session_that_drifts_says_the_same(filer: Command) -> None:
    """Whoever filed and could not is told what a maintainer needs, and so is `--json`."""
    two = page(
        form(
            labelled("m1", "Email address", '<input type="email"'),
            labelled("t1", "What we did", "<textarea"),
            labelled("t2", "What you want", "<textarea"),
        )
    )
    with Site(two) as site:
        ran = filer(
            *("practice", "facebook", "--site", site.url, "--stand-in", "willing"),
            *("--headless", "--json", "--language", "en"),
            env={"FILER_PATIENCE": "3"},
        )

    assert "drifted" == ran.result["outcome"]
    (said,) = ran.result["drift"]
    assert said.endswith(
        'REASON, en: the field reason cannot be told apart; add the one it is: "What we did", '
        '"What you want"'
    )
    assert said in " ".join(ran.stderr.split())


@pytest.mark.proof
def test_the_check_of_a_fresh_form_is_quiet(filer: Command) -> None:
    """As expected is exit code 0."""
    with Site(page(PLAIN)) as site:
        ran = filer("check", "facebook", "--site", site.url, "--headless", "--language", "en")

    assert (0, "facebook: the form is as expected.\n") == (ran.code, ran.stdout)


@pytest.mark.proof
def test_nothing_is_written_where_there_is_no_form(filer: Command, tmp_path: Path) -> None:
    """No form, no recording."""
    with Site(page("<p>Nothing.</p>")) as site:
        ran = filer(
            *("record", f"{site.url}{FORM}", "--to", str(tmp_path / "new"), "--headless"),
            env={"FILER_PATIENCE": "2"},
        )

    assert 5 == ran.code
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("facebook",),
        ("facebook", "--live", "--site", "http://127.0.0.1:1"),
        ("facebook", "--site", "https://example.com"),
    ],
)
def test_check_wants_one_place(filer: Command, arguments: tuple[str, ...]) -> None:
    """Neither is wrong usage, both is, and so is a site that is not here."""
    assert 2 == filer("check", *arguments).code
