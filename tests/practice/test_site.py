import socket
import time
from html import escape
from urllib.parse import urlsplit

import pytest

from filer.practice import pages
from filer.practice.places import ACCOUNT_EMAIL, CANARIES, LIMIT, MAILED_CODE, OTHER_EMAIL
from filer.practice.scenarios import ANSWERS, RENDERINGS, scenario
from filer.practice.site import PracticeSite
from tests.practice.conftest import Play
from tests.practice.visitor import (
    APP,
    CODE,
    FACEBOOK,
    FACEBOOK_SECOND,
    INSTAGRAM,
    INSTAGRAM_SECOND,
    SEND,
    Visitor,
)

FORMS = (FACEBOOK, INSTAGRAM)
NO_FORM = [name for name, (outcome, _) in ANSWERS.items() if outcome == "unavailable"]


# ------------------------------------------------------------------- every page


@pytest.mark.parametrize("url", FORMS)
@pytest.mark.parametrize("rendering", RENDERINGS)
@pytest.mark.parametrize("language", [*pages.LANGUAGES, "el"])
def test_form_is_worded_in_its_language(
    play: Play, url: str, rendering: str, language: str
) -> None:
    """Both platforms show the form in each rendering and language, with title, labels, button."""
    page = Visitor(play(rendering, language)).get(url)
    words = pages.words(language)
    # The app shell is told in JSON what to draw.
    shown = str(page.data["words"]) if rendering == "app" else page.plain()

    assert 200 == page.status
    assert f'<html lang="{language}">' in page.text
    for section in ("title", "email", "reason", "send"):
        assert words[section][rendering] in shown


@pytest.mark.parametrize(
    "url",
    [
        FACEBOOK,
        INSTAGRAM,
        f"{FACEBOOK}/thanks/",
        f"{FACEBOOK}/done/",
        "http://www.facebook.com.localhost/",
        "http://www.facebook.com.localhost/help/",
        "http://www.facebook.com.localhost/login/",
        "http://www.facebook.com.localhost/two_step_verification/two_factor/",
        "http://www.facebook.com.localhost/legal/new_terms/",
        "http://www.facebook.com.localhost/checkpoint/disabled/",
        "http://www.facebook.com.localhost/nowhere",
        "http://www.instagram.com.localhost/accounts/login/",
        "http://help.meta.com.localhost/support/privacy/",
        "http://nobody.example.localhost/",
        "http://127.0.0.1/",
    ],
)
def test_every_page_says_that_it_is_practice(play: Play, url: str) -> None:
    """Whatever the address, the page says in its language and in English that it is not Meta.

    The made-up account stands on each, but not before the login.
    """
    page = Visitor(play("desktop", "nl")).get(url)

    assert pages.words("nl")["notice"]["text"] in page.plain()
    assert pages.words("en")["notice"]["text"] in page.plain()
    assert 'role="banner"' in page.text
    assert ("/login/" not in url) == (CANARIES["PRACTICE_ACCOUNT"] in page.text)


def test_unknown_hosts_and_addresses_hold_nothing(play: Play) -> None:
    """A host or address that is not played answers 404."""
    visitor = Visitor(play("desktop"))

    assert 404 == visitor.get("http://elsewhere.example.localhost/help/").status
    assert 404 == visitor.get("http://www.facebook.com.localhost/help/contact/1").status


def test_platforms_keep_to_their_own_hosts(play: Play) -> None:
    """Instagram's form is not met on Facebook's host, nor the other way round."""
    visitor = Visitor(play("desktop"))

    assert 404 == visitor.get(FACEBOOK.replace("www.facebook.com", "help.instagram.com")).status
    assert 404 == visitor.get(INSTAGRAM.replace("help.instagram.com", "www.facebook.com")).status


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_canaries_are_where_secrets_are(play: Play, rendering: str) -> None:
    """A form carries a token, a bearer, a session cookie nobody can read, and friends' names."""
    page = Visitor(play(rendering)).get(FACEBOOK)
    cookie = page.headers["Set-Cookie"]

    assert CANARIES["PRACTICE_CSRF"] in page.text
    assert CANARIES["PRACTICE_BEARER"] in page.text
    assert CANARIES["PRACTICE_COOKIE"] in cookie
    assert "HttpOnly" in cookie
    assert (rendering == "app") == (CANARIES["PRACTICE_FRIEND_1"] in page.text)


