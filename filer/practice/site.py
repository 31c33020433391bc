"""The practice site: a loopback server that plays Meta's objection forms and counts what arrives.

One port answers for every host, told apart by the ``Host`` header, so that
``https://www.facebook.com/help/contact/1`` is met as
``http://www.facebook.com.localhost:PORT/help/contact/1``.
What is typed is thrown away with the site: only the arrivals are kept, in memory, to be counted.
Paths, markup and transport follow what is known of the real forms; every wording is our own.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, quote

from filer.practice import pages
from filer.practice.scenarios import Scenario
from filer.practice.wire import LOOPBACK, Answer, Cut, Reply, Request, Silence, Wire

# Values that must never turn up in evidence. Each is found at one place of the pages or their
# transport; the password is the one the stand-in types.
CANARIES: dict[str, str] = {
    "PRACTICE_PASSWORD": "canary-password-k3Vq81",
    "PRACTICE_COOKIE": "canary-cookie-t7Rw20",
    "PRACTICE_CSRF": "canary-csrf-m5Hz46",
    "PRACTICE_BEARER": "canary-bearer-EAAq93Lx",
    "PRACTICE_ANSWER_TOKEN": "canary-answer-token-b8Nd17",
    "PRACTICE_ADDRESS_SECRET": "canary-address-secret-w2Jf65",
    "PRACTICE_LOGIN_CODE": "40286173",
    "PRACTICE_ACCOUNT": "Sanne Voorbeeld 8841",
    "PRACTICE_FRIEND_1": "Joris Zonnebloem",
    "PRACTICE_FRIEND_2": "Aïcha Kastanjelaan",
    "PRACTICE_FRIEND_3": "Wiebe Achterdijk",
}
PRACTICE_PASSWORD = CANARIES["PRACTICE_PASSWORD"]
FRIENDS = tuple(name for key, name in CANARIES.items() if key.startswith("PRACTICE_FRIEND"))

MAILED_CODE = "739154"
LIMIT = 80
# What the form has prefilled: the account's own address, or one the person no longer reads.
ACCOUNT_EMAIL = "sanne.voorbeeld@example.org"
OTHER_EMAIL = "oud.adres@example.net"

DESKTOP_SEND = "/ajax/help/contact/submit/page"
MOBILE_SEND = "/a/help/contact_us/"
APP_SEND = "/api/graphql/"
SEND_PATHS = (DESKTOP_SEND, MOBILE_SEND, APP_SEND)
DESKTOP_CODE = "/ajax/help/contact/code/"
MOBILE_CODE = "/a/help/contact_code/"
APP_CODE = "/api/graphql/code/"
CODE_PATHS = (DESKTOP_CODE, MOBILE_CODE, APP_CODE)

FOREIGN_HOST = "forms.example.com"
WIZARD_HOST = "help.meta.com"
LOCALES = {"en": "en_GB", "da": "da_DK", "cs": "cs_CZ", "el": "el_GR", "et": "et_EE"} | {
    "ga": "ga_IE",
    "sl": "sl_SI",
    "sv": "sv_SE",
    "no": "nb_NO",
}

EMAIL_ID = "1461121667504221"
REASON_ID = "3067154890211475"
TRAP_ID = "2099480153372640"
QUESTION_ID = "1180322641993317"


@dataclass(frozen=True)
class Platform:
    """Where a platform keeps its form, its login and its home."""

    name: str
    form_host: str
    forms: tuple[str, ...]
    login_host: str
    login: str
    factor: str
    help: str

    @property
    def domain(self) -> str:
        """The part of the host that its hosts share, and their cookies with it."""
        return ".".join(self.form_host.split(".")[-2:])


PLATFORMS = (
    Platform(
        name="facebook",
        form_host="www.facebook.com",
        forms=("/help/contact/712876720715583", "/help/contact/6359191084165019"),
        login_host="www.facebook.com",
        login="/login/",
        factor="/two_step_verification/two_factor/",
        help="/help/",
    ),
    Platform(
        name="instagram",
        form_host="help.instagram.com",
        forms=("/contact/767264225370182", "/contact/233964459562201"),
        login_host="www.instagram.com",
        login="/accounts/login/",
        factor="/auth_platform/codeentry/",
        help="/",
    ),
)
TERMS = "/legal/new_terms/"
LOCKED = "/checkpoint/disabled/"
WIZARD = "/support/privacy/"


@dataclass(frozen=True)
class Arrival:
    """A request that could be a send: its host (without ``.localhost``), path, type and body."""

    method: str
    host: str
    path: str
    content_type: str
    body: bytes


@dataclass
class Visit:
    """How far one browser session has come."""

    token: str
    logged_in: bool = False
    factor_passed: bool = False
    terms_accepted: bool = False
    expiring: bool = False
    renewed: bool = False
    form: str = ""


class PracticeSite:
    """The practice site of one scenario in one language; a context manager.

    ``port`` 0 takes a free one. ``account_email`` is what a prefilled form shows.
    ``arrivals`` holds every request that could be a send, in order; ``faults`` what went wrong in
    the site itself. Raises ``OSError`` if the port is taken.
    """

    def __init__(
        self,
        scenario: Scenario,
        language: str = "en",
        port: int = 0,
        account_email: str = ACCOUNT_EMAIL,
    ) -> None:
        self.scenario = scenario
        self.language = language
        self.account_email = account_email
        self.arrivals: list[Arrival] = []
        self.honeypot_filled = False
        self._words = pages.words(language)
        self._visits: dict[str, Visit] = {}
        self._lock = threading.Lock()
        self._wire = Wire(self._answer, port)
        self.url = f"http://{LOOPBACK}:{self._wire.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def faults(self) -> list[str]:
        """Mistakes of the site itself, for nothing is printed while it runs."""
        return self._wire.faults

    def start(self) -> None:
        """Begin to answer."""
        self._wire.start()

    def stop(self) -> None:
        """Stop within a second, whatever connections still hang."""
        self._wire.stop()

    def sends(self) -> list[Arrival]:
        """The arrivals at a form's send address: not logins, not codes."""
        with self._lock:
            return [arrival for arrival in self.arrivals if arrival.path in SEND_PATHS]

    # The way of a request through the site.

    def _answer(self, request: Request) -> Answer:
        host = request.host.removesuffix(".localhost")
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            self._note(host, request)
        if request.method == "OPTIONS":
            return Reply(204, headers=(("Allow", "GET, HEAD, POST, OPTIONS"),))
        platform = next((one for one in PLATFORMS if host in (one.form_host, one.login_host)), None)
        if platform is None:
            return self._elsewhere(host)
        visit, fresh = self._visit(request)
        answer = _Walk(self, platform, visit, request, host).answer()
        if isinstance(answer, Reply) and fresh:
            return self._with_session(answer, platform, visit)
        return answer

    def _note(self, host: str, request: Request) -> None:
        arrival = Arrival(request.method, host, request.path, request.content_type, request.body)
        with self._lock:
            self.arrivals.append(arrival)
            if arrival.path in SEND_PATHS and _trap_filled(arrival):
                self.honeypot_filled = True

    def _elsewhere(self, host: str) -> Answer:
        if host == WIZARD_HOST:
            words = self._words["answer"]
            return self._page("answer.html", title=words["moved"], text="", outcome="")
        if host == FOREIGN_HOST and self.scenario.answer == "foreign-host":
            foreign = Visit("foreign", form="/")
            request = Request("GET", host, "/", {}, "", {}, b"")
            return _Walk(self, PLATFORMS[0], foreign, request, host).form_page()
        return self.not_available()

    def _visit(self, request: Request) -> tuple[Visit, bool]:
        """The visit of this browser session, and whether it has just begun."""
        token = request.cookies.get("xs", "").rpartition(".")[2]
        with self._lock:
            known = self._visits.get(token)
            if known is not None:
                return known, False
            visit = Visit(secrets.token_hex(8))
            self._visits[visit.token] = visit
            return visit, True

    def _with_session(self, reply: Reply, platform: Platform, visit: Visit) -> Reply:
        cookie = (
            f"xs={CANARIES['PRACTICE_COOKIE']}.{visit.token}; Path=/; HttpOnly; SameSite=Lax; "
            f"Domain={platform.domain}.localhost"
        )
        return Reply(
            reply.status, reply.body, reply.content_type, (*reply.headers, ("Set-Cookie", cookie))
        )

    # What the walk needs of the site.

    def address(self, host: str, path: str) -> str:
        """A path on one of the hosts, as a browser reaches it in practice."""
        return f"http://{host}.localhost:{self._wire.port}{path}"

    def not_available(self) -> Reply:
        """The page for an address that holds nothing."""
        text = self._words["answer"]["not_available"]
        return self._page("answer.html", status=404, title=text, text="", outcome="")

    def _page(self, template: str, status: int = 200, **values: object) -> Reply:
        """A page on which everything that every page has is filled in."""
        usual: dict[str, object] = {
            "words": self._words,
            "english": pages.words("en"),
            "language": self.language,
            "rendering": self.scenario.rendering,
            "canaries": CANARIES,
            "friends": FRIENDS,
            "home": "/",
            "newsletter": False,
            "cookies": False,
            "cookie_domain": "",
            "link": "",
            "link_text": "",
        }
        return Reply(status, pages.page(template, **(usual | values)))

    def page(
        self, platform: Platform, request: Request, template: str, status: int = 200, **more: object
    ) -> Reply:
        """A page on one of the platform's hosts."""
        wants_cookies = self.scenario.has("cookies") and "practice_consent" not in request.cookies
        usual: dict[str, object] = {
            "home": self.address(platform.form_host, platform.help),
            "newsletter": self.scenario.has("newsletter"),
            "cookies": wants_cookies,
            "cookie_domain": f"; domain={platform.domain}.localhost",
        }
        return self._page(template, status, **(usual | more))

    @property
    def words(self) -> pages.Words:
        """The wordings of the site's language."""
        return self._words


