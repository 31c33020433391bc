"""A whole practice filing through the guide alone, with a keyboard and no mouse."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from filer import flow, words
from filer.errors import Stopped
from filer.evidence.reading import read_log
from filer.evidence.verify import verify
from filer.guiding import Guided
from filer.ports import Result
from filer.practice.scenarios import DEFAULT, scenario
from filer.practice.site import PracticeSite
from filer.practice.standin import OWN_VALUES
from filer.words import _
from tests.end_to_end.pages import Site, page
from tests.guide.conftest import GIVEN, REASON
from tests.guide.hands import Doing, Hands, Sitting, filing
from tests.guide.test_pages import faults

Sit = Callable[..., Sitting]
BOTH = ("facebook", "instagram")
ONE_FORM = ["form: log in", "guide: yes", "form: send", "guide: unclear"]
LANGUAGES = [pytest.param(lang, marks=pytest.mark.proof) for lang in words.NAMES]


def whole(result: Result) -> bool:
    """Whether the bundle of *result* can be verified and shows one send."""
    checked = verify(Path(result.bundle or ""))
    return checked.ok and result.sealed


def axe(found: dict[str, list[str]]) -> Callable[[Hands, str], None]:
    """Looks at each page with axe, and keeps what is wrong in *found*."""

    def look(hands: Hands, name: str) -> None:
        if wrong := faults(hands):
            found[name] = wrong

    return look


@pytest.mark.parametrize("language", LANGUAGES)
def test_facebook_and_instagram_from_the_first_page(sit: Sit, language: str) -> None:
    """From `filer` to the evidence of both: 10 acts, with logins, and one back; axe is content."""
    wrong: dict[str, list[str]] = {}
    lines: list[str] = []
    look = axe(wrong)

    def look_at_the_line(hands: Hands, name: str) -> None:
        look(hands, name)
        lines.append(f"{name}: {hands.page.locator('.sent').inner_text()}")

    sitting = sit(filing(*BOTH), look_at_the_line, language=language)
    sitting.guided.home()

    reviews = [line for line in lines if line.startswith("review:")]
    assert [False, True] == ["Facebook" in line.replace("www.facebook", "") for line in reviews]
    assert [("confirmed", True)] * 2 == [(r.outcome, r.sent) for r in sitting.guided.results]
    assert [True, True] == [whole(result) for result in sitting.guided.results]
    assert [
        *("guide: facebook+instagram", "guide: practice"),
        *(*ONE_FORM, "guide: next"),
        *(*ONE_FORM[:-1], "guide: home"),
    ] == sitting.hands.did
    assert 11 == len(sitting.hands.did)
    assert {} == wrong


def test_one_form_as_a_command_asks_it(sit: Sit) -> None:
    """`filer practice facebook`, with nothing told before: the details are asked, then filed."""
    habits = filing("facebook")

    def details(hands: Hands) -> None:
        hands.type("email", "sanne@example.org")
        hands.type("reason", REASON)
        hands.press("go")

    sitting = sit(habits | {"details": details}, language="nl", given={"FILER_TSA_URLS": ""})
    commanded(sitting, "facebook")
    (result,) = sitting.guided.results

    assert ("confirmed", True) == (result.outcome, whole(result))
    assert [
        *("guide: type email", "guide: type reason", "guide: go", "guide: go"),
        *(*ONE_FORM, "guide: close"),
    ] == sitting.hands.did
    pages = ("details", "introduction", "hand over", "review", "press now", "accounts center")
    assert [*pages, "evidence"] == sitting.hands.seen


@pytest.mark.proof
def test_facebook_and_instagram_as_a_command_asks_them(sit: Sit) -> None:
    """`filer practice facebook instagram`, with values from the settings."""
    sitting = sit(filing(*BOTH))
    commanded(sitting, *BOTH)

    assert [("confirmed", True)] * 2 == [(r.outcome, r.sent) for r in sitting.guided.results]
    second = ONE_FORM[:-1]
    assert ["guide: go", *ONE_FORM, "guide: next", *second, "guide: close"] == sitting.hands.did


@pytest.mark.proof
def test_said_too_early_and_changed_at_the_review(sit: Sit) -> None:
    """One login counts once, however often it is called done; the pictures say what came of them.

    The guide shows that the page to log in is still there. The form that was changed is the one
    that was sent, in the guide and on the start page; the titles in the log stay as they are.
    """
    told: list[str] = []
    captions: list[str] = []

    def hand_over(hands: Hands) -> None:
        told.append(hands.page.inner_text("main"))
        if len(told) < 3:
            hands.press("done")
        else:
            hands.log_in()

    def change(hands: Hands) -> None:
        assert hands.form is not None
        hands.form.page.locator("textarea").fill(f"{REASON} And not of my mother.")
        hands.press("done")

    def evidence(hands: Hands) -> None:
        captions.extend(hands.page.locator("figcaption").all_inner_texts())
        hands.press("close")

    habits = filing("facebook")
    habits |= {"hand over": hand_over, "change now": change, "evidence": evidence}
    reviewed: list[bool] = []

    def review(hands: Hands) -> None:
        reviewed.append(True)
        hands.press("change" if len(reviewed) == 1 else "yes")

    sitting = sit(habits | {"review": review})
    commanded(sitting, "facebook")
    (result,) = sitting.guided.results
    log = list(read_log(Path(result.bundle or "") / "data" / "session.jsonl"))
    events = {line.event: line.data for line in log}
    handed = [line for line in log if line.data.get("task") == "login"]

    assert [False, True, True] == ["still sees the page to log in" in each for each in told]
    assert ["handed-over", "handed-back"] == [line.event for line in handed]
    assert 1 == events["friction"]["counts"]["logins"]
    assert [
        "the empty form",
        "the form as filer had filled it in",
        "the form as it was sent",
        "Meta's answer",
    ] == captions
    assert ["the-form-as-it-will-be-sent", "the-form-as-changed"] == [
        line.data["name"] for line in log if line.event == "captured"
    ][1:3]
    page = (Path(result.bundle or "") / "README.html").read_text(encoding="utf-8")
    assert "Picture: the form as it was sent. Taken at" in page
    assert "the form as changed" not in page


THIRD_PARTY = {"first_name": "Sanne", "last_name": "Voorbeeld", "country": "nl"}


@pytest.mark.proof
def test_a_picture_is_chosen_and_attached(sit: Sit, tmp_path: Path) -> None:
    """A file is chosen in the guide; what is none is told; the right one is in what is sent."""
    right, none = tmp_path / "the answer.png", tmp_path / "none.png"
    right.write_bytes(Path(OWN_VALUES["picture"]).read_bytes())
    none.write_text("…")
    seen: list[str] = []

    def details(hands: Hands) -> None:
        seen.append(hands.page.inner_text("form"))
        if len(seen) == 1:
            for name, value in THIRD_PARTY.items():
                hands.type(name, value)
        if len(seen) < 3:
            hands.hand_over(none if len(seen) == 1 else right)
        else:
            hands.press("go")

    sitting = sit(filing("third-party") | {"details": details})
    commanded(sitting, "third-party")
    (result,) = sitting.guided.results

    assert whole(result)
    assert "is called a picture, but it is none" in seen[1]
    assert "the answer.png" in seen[2]
    log = (Path(result.bundle or "") / "data" / "session.jsonl").read_text()
    assert hashlib.sha256(right.read_bytes()).hexdigest() in log


@pytest.mark.proof
def test_a_chosen_picture_is_shown_by_its_name_and_can_be_left_out(
    sit: Sit, tmp_path: Path
) -> None:
    """The page says which file was chosen; one button goes on without it."""
    picture = tmp_path / "the answer.png"
    picture.write_bytes(Path(OWN_VALUES["picture"]).read_bytes())
    seen: list[str] = []

    def details(hands: Hands) -> None:
        seen.append(hands.page.inner_text("form"))
        if len(seen) == 1:
            for name, value in THIRD_PARTY.items():
                hands.type(name, value)
            hands.hand_over(picture)
        else:
            hands.press("without")

    def choice(hands: Hands) -> None:
        seen.append(hands.page.inner_text("main"))
        hands.leave()

    habits = filing("third-party") | {"details": details, "practice or real": choice}
    sitting = sit(habits, visible=False)
    sitting.guided.home()

    assert ["the answer.png" in each for each in seen] == [False, True, False]
    assert "Voorbeeld" in seen[2]


@pytest.mark.proof
def test_where_there_was_no_form_a_letter_is_offered(sit: Sit) -> None:
    """No form at the address: the evidence says so, and one button leads to a letter to Meta."""
    titles: list[str] = []

    def evidence(hands: Hands) -> None:
        hands.press("close" if titles else "letter")

    def letter(hands: Hands) -> None:
        titles.append(hands.page.locator("h1").inner_text())
        hands.press("back")

    habits: dict[str, Doing] = {"evidence": evidence, "letter": letter}
    sitting = sit(filing("facebook") | {"no form here": lambda h: h.press("end")} | habits)
    with Site(page("<p>This content isn't available right now.</p>", status=404)) as site:
        port = int(site.url.rpartition(":")[2])
        Guided.commanded(sitting.guided, [flow.load("facebook")], port)
    (result,) = sitting.guided.results

    assert ("unavailable", False) == (result.outcome, result.sent)
    assert ["A letter to Meta"] == titles


def test_a_profile_that_keeps_the_login_is_told(sit: Sit, tmp_path: Path) -> None:
    """FILER_BROWSER_PROFILE is unusual: before anything is opened, the guide says what it means."""
    told: list[str] = []

    def tell(hands: Hands) -> None:
        told.append(hands.page.inner_text("main"))
        hands.leave()

    given = GIVEN | {"FILER_BROWSER_PROFILE": str(tmp_path / "mine")}
    sitting = sit(filing("facebook") | {"told": tell}, visible=False, given=given)
    with pytest.raises(Stopped):
        sitting.guided.commanded([flow.load("facebook")])

    assert str(tmp_path / "mine") in told[0]
    assert ["told"] == sitting.hands.seen


@pytest.mark.proof
def test_another_language_in_the_midst(sit: Sit) -> None:
    """The language is changed at the review: all pages after it speak it, and it goes on."""
    said: list[str] = []
    habits = filing("facebook")

    def review(hands: Hands) -> None:
        said.append(hands.page.locator("h1").inner_text())
        if len(said) == 1:
            hands.speak("nl")
        else:
            said.append(_("Please check: is everything right?"))
            hands.press("yes")

    sitting = sit(habits | {"review": review})
    commanded(sitting, "facebook")

    assert ["confirmed"] == [r.outcome for r in sitting.guided.results]
    english, dutch, expected = said
    assert "Please check: is everything right?" == english != expected == dutch


def test_what_was_typed_is_kept_when_the_language_changes(sit: Sit) -> None:
    """A new language at the details changes the words around what was typed, and not that."""
    seen: list[str] = []

    def details(hands: Hands) -> None:
        if hands.language == "en":
            hands.type("email", "sanne@example")
            hands.speak("nl")
            return
        seen.append(hands.page.locator("#in-email").input_value())
        seen.append(hands.page.evaluate("() => document.documentElement.lang"))
        hands.leave()

    sitting = sit({"details": details}, visible=False, given={"FILER_TSA_URLS": ""})
    with pytest.raises(Stopped):
        commanded(sitting, "facebook")

    assert ["sanne@example", "nl"] == seen


def test_mistakes_are_told_beside_the_field(sit: Sit) -> None:
    """What cannot be right is marked with what to do; nothing that was typed is lost."""
    seen: list[str] = []

    def details(hands: Hands) -> None:
        if seen:
            hands.leave()
            return
        hands.type("email", "sanne@example")
        hands.press("go")
        seen.append("pressed")

    def look(hands: Hands, _name: str) -> None:
        if seen:
            seen.append(hands.page.locator("#in-email").input_value())
            seen.append(hands.page.locator("#in-email").get_attribute("aria-invalid") or "")
            seen.extend(
                str(bool(hands.page.locator(f"#in-{n}-wrong").count())) for n in ("email", "reason")
            )

    sitting = sit({"details": details}, look, visible=False, given={"FILER_TSA_URLS": ""})
    with pytest.raises(Stopped):
        commanded(sitting, "facebook")

    assert ["pressed", "sanne@example", "true", "True", "True"] == seen


@pytest.mark.proof
def test_a_reason_that_was_changed_at_the_review_goes_on_to_the_next_form(sit: Sit) -> None:
    """What was typed into the first form at the review is offered for the second."""
    habits = filing(*BOTH)
    new = "My children are in these photos, and I never agreed to this."

    def review(hands: Hands) -> None:
        hands.press("yes" if "guide: done" in hands.did else "change")

    def change(hands: Hands) -> None:
        assert hands.form is not None
        hands.form.page.locator("textarea").fill(new)
        hands.press("done")

    changed: dict[str, Doing] = {"review": review, "change now": change}
    sitting = sit(habits | changed | {"other words": lambda h: h.press("new")})
    commanded(sitting, *BOTH)

    assert ["confirmed"] * 2 == [r.outcome for r in sitting.guided.results]
    assert new == sitting.guided.values["reason"]
    assert [new] == [row.value for row in sitting.guide.reviewed if row.kind == "textarea"]


@pytest.mark.proof
def test_a_form_whose_window_was_closed_by_a_slip_can_be_tried_again(sit: Sit) -> None:
    """The form's window goes at the review: the same form is offered again, and then filed."""
    said: list[str] = []
    habits = filing("facebook")

    def review(hands: Hands) -> None:
        assert hands.form is not None
        if "closed" in said:
            hands.press("yes")
        else:
            said.append("closed")
            hands.form.page.close()

    def evidence(hands: Hands) -> None:
        if hands.page.locator("[data-answer=again].main").count():
            hands.press("again")
        else:
            habits["evidence"](hands)

    sitting = sit(habits | {"review": review, "evidence": evidence})
    commanded(sitting, "facebook")

    assert ["stopped", "confirmed"] == [r.outcome for r in sitting.guided.results]
    assert 1 == len(sitting.posts)


