"""The forms beside those of the accounts, run end to end: what arrives, and what is kept of it.

`make test` files each once; `make proof` runs every rendering with a willing and an absent person,
in the languages that have wordings and in one that has none.
"""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from playwright.sync_api import Playwright

from filer.evidence.reading import read_log
from filer.gate import Reviewed, ReviewedValue
from filer.practice.scenarios import scenario
from filer.practice.site import Arrival, PracticeSite
from filer.practice.standin import OWN_VALUES
from flows.facebook import FLOW as FACEBOOK
from tests.end_to_end.command import Command, Run
from tests.end_to_end.pages import EMAIL, REASON, Site, form, labelled, page
from tests.end_to_end.windows import window_on

FORMS = ("third-party", "whatsapp", "wizard", "general")
RENDERINGS = ("desktop", "mobile", "app")
LANGUAGES = ("en", "nl", "de", "fr", "hu")
FIELDS = {
    "third-party": "country first_name last_name email prompts picture reason".split(),
    "whatsapp": ["phone", "reason"],
    "wizard": ["email", "reason"],
    "general": ["email", "reason"],
}
HOSTS = {"whatsapp": "www.whatsapp.com", "wizard": "help.meta.com"}
PICTURE = Path(OWN_VALUES["picture"])

SELECTION = (
    ("third-party", "mobile", "en", "willing"),
    ("third-party", "desktop", "en", "absent"),
    ("whatsapp", "desktop", "en", "willing"),
    ("wizard", "app", "en", "willing"),
    ("general", "mobile", "en", "willing"),
)
"""What `make test` runs; a picture goes to the wide form about third parties below."""


def cases() -> list[ParameterSet]:
    """Every case; those outside the selection are proof."""
    chosen = set(SELECTION)
    return [
        pytest.param(*case, id="-".join(case), marks=[] if case in chosen else [pytest.mark.proof])
        for case in itertools.product(FORMS, RENDERINGS, LANGUAGES, ("willing", "absent"))
    ]


def run(filer: Command, site: PracticeSite, form: str, language: str, person: str) -> Run:
    """One practice filing at *site*, with patience where somebody acts."""
    arguments = ("--site", site.url, "--stand-in", person, "--language", language)
    patience = {"FILER_PATIENCE": "2" if person == "absent" else "15"}
    return filer("practice", form, *arguments, "--headless", "--json", env=patience)


@pytest.mark.parametrize(("form", "rendering", "language", "person"), cases())
def test_what_arrives(
    filer: Command, form: str, rendering: str, language: str, person: str
) -> None:
    """Nobody's press sends nothing; a press after the review sends once, and is confirmed."""
    with PracticeSite(scenario(rendering), language) as site:
        ran = run(filer, site, form, language, person)
        sends = site.sends()
    result = ran.result

    assert [] == site.faults
    assert result["sealed"]
    if person == "absent":
        assert ([], 9, "stopped", False) == (sends, ran.code, result["outcome"], result["sent"])
        return
    assert (1, 0, "confirmed") == (len(sends), ran.code, result["outcome"]), ran.stderr
    assert set(FIELDS[form]) <= set(result["fields"])
    assert HOSTS.get(form, "www.facebook.com") == sends[0].host


def file_in(arrival: Arrival) -> tuple[str, bytes]:
    """The name and the bytes of the file in a multipart body."""
    boundary = arrival.content_type.partition("boundary=")[2].encode()
    part = next(p for p in arrival.body.split(b"--" + boundary) if b'filename="' in p)
    head, _, content = part.partition(b"\r\n\r\n")
    name = head.partition(b'filename="')[2].partition(b'"')[0].decode()
    return name, content.removesuffix(b"\r\n")