class _Walk:
    """One request of one visit on one platform, on its way to an answer."""

    def __init__(
        self, site: PracticeSite, platform: Platform, visit: Visit, request: Request, host: str
    ) -> None:
        self.site = site
        self.scenario = site.scenario
        self.platform = platform
        self.visit = visit
        self.request = request
        self.host = host

    def answer(self) -> Answer:
        """What the address holds for this visit."""
        path = self.request.path
        if self.request.method not in ("GET", "HEAD"):
            return self._posted(path)
        bare = path.rstrip("/")
        if self.host == self.platform.form_host:
            for form in self.platform.forms:
                if bare == form:
                    return self._form(form)
                if bare.startswith(f"{form}/"):
                    return self._after(bare.removeprefix(f"{form}/"))
            if path == self.platform.help:
                return self._says("page", "help", text=self.site.words["page"]["welcome"])
        places: dict[str, Callable[[], Answer]] = {
            self.platform.login: self._login_page,
            self.platform.factor: self._factor_page,
            TERMS: lambda: self._page("terms.html", title=self.site.words["terms"]["title"]),
            LOCKED: lambda: self._says("answer", "locked"),
            "/": self._feed,
            "/ajax/keepalive/": lambda: self._json({"alive": not self.visit.expiring}),
        }
        return places.get(path, self.site.not_available)()

    # Before the form.

    def _form(self, form: str) -> Answer:
        self.visit.form = form
        hurdle = self._hurdle()
        if hurdle is not None:
            return hurdle
        if self.scenario.has("old-address") and form == self.platform.forms[0]:
            return self.site.not_available()
        return self._no_form() or self.form_page()

    def _hurdle(self) -> Reply | None:
        """The next step between a person who is not logged in and the form."""
        if self.scenario.needs_login and not self.visit.logged_in:
            return self._to_login()
        if self.scenario.has("two-factor") and not self.visit.factor_passed:
            return self._to_factor()
        if self.scenario.has("terms") and not self.visit.terms_accepted:
            return self._to(self.platform.login_host, TERMS)
        return None

    def _no_form(self) -> Reply | None:
        """What stands in the form's place, in the scenarios that have no form."""
        match self.scenario.answer:
            case "throttled":
                return self._says("answer", "throttled", status=429)
            case "other-region":
                return self._says("answer", "other_region")
            case "already-objected":
                return self._says("answer", "already_objected")
            case "sent-home":
                return self._to(self.platform.login_host, "/")
            case "moved":
                return self._to(WIZARD_HOST, f"{WIZARD}?entry_point=object")
            case "foreign-host":
                return self._to(FOREIGN_HOST, self.visit.form)
            case "locked":
                return self._to(self.platform.login_host, LOCKED)
            case _:
                return None

    def form_page(self, problem: str = "") -> Reply:
        """The form itself, in the scenario's rendering, or the mobile one again with a problem."""
        self.visit.expiring = self.scenario.answer == "session-expired" and not self.visit.renewed
        prefilled = ""
        if self.scenario.has("prefilled"):
            prefilled = self.site.account_email
        if self.scenario.has("prefilled-other"):
            prefilled = OTHER_EMAIL
        has = self.scenario.has
        return self._page(
            "mobile_problem.html" if problem else f"{self.scenario.rendering}.html",
            hidden=self._hidden(),
            data=self._data(prefilled),
            prefilled=prefilled,
            question=has("question")
            and not problem
            and self.request.query.get("about_ai") != "yes",
            other=self.request.query.get("about_ai") == "no",
            honeypot=has("honeypot"),
            slow=has("slow"),
            limit=LIMIT if has("limit") else 0,
            problem=problem,
            email_id=EMAIL_ID,
            reason_id=REASON_ID,
            trap_id=TRAP_ID,
            question_id=QUESTION_ID,
            form_path=self.visit.form,
        )

    def _hidden(self) -> dict[str, str]:
        """The bookkeeping that the older forms carry in hidden fields."""
        mobile = self.scenario.rendering == "mobile"
        shown = {EMAIL_ID: False, REASON_ID: False}
        fields = {
            "jazoest": "25471",
            "fb_dtsg" if mobile else "lsd": CANARIES["PRACTICE_CSRF"],
            "support_form_id": self.visit.form.rpartition("/")[2],
            "support_form_locale_id": _locale(self.site.language),
            "support_form_hidden_fields": json.dumps(shown, separators=(",", ":")),
            "support_form_fact_false_fields": "[]",
        }
        return fields | ({"form_id": fields["support_form_id"]} if mobile else {})

    def _data(self, prefilled: str) -> dict[str, object]:
        """What the scripts of the pages are told."""
        words = self.site.words
        return {
            "lsd": CANARIES["PRACTICE_CSRF"],
            "noConnection": words["answer"]["no_connection"],
            "codeAddress": APP_CODE if self.scenario.rendering == "app" else DESKTOP_CODE,
            "sendAddress": APP_SEND,
            "bookkeeping": _BOOKKEEPING,
            "formId": self.visit.form.rpartition("/")[2],
            "prefilled": prefilled,
            "question": self.scenario.has("question"),
            "honeypot": self.scenario.has("honeypot"),
            "slow": self.scenario.has("slow"),
            "limit": LIMIT if self.scenario.has("limit") else 0,
            "words": {
                "title": words["title"]["app"],
                "intro": words["intro"]["app"],
                "email": words["email"]["app"],
                "reason": words["reason"]["app"],
                "send": words["send"]["app"],
                "optional": words["help"]["optional"],
                "close": words["page"]["close"],
                "trap": words["page"]["honeypot"],
                "question": words["question"],
            },
            "expires": {
                "text": words["answer"]["session_expired"],
                "again": words["login"]["button"],
                "address": self._login_address(),
            }
            if self.visit.expiring
            else None,
        }

    def _login_page(self) -> Answer:
        return self._page("login.html", title=self.site.words["login"]["title"], action="submit/")

    def _factor_page(self) -> Answer:
        title = self.site.words["code"]["factor_title"]
        return self._page("factor.html", title=title, action="submit/", wrong=False)

    def _feed(self) -> Answer:
        if not self.visit.logged_in and self.scenario.needs_login:
            return self._to_login()
        return self._page("feed.html", title=self.site.words["page"]["feed"])

    # After something was posted.

    def _posted(self, path: str) -> Answer:
        takers: dict[str, Callable[[], Answer]] = {
            f"{self.platform.login}submit/": self._logged_in,
            f"{self.platform.factor}submit/": self._factor_entered,
            TERMS: self._terms_accepted,
            "/newsletter/": lambda: self._to(self.platform.form_host, self.platform.help, 303),
        }
        if path in SEND_PATHS:
            return self._sent(path)
        if path in CODE_PATHS:
            return self._code_entered(path)
        return takers.get(path, self.site.not_available)()

    def _logged_in(self) -> Answer:
        """Any address and any password will do."""
        self.visit.logged_in = True
        self.visit.renewed = self.visit.expiring or self.visit.renewed
        self.visit.expiring = False
        return self._on()

    def _factor_entered(self) -> Answer:
        if _typed(self.request).get("code", "").strip() != CANARIES["PRACTICE_LOGIN_CODE"]:
            title = self.site.words["code"]["factor_title"]
            return self._page("factor.html", title=title, action="", wrong=True)
        self.visit.factor_passed = True
        return self._on()

    def _terms_accepted(self) -> Answer:
        self.visit.terms_accepted = True
        return self._on()

    def _on(self) -> Reply:
        """On to the next hurdle, or back to the form the person came for."""
        if not self.visit.form:
            return self._to(self.platform.login_host, "/", 303)
        return self._hurdle() or self._to(self.platform.form_host, self.visit.form, 303)

    def _sent(self, path: str) -> Answer:
        match self.scenario.answer:
            case "cut":
                return Cut()
            case "silent":
                return Silence()
        if self.visit.expiring:
            return self._outcome(path, "went-wrong")
        if self.scenario.has("code"):
            return self._ask_code(path)
        return self._outcome(path, self.scenario.final_answer)

    def _ask_code(self, path: str) -> Answer:
        if path == MOBILE_SEND:
            return self._to(self.platform.form_host, f"{self._form_path()}/code/", 303)
        words = self.site.words["code"]
        return self._payload(
            path,
            {
                "kind": "code",
                "title": words["title"],
                "text": words["text"],
                "label": words["label"],
                "confirm": words["confirm"],
                "mail": words["mail"],
                "code": MAILED_CODE,
            },
        )

    def _code_entered(self, path: str) -> Answer:
        if _typed(self.request).get("code", "").strip() == MAILED_CODE:
            return self._outcome(path, self.scenario.final_answer)
        if path == MOBILE_CODE:
            return self._code_page(wrong=True)
        return self._payload(path, {"kind": "wrong", "text": self.site.words["code"]["wrong"]})

    def _outcome(self, path: str, answer: str) -> Answer:
        """The answer to a send, in the way the rendering that sent it understands."""
        if path in (MOBILE_SEND, MOBILE_CODE):
            return self._mobile_outcome(answer)
        thanks = self.site.words["thanks"]
        confirmed: dict[str, object] = {"outcome": "confirmed", **thanks}
        home = self.site.address(self.platform.form_host, self.platform.help)
        match answer:
            case "thanks-page":
                place = f"{self._form_path()}/thanks/"
                return self._payload(path, {"kind": "page", "address": place, **confirmed})
            case "thanks-dialog":
                return self._payload(path, {"kind": "dialog", **confirmed})
            case "thanks-passing":
                return self._payload(path, {"kind": "passing", "address": home, **confirmed})
            case "no-wording":
                place = f"{self._form_path()}/done/"
                text = self.site.words["answer"]["no_wording"]
                return self._payload(
                    path,
                    {"kind": "page", "address": place, "outcome": "", "title": "", "text": text},
                )
            case _:
                text = self.site.words["answer"][_PROBLEMS[answer]]
                return self._payload(path, {"kind": "error", "outcome": "refused", "text": text})

    def _mobile_outcome(self, answer: str) -> Answer:
        """The older mobile form is answered with pages: thanks after a redirect, the rest at once."""
        match answer:
            case "thanks-page":
                return self._to(self.platform.form_host, f"{self._form_path()}/thanks/", 303)
            case "thanks-dialog" | "thanks-passing":
                title = self.site.words["thanks"]["title"]
                return self._page("mobile_thanks.html", title=title, way=answer)
            case "no-wording":
                return self._after("done")
            case _:
                return self.form_page(self.site.words["answer"][_PROBLEMS[answer]])

    def _after(self, place: str) -> Answer:
        """The pages below a form: the code, the thanks, and the one that says nothing."""
        match place:
            case "thanks":
                thanks = self.site.words["thanks"]
                return self._page("answer.html", outcome="confirmed", **thanks)
            case "done":
                text = self.site.words["answer"]["no_wording"]
                title = self.site.words["page"]["help"]
                return self._page("answer.html", title=title, text=text, outcome="")
            case "code" if self.scenario.has("code"):
                return self._code_page(wrong=False)
            case _:
                return self.site.not_available()

    def _code_page(self, wrong: bool) -> Reply:
        title = self.site.words["code"]["title"]
        return self._page(
            "mobile_code.html", title=title, action=MOBILE_CODE, code=MAILED_CODE, wrong=wrong
        )

    # Small answers.

    def _page(self, template: str, status: int = 200, **more: object) -> Reply:
        return self.site.page(self.platform, self.request, template, status, **more)

    def _says(self, section: str, key: str, status: int = 200, text: str = "") -> Reply:
        title = self.site.words[section][key]
        return self._page("answer.html", status, title=title, text=text, outcome="")

    def _to(self, host: str, path: str, status: int = 302) -> Reply:
        return Reply(status, headers=(("Location", self.site.address(host, path)),))

    def _to_login(self) -> Reply:
        return Reply(302, headers=(("Location", self._login_address()),))

    def _login_address(self) -> str:
        form = self.site.address(self.platform.form_host, self.visit.form or self.platform.help)
        place = f"{self.platform.login}?next={quote(form, safe='')}"
        return self.site.address(self.platform.login_host, place)

    def _to_factor(self) -> Reply:
        secret = CANARIES["PRACTICE_ADDRESS_SECRET"]
        return self._to(self.platform.login_host, f"{self.platform.factor}?apc={secret}", 303)

    def _form_path(self) -> str:
        return self.visit.form or self.platform.forms[0]

    def _json(self, value: dict[str, object], prefix: str = "") -> Reply:
        text = prefix + json.dumps(value | {"token": CANARIES["PRACTICE_ANSWER_TOKEN"]})
        return Reply(200, text.encode(), "application/json; charset=utf-8")

    def _payload(self, path: str, payload: dict[str, object]) -> Reply:
        """The answer to a script: the older one guards its JSON, the app shell wraps it."""
        if path in (APP_SEND, APP_CODE):
            return self._json({"data": {"contact_form_submit": payload}})
        return self._json({"__ar": 1, "payload": payload}, prefix="for (;;);")