@pytest.mark.proof
def test_a_press_that_comes_too_early_is_told_at_the_top(sit: Sit) -> None:
    """Send is pressed at the review: the guide says what happened and what to do; then it goes on.

    At the login it says that practice wants no password, and there is no name on that page.
    """
    said: list[str] = []
    habits = filing("facebook")

    def log_in(hands: Hands) -> None:
        assert hands.form is not None
        said.append(hands.page.inner_text("main"))
        said.append(hands.form.page.inner_text("body"))
        hands.log_in()

    def review(hands: Hands) -> None:
        warning = hands.page.locator(".wrong")
        if "form: send" not in hands.did:
            said.append(hands.page.inner_text("main"))
            hands.send()
        if warning.count():
            said.append(warning.inner_text())
            hands.press("yes")
        else:
            hands._done = 0  # it looks again

    sitting = sit(habits | {"review": review, "hand over": log_in})
    commanded(sitting, "facebook")

    assert ["confirmed"] == [r.outcome for r in sitting.guided.results]
    assert 1 == len(sitting.posts)
    login, page, before, after = said
    assert "leave both empty" in login
    assert "Voorbeeld" not in page
    assert "do not press “Submit” on the page yet" in before
    assert after.startswith("That was too early")


def commanded(sitting: Sitting, *names: str) -> None:
    """File the forms *names* on the practice site, as the command does."""
    email = GIVEN["FILER_EMAIL"]
    found = sitting.guided.found
    with PracticeSite(scenario(DEFAULT), found.language, account_email=email) as site:
        Guided.commanded(
            sitting.guided,
            [flow.load(name) for name in names],
            int(site.url.rpartition(":")[2]),
            DEFAULT,
        )
        sitting.posts.extend(site.sends())