def test_answers_to_scripts_carry_a_token(play: Play) -> None:
    """The JSON that answers a send holds a secret of its own."""
    visitor = Visitor(play("app"))

    assert CANARIES["PRACTICE_ANSWER_TOKEN"] in visitor.send(visitor.get(FACEBOOK), "app").text


# ------------------------------------------------------------------- sending


@pytest.mark.parametrize("url", FORMS)
@pytest.mark.parametrize("rendering", RENDERINGS)
def test_a_send_is_counted_once(play: Play, url: str, rendering: str) -> None:
    """A send is kept with its host, path, type and body; reading pages is not counted."""
    site = play(rendering)
    visitor = Visitor(site)
    visitor.send(visitor.get(url), rendering)

    (arrival,) = site.sends()
    assert [arrival] == site.arrivals
    assert (urlsplit(url).hostname or "").removesuffix(".localhost") == arrival.host
    assert ("POST", SEND[rendering]) == (arrival.method, arrival.path)
    assert arrival.content_type
    assert arrival.body


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "REPORT"])
def test_anything_that_is_not_a_read_arrives(play: Play, method: str) -> None:
    """Every method that is not a read is counted, on every host and path."""
    site = play("desktop")
    visitor = Visitor(site)
    visitor.once(method, "http://nobody.example.localhost/beacon", b"x", "text/plain")
    for read in ("GET", "HEAD", "OPTIONS"):
        visitor.once(read, "http://nobody.example.localhost/beacon")

    assert [(method, "nobody.example", "/beacon", b"x")] == [
        (one.method, one.host, one.path, one.body) for one in site.arrivals
    ]
    assert [] == site.sends()


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_the_trap_tells_whether_it_was_filled(play: Play, rendering: str) -> None:
    """The site knows if something was typed into the field that people do not see."""
    site = play(f"{rendering}+honeypot")
    visitor = Visitor(site)
    page = visitor.get(FACEBOOK)

    visitor.send(page, rendering)
    assert not site.honeypot_filled
    visitor.send(page, rendering, trap="bot@example.org")
    assert site.honeypot_filled


def test_thanks_after_a_mobile_send_come_by_redirect(play: Play) -> None:
    """The plain post of the mobile form is answered 303, and the thanks are a page to read."""
    site = play("mobile")
    visitor = Visitor(site)
    page = visitor.get(FACEBOOK)
    answer = visitor.once("POST", f"http://{page.host}/a/help/contact_us/", b"x", "text/plain")

    assert 303 == answer.status
    thanks = visitor.get(answer.headers["Location"])
    assert 'data-practice-outcome="confirmed"' in thanks.text


@pytest.mark.parametrize("rendering", RENDERINGS)
@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("too-short", "too_short"),
        ("went-wrong", "went_wrong"),
        ("throttled-send", "throttled"),
    ],
)
def test_refusals_say_so(play: Play, rendering: str, answer: str, key: str) -> None:
    """A send that is refused is answered with a text and marked as refused."""
    visitor = Visitor(play(f"{rendering}+{answer}", "nl"))
    got = visitor.send(visitor.get(FACEBOOK), rendering)
    text = pages.words("nl")["answer"][key]

    if rendering == "mobile":
        assert f'data-practice-outcome="refused">{text}' in got.plain()
        assert got.has_form()
    else:
        assert ("error", "refused", text) == (
            got.payload["kind"],
            got.payload["outcome"],
            got.payload["text"],
        )