@pytest.mark.parametrize("rendering", ["desktop", pytest.param("mobile", marks=pytest.mark.proof)])
def test_a_picture_is_attached_as_it_is(filer: Command, tmp_path: Path, rendering: str) -> None:
    """The file that the person names arrives byte for byte; the log has its hash, not its name."""
    picture = tmp_path / "sanne at home.png"
    picture.write_bytes(PICTURE.read_bytes())
    with PracticeSite(scenario(rendering), "en") as site:
        arguments = ("--site", site.url, "--stand-in", "willing", "--language", "en")
        env = {"FILER_PICTURE": str(picture), "FILER_COUNTRY": "be", "FILER_PATIENCE": "15"}
        ran = filer("practice", "third-party", *arguments, "--headless", "--json", env=env)
        (arrival,) = site.sends()
    bundle = Path(ran.result["bundle"])
    log = bundle / "data/session.jsonl"
    attached = [line for line in read_log(log) if line.event == "attached"]

    assert (picture.name, picture.read_bytes()) == file_in(arrival)
    assert b"\r\n\r\nBE\r\n" in arrival.body
    assert [hashlib.sha256(picture.read_bytes()).hexdigest()] == [
        line.data["sha256"] for line in attached
    ]
    assert "sanne at home" not in log.read_text(encoding="utf-8")
    assert ran.result["fields"]["picture"] == {"desktop": "label", "mobile": "row"}[rendering]
    assert 0 == filer("verify", str(bundle)).code


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gone.png", None, "cannot be read"),
        ("notes.txt", b"words", "png, jpg or webp"),
        ("sly.png", b"<svg onload=1>", "is called a picture, but it is none"),
        ("large.png", b"\x89PNG" + bytes(3_000_000), "larger than 3 MB"),
    ],
)
def test_what_is_no_picture_is_refused_before_a_window_opens(
    filer: Command, tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    """A file that cannot be attached is said at once, and nothing is opened or kept."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    ran = filer(
        *("practice", "third-party", "--stand-in", "willing", "--headless", "--json"),
        env={"FILER_PICTURE": str(path)},
    )

    assert 4 == ran.code
    assert says in ran.stderr
    assert not filer.evidence.exists()


def test_the_person_says_which_accounts_are_covered(filer: Command) -> None:
    """After a send filer asks it, keeps a number and no name, and `status` shows it."""
    with PracticeSite(scenario("desktop"), "en") as site:
        ran = run(filer, site, "facebook", "en", "willing")
    log = Path(ran.result["bundle"]) / "data/session.jsonl"
    told = [line for line in read_log(log) if line.event == "accounts.told"]
    status = filer("status", "--json").results[0]

    assert [{"answer": "both", "platforms": ["facebook", "instagram"]}] == [
        dict(line.data) for line in told
    ]
    assert "person" == told[0].who
    assert ["one account on Facebook and one on Instagram, in the same Accounts Center"] == status[
        "covers"
    ]
    assert "Accounts Center: one on Facebook" in (log.parents[1] / "README.html").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("typed", "asks_for"),
    [
        ("facebook", "the one your account has at Meta"),
        ("whatsapp", "the telephone number of your WhatsApp account"),
        ("none", "in which country you live"),
    ],
)
@pytest.mark.parametrize("command", ["practice", "file"])
def test_without_a_name_filer_asks_for_the_accounts(
    filer: Command, command: str, typed: str, asks_for: str
) -> None:
    """At a terminal `file` and `practice` ask which accounts there are, and pick the form."""
    running = filer.start(command, "--headless", "--terminal", terminal=True)
    running.until_said("Which accounts do you have?")
    running.type("facebook none")
    running.until_said("please type it alone")
    running.type(typed)
    running.until_said(asks_for)
    running.interrupt()
    ran = running.finish()

    assert 9 == ran.code
    assert not filer.evidence.exists()


def test_without_a_name_and_a_terminal_practice_files_both(filer: Command) -> None:
    """Where nobody can be asked, practice files for Facebook and for Instagram, as it did."""
    ran = filer(
        *("practice", "--stand-in", "absent", "--scenario", "throttled", "--headless", "--json"),
        env={"FILER_PATIENCE": "1"},
    )

    assert ["facebook", "instagram"] == [result["flow"] for result in ran.results]


def test_a_file_chosen_in_the_window_leaves_with_the_form(
    playwright: Playwright, tmp_path: Path
) -> None:
    """Chromium does not show the bytes of a file that the person chose; the send still leaves."""
    picture = tmp_path / "own.png"
    picture.write_bytes(b"what a person chose themselves")
    rows = (EMAIL, REASON, labelled("f1", "A picture", '<input type="file"'))
    shown = page(form(*rows, attributes='enctype="multipart/form-data"'))
    with Site(shown) as site, window_on(playwright, site) as window:
        assert window.open(FACEBOOK.addresses[0]) is None
        window.arm()
        for wanted, value in zip(FACEBOOK.fields, ("a@example.org", "My reason."), strict=True):
            found = window.find(wanted, FACEBOOK)
            assert found is not None
            window.fill(found, value)
        window.page.set_input_files("#c-f1", picture)
        readings = window.look(FACEBOOK).readings
        values = tuple(ReviewedValue((r.name,), r.value, r.kind) for r in readings)
        assert window.unlock(Reviewed(values, "www.facebook.com"))
        window.page.click("button", no_wait_after=True)
        for _moment in range(100):
            if site.posts:
                break
            window.pump(0.05)

    assert ["a@example.org", "My reason.", "what a person chose themselves"] == [
        site.posts[0].values[name] for name in ("m1", "t1", "f1")
    ]