_PROBLEMS = {"too-short": "too_short", "went-wrong": "went_wrong", "throttled-send": "throttled"}

_BOOKKEEPING = {
    "__user": "100000000000001",
    "__a": "1",
    "__hs": "20415.HYP:help_center_pkg.2.1...0",
    "dpr": "1",
    "__ccg": "GOOD",
    "__rev": "1029887341",
    "__s": "k2x9ab:q7p3tm:zr84cu",
    "__hsi": "7576120934417782215",
    "__dyn": "7xe6E5aQ1PyUbFp41twpUnwgU6C7UW",
    "__csr": "",
    "__comet_req": "0",
    "__spin_r": "1029887341",
    "__spin_b": "trunk",
    "__jssesw": "1",
}


def _typed(request: Request) -> dict[str, str]:
    """The fields of a posted code, from a urlencoded body or JSON within one."""
    fields = {name: values[-1] for name, values in parse_qs(request.body.decode()).items()}
    if "variables" in fields:
        found = json.loads(fields["variables"]).get("input", {})
        fields |= {str(name): str(value) for name, value in found.items()}
    return fields


def _trap_filled(arrival: Arrival) -> bool:
    """Whether a send carries something in the field that people do not see."""
    body = arrival.body.decode("utf-8", "replace")
    if arrival.path == MOBILE_SEND:
        part = body.partition('name="email_confirm"')[2]
        return bool(part.partition("\r\n\r\n")[2].partition("\r\n")[0].strip())
    if arrival.path == APP_SEND:
        variables = parse_qs(body).get("variables", ["{}"])[-1]
        return '"email_confirm":"' in variables and '"email_confirm":""' not in variables
    return bool(parse_qs(body).get("email_confirm"))


def _locale(language: str) -> str:
    """The language the way Meta's forms name it."""
    return LOCALES.get(language, f"{language}_{language.upper()}")