@pytest.mark.parametrize("rendering", RENDERINGS)
@pytest.mark.parametrize(
    ("answer", "kind"),
    [("thanks-page", "page"), ("thanks-dialog", "dialog"), ("thanks-passing", "passing")],
)
def test_thanks_come_in_three_ways(play: Play, rendering: str, answer: str, kind: str) -> None:
    """Thanks are a page, a dialog, or pass by; each is marked as confirmed."""
    visitor = Visitor(play(f"{rendering}+{answer}", "fr"))
    got = visitor.send(visitor.get(FACEBOOK), rendering)

    if rendering == "mobile":
        assert 'data-practice-outcome="confirmed"' in got.text
        assert escape(pages.words("fr")["thanks"]["title"]) in got.text
    else:
        assert (kind, "confirmed") == (got.payload["kind"], got.payload["outcome"])


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_an_answer_without_wording_says_nothing(play: Play, rendering: str) -> None:
    """The answer that says neither yes nor no carries no mark either."""
    visitor = Visitor(play(f"{rendering}+no-wording"))
    got = visitor.send(visitor.get(FACEBOOK), rendering)

    if rendering != "mobile":
        assert "" == got.payload["outcome"]
        got = visitor.get(f"http://{got.host}{got.payload['address']}")
    assert "data-practice-outcome" not in got.text
    assert pages.words("en")["answer"]["no_wording"] in got.plain()


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_cut_resets_the_connection_after_reading_the_send(play: Play, rendering: str) -> None:
    """The send has arrived, and the connection is reset instead of answered."""
    site = play(f"{rendering}+cut")
    visitor = Visitor(site)
    page = visitor.get(FACEBOOK)

    with pytest.raises(ConnectionResetError):
        visitor.send(page, rendering)
    assert 1 == len(site.sends())


def test_silence_does_not_hold_up_the_stop() -> None:
    """A send that is never answered has arrived, and the site still stops: it waits for nobody."""
    site = PracticeSite(scenario("silent"))
    site.start()
    visitor = Visitor(site, timeout=0.4)
    page = visitor.get(FACEBOOK)

    with pytest.raises(TimeoutError):
        visitor.send(page, "desktop")
    hanging = socket.create_connection(("127.0.0.1", urlsplit(site.url).port or 0))
    hanging.sendall(b"POST /api/graphql/ HTTP/1.1\r\nContent-Length: 5\r\n\r\nhe")
    begun = time.monotonic()
    site.stop()
    took = time.monotonic() - begun
    hanging.close()

    assert took < 20  # a busy machine is slow; whoever waited for the visitor would never end
    assert ([], 1) == (site.faults, len(site.sends()))


# ------------------------------------------------------------------- no form


@pytest.mark.parametrize("url", FORMS)
@pytest.mark.parametrize("rendering", RENDERINGS)
@pytest.mark.parametrize("answer", NO_FORM)
def test_scenarios_without_a_form_show_none(
    play: Play, url: str, rendering: str, answer: str
) -> None:
    """Where no form is to be had, no form is shown, not after a login either."""
    visitor = Visitor(play(f"{rendering}+{answer}"))
    page = visitor.get(url)
    if "login" in page.path:
        page = visitor.log_in(page)

    if answer == "foreign-host":
        assert page.host == "forms.example.com.localhost"
    else:
        assert not page.has_form()


@pytest.mark.parametrize(
    ("answer", "host", "path", "status"),
    [
        ("moved", "help.meta.com.localhost", "/support/privacy/", 200),
        ("locked", "www.facebook.com.localhost", "/checkpoint/disabled/", 200),
        ("throttled", "www.facebook.com.localhost", "/help/contact/712876720715583", 429),
        ("other-region", "www.facebook.com.localhost", "/help/contact/712876720715583", 200),
    ],
)
def test_people_end_up_elsewhere(
    play: Play, answer: str, host: str, path: str, status: int
) -> None:
    """The address that opens instead of the form is the one of the real site."""
    page = Visitor(play(answer)).get(FACEBOOK)

    assert (host, path, status) == (page.host, page.path, page.status)


def test_sent_home_after_login(play: Play) -> None:
    """The login leads to the feed, and so does the form's address from then on."""
    visitor = Visitor(play("sent-home"))
    home = visitor.log_in(visitor.get(FACEBOOK))

    assert "/" == home.path
    assert 'role="feed"' in home.text
    assert "/" == visitor.get(FACEBOOK).path


def test_an_old_address_holds_no_form_but_the_second_does(play: Play) -> None:
    """The first candidate is gone; the second holds the form."""
    visitor = Visitor(play("old-address"))

    for gone, there in ((FACEBOOK, FACEBOOK_SECOND), (INSTAGRAM, INSTAGRAM_SECOND)):
        assert 404 == visitor.get(gone).status
        assert visitor.get(there).has_form()


# ------------------------------------------------------------------- detours


@pytest.mark.parametrize(
    ("url", "login"),
    [(FACEBOOK, "/login/"), (INSTAGRAM, "/accounts/login/")],
)
def test_login_comes_first_and_leads_back(play: Play, url: str, login: str) -> None:
    """The form's address leads to a login with no login button, and from there to the form."""
    site = play("login")
    visitor = Visitor(site)
    page = visitor.get(url)

    assert login == page.path
    assert 'name="pass"' in page.text
    assert 'name="login"' not in page.text
    back = visitor.log_in(page)
    assert urlsplit(url).path == back.path
    assert back.has_form()
    assert [] == site.sends()


def test_two_visitors_log_in_for_themselves(play: Play) -> None:
    """A login counts for one browser session only."""
    site = play("login")
    first = Visitor(site)
    first.log_in(first.get(FACEBOOK))

    assert "/login/" == Visitor(site).get(FACEBOOK).path
    assert first.get(FACEBOOK).has_form()


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (FACEBOOK, "/two_step_verification/two_factor/"),
        (INSTAGRAM, "/auth_platform/codeentry/"),
    ],
)
def test_second_factor_then_terms(play: Play, url: str, place: str) -> None:
    """After the login a code is asked for, after the code the terms, and then the form is there."""
    visitor = Visitor(play("two-factor+terms"))
    factor = visitor.log_in(visitor.get(url))
    code = CANARIES["PRACTICE_LOGIN_CODE"]

    assert place == factor.path
    assert f"<strong data-practice-mail>{code}</strong>" in factor.text
    address = factor.url.partition("?")[0] + "submit/"
    assert 'role="alert"' in visitor.post(address, {"code": "1"}).text
    terms = visitor.post(address, {"code": code})
    assert "/legal/new_terms/" == terms.path
    assert visitor.post(terms.url, {}).has_form()


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_a_mailed_code_comes_between_send_and_answer(play: Play, rendering: str) -> None:
    """After the send a code is asked for; the wrong one is told so, the right one brings thanks."""
    site = play(f"{rendering}+code")
    visitor = Visitor(site)
    asked = visitor.send(visitor.get(FACEBOOK), rendering)
    wrong = visitor.enter_code(asked, rendering, "000000")
    thanks = visitor.enter_code(asked, rendering, MAILED_CODE)

    assert MAILED_CODE in asked.text
    if rendering == "mobile":
        assert "data-practice-mail" in asked.text
        assert 'role="alert"' in wrong.text
        assert 'data-practice-outcome="confirmed"' in thanks.text
    else:
        assert ("code", "wrong", "confirmed") == (
            asked.payload["kind"],
            wrong.payload["kind"],
            thanks.payload["outcome"],
        )
    assert [SEND[rendering]] == [one.path for one in site.sends()]
    assert [SEND[rendering], CODE[rendering], CODE[rendering]] == [
        one.path for one in site.arrivals
    ]


@pytest.mark.parametrize("rendering", RENDERINGS)
@pytest.mark.parametrize(
    ("detour", "address"), [("prefilled", ACCOUNT_EMAIL), ("prefilled-other", OTHER_EMAIL)]
)
def test_prefilled_forms_hold_an_address(
    play: Play, rendering: str, detour: str, address: str
) -> None:
    """The form already holds the account's address, or another one."""
    page = Visitor(play(f"{rendering}+{detour}")).get(FACEBOOK)

    assert address == page.data["prefilled"]
    assert (rendering == "app") != (f'value="{address}"' in page.text)


def test_prefilled_address_can_be_chosen() -> None:
    """Who starts the site says which address the account has."""
    wanted = scenario("prefilled")
    with PracticeSite(wanted, account_email="me@example.org") as site:
        assert 'value="me@example.org"' in Visitor(site).get(FACEBOOK).text


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_limit_is_on_the_text_area(play: Play, rendering: str) -> None:
    """The explanation may have 80 characters, and the field says so."""
    page = Visitor(play(f"{rendering}+limit")).get(FACEBOOK)

    assert LIMIT == page.data["limit"]
    assert (rendering == "app") != ('maxlength="80"' in page.text)


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_other_boxes_stand_beside_the_form(play: Play, rendering: str) -> None:
    """The newsletter asks for an address too and posts elsewhere, and there is a search box."""
    site = play(f"{rendering}+newsletter")
    visitor = Visitor(site)
    page = visitor.get(FACEBOOK)

    assert 'type="search"' in page.text
    assert 'action="/newsletter/"' in page.text
    visitor.post(f"http://{page.host}/newsletter/", {"newsletter": "a@example.org"})
    assert ([], ["/newsletter/"]) == (site.sends(), [one.path for one in site.arrivals])


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_cookie_dialog_is_gone_once_answered(play: Play, rendering: str) -> None:
    """The dialog offers both answers and does not come back after one was given."""
    visitor = Visitor(play(f"{rendering}+cookies", "nl"))
    page = visitor.get(FACEBOOK)

    assert "Alle cookies toestaan" in page.text
    assert "Optionele cookies weigeren" in page.text
    visitor.cookies["facebook.com.localhost"]["practice_consent"] = "chosen"
    assert "Alle cookies toestaan" not in visitor.get(FACEBOOK).text


def test_mobile_question_leads_to_the_form(play: Play) -> None:
    """The question stands alone; yes leads to the form, no to a hint."""
    visitor = Visitor(play("mobile+question"))

    assert not visitor.get(FACEBOOK).has_form()
    assert not visitor.get(f"{FACEBOOK}?about_ai=no").has_form()
    assert visitor.get(f"{FACEBOOK}?about_ai=yes").has_form()


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_an_expired_session_is_over_after_a_new_login(play: Play, rendering: str) -> None:
    """The form says that the session expired until the person has logged in again."""
    visitor = Visitor(play(f"{rendering}+session-expired"))
    expiring = visitor.get(FACEBOOK).data["expires"]

    assert pages.words("en")["answer"]["session_expired"] == expiring["text"]
    again = visitor.log_in(visitor.get(expiring["address"]))
    assert again.data["expires"] is None
    assert "confirmed" in visitor.send(again, rendering).text


# ------------------------------------------------------------------- the wire


def test_connections_are_kept_and_dated(play: Play) -> None:
    """Several requests go over one connection, and every answer carries its date and length."""
    site = play("desktop")
    with socket.create_connection(("127.0.0.1", urlsplit(site.url).port or 0), 5) as line:
        read = line.makefile("rb")
        for path in ("/help/contact/712876720715583", "/help/", "/nowhere"):
            line.sendall(
                f"GET {path} HTTP/1.1\r\nHost: www.facebook.com.localhost\r\n\r\n".encode()
            )
            assert read.readline().startswith(b"HTTP/1.1 ")
            headers = {}
            while (header := read.readline().strip()) != b"":
                name, _, value = header.partition(b": ")
                headers[name] = value
            assert b"Date" in headers
            assert read.read(int(headers[b"Content-Length"]))
        read.close()


def test_chunked_and_whole_addresses_are_understood(play: Play) -> None:
    """A body in chunks and a request line with the whole address mean what they say."""
    site = play("app")
    with socket.create_connection(("127.0.0.1", urlsplit(site.url).port or 0), 5) as line:
        line.sendall(
            b"POST http://www.facebook.com.localhost/api/graphql/ HTTP/1.1\r\nHost: x\r\n"
            b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        )
        assert line.recv(12) == b"HTTP/1.1 200"

    (arrival,) = site.sends()
    assert ("www.facebook.com", APP, b"hello") == (arrival.host, arrival.path, arrival.body)


def test_garbage_is_no_fault(play: Play, capfd: pytest.CaptureFixture[str]) -> None:
    """Broken requests and broken bodies break nothing and print nothing."""
    site = play("desktop+code")
    port = urlsplit(site.url).port or 0
    for noise in (b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nContent-"):
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            line.sendall(noise)
    visitor = Visitor(site)
    url = "http://www.facebook.com.localhost/ajax/help/contact/code/"
    for body in (b"\xff\xfe", b"variables=%7B", b"variables=%5B1%5D"):
        assert "wrong" == visitor.once("POST", url, body, "text/plain").payload["kind"]

    assert ("", "") == capfd.readouterr()


def test_stopping_twice_or_before_the_start_is_harmless() -> None:
    """A site that never ran can be stopped, and one that stopped can be stopped again."""
    site = PracticeSite(scenario("desktop"))
    site.stop()
    site.stop()

    assert [] == site.arrivals
