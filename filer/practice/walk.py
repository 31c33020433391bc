"""The walk: one request of a visit, from login to answer, on one platform of the practice site."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote

from filer.practice import pages
from filer.practice.asked import FIELDS, rows, sends_to
from filer.practice.places import (
    APP_CODE,
    APP_SEND,
    BOOKKEEPING,
    CANARIES,
    CODE_PATHS,
    DESKTOP_CODE,
    EMAIL_ID,
    FIRST_FORMS,
    FOREIGN_HOST,
    KINDS,
    LIMIT,
    LOCKED,
    MAILED_CODE,
    MOBILE_CODE,
    MOBILE_SEND,
    OTHER_EMAIL,
    PRODUCTS,
    QUESTION_ID,
    REASON_ID,
    SEND_PATHS,
    TERMS,
    TRAP_ID,
    WIZARD,
    WIZARD_HOST,
    Platform,
    locale,
)
from filer.practice.stage import Stage
from filer.practice.wire import Answer, Cut, Reply, Request, Silence

# Which wording tells of which refusal.
_PROBLEMS = {"too-short": "too_short", "went-wrong": "went_wrong", "throttled-send": "throttled"}

_WORDED = frozenset({"third-party", "whatsapp", "wizard"})
"""Forms with wordings of their own, which need no login."""


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


class Walk:
    """One request of one visit on one platform, on its way to an answer."""

    def __init__(
        self, stage: Stage, platform: Platform, visit: Visit, request: Request, host: str
    ) -> None:
        self.scenario = stage.scenario
        self.platform = platform
        self.visit = visit
        self.request = request
        self.host = host
        self.stage = self._in_words(stage)

    @property
    def kind(self) -> str:
        """What the form is that this request is about: "objection", or one of `KINDS`."""
        bare = self.request.path.rstrip("/")
        own = next((f for f in KINDS if bare == f or bare.startswith(f"{f}/")), self.visit.form)
        return KINDS.get(own, "objection")

    def _in_words(self, stage: Stage) -> Stage:
        """The stage in a language that the form is worded in: not each is in every language."""
        if self.kind not in _WORDED or stage.language in pages.form_words():
            return stage
        return dataclasses.replace(stage, language="en")

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
                return self._says("page", "help", text=self.stage.words["page"]["welcome"])
        places: dict[str, Callable[[], Answer]] = {
            self.platform.login: self._login_page,
            self.platform.factor: self._factor_page,
            TERMS: lambda: self._page("terms.html", title=self.stage.words["terms"]["title"]),
            LOCKED: lambda: self._says("answer", "locked"),
            "/": self._feed,
            "/ajax/keepalive/": lambda: self._json({"alive": not self.visit.expiring}),
        }
        return places.get(path, self.stage.not_available)()

    # Before the form.

    def _form(self, form: str) -> Answer:
        self.visit.form = form
        hurdle = self._hurdle() if self.kind not in _WORDED else None
        if hurdle is not None:
            return hurdle
        first = form == self.platform.forms[0] or form in FIRST_FORMS
        if self.scenario.has("old-address") and first and self.kind in {"objection", "third-party"}:
            return self.stage.not_available()
        if self.kind == "wizard":
            return self._wizard()
        return self._no_form() or self.form_page()

    def _wizard(self) -> Reply:
        """The channel that asks for the product, then for the request, before there is a form."""
        said = pages.form_words()[self.stage.language]["wizard"]
        product, topic = (self.request.query.get(name, "") for name in ("product", "topic"))
        if product and topic == "object":
            return self.form_page()
        if topic:
            return self._page("answer.html", title=said["elsewhere"], text="", outcome="")
        return self._page(
            "wizard.html",
            title=self.stage.words["answer"]["moved"],
            said=said,
            products=() if product else PRODUCTS,
            product=product,
            form_path=self.visit.form,
        )

    def _hurdle(self) -> Reply | None:
        """The next step between a person who is not logged in and the form."""
        if self.scenario.needs_login and not self.visit.logged_in:
            return self._to_login()
        if self.visit.expiring and not self.visit.renewed:
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
        if self.kind in FIELDS:
            return self._asked_page(problem)
        self.visit.expiring = self.scenario.answer == "session-expired" and not self.visit.renewed
        prefilled = ""
        if self.scenario.has("prefilled"):
            prefilled = self.stage.account_email
        if self.scenario.has("prefilled-other"):
            prefilled = OTHER_EMAIL
        has = self.scenario.has
        return self._page(
            "mobile_problem.html" if problem else f"{self.scenario.rendering}.html",
            hidden=self._hidden(),
            data=self._data(prefilled),
            prefilled=prefilled,
            question=self._asks_about()
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

    def _asks_about(self) -> bool:
        """Whether the form asks first if it is about AI; the general one always does."""
        return self.scenario.has("question") or self.kind == "general"

    def _asked_page(self, problem: str) -> Reply:
        """A form that asks for other things, on a wide screen or a small one."""
        words = pages.form_words()[self.stage.language]
        mobile = self.scenario.rendering == "mobile" and self.kind == "third-party"
        return self._page(
            "asked_mobile.html" if mobile else "asked.html",
            hidden=self._hidden(),
            data=self._data("") | {"files": True},
            said=words[self.kind],
            rows=rows(self.kind, words),
            action=sends_to(self.kind, mobile=mobile),
            mobile=mobile,
            problem=problem,
        )

    def _hidden(self) -> dict[str, str]:
        """The bookkeeping that the older forms carry in hidden fields."""
        mobile = self.scenario.rendering == "mobile"
        shown = {EMAIL_ID: False, REASON_ID: False}
        fields = {
            "jazoest": "25471",
            "fb_dtsg" if mobile else "lsd": CANARIES["PRACTICE_CSRF"],
            "support_form_id": self.visit.form.rpartition("/")[2],
            "support_form_locale_id": locale(self.stage.language),
            "support_form_hidden_fields": json.dumps(shown, separators=(",", ":")),
            "support_form_fact_false_fields": "[]",
        }
        return fields | ({"form_id": fields["support_form_id"]} if mobile else {})

    def _data(self, prefilled: str) -> dict[str, object]:
        """What the scripts of the pages are told."""
        words = self.stage.words
        return {
            "lsd": CANARIES["PRACTICE_CSRF"],
            "noConnection": words["answer"]["no_connection"],
            "codeAddress": APP_CODE if self.scenario.rendering == "app" else DESKTOP_CODE,
            "sendAddress": APP_SEND,
            "bookkeeping": BOOKKEEPING,
            "formId": self.visit.form.rpartition("/")[2],
            "prefilled": prefilled,
            "question": self._asks_about(),
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
        return self._page("login.html", title=self.stage.words["login"]["title"], action="submit/")

    def _factor_page(self) -> Answer:
        title = self.stage.words["code"]["factor_title"]
        return self._page("factor.html", title=title, action="submit/", wrong=False)

    def _feed(self) -> Answer:
        if not self.visit.logged_in and self.scenario.needs_login:
            return self._to_login()
        return self._page("feed.html", title=self.stage.words["page"]["feed"])

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
        return takers.get(path, self.stage.not_available)()

    def _logged_in(self) -> Answer:
        """Any address and any password will do."""
        self.visit.logged_in = True
        self.visit.renewed = self.visit.expiring or self.visit.renewed
        self.visit.expiring = False
        return self._on()

    def _factor_entered(self) -> Answer:
        if _typed(self.request).get("code", "").strip() != CANARIES["PRACTICE_LOGIN_CODE"]:
            title = self.stage.words["code"]["factor_title"]
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
        words = self.stage.words["code"]
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
        return self._payload(path, {"kind": "wrong", "text": self.stage.words["code"]["wrong"]})

    def _outcome(self, path: str, answer: str) -> Answer:
        """The answer to a send, in the way the rendering that sent it understands."""
        if path in (MOBILE_SEND, MOBILE_CODE):
            return self._mobile_outcome(answer)
        thanks = self.stage.words["thanks"]
        confirmed: dict[str, object] = {"outcome": "confirmed", **thanks}
        home = self.stage.address(self.platform.form_host, self.platform.help)
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
                text = self.stage.words["answer"]["no_wording"]
                return self._payload(
                    path,
                    {"kind": "page", "address": place, "outcome": "", "title": "", "text": text},
                )
            case _:
                text = self.stage.words["answer"][_PROBLEMS[answer]]
                return self._payload(path, {"kind": "error", "outcome": "refused", "text": text})

    def _mobile_outcome(self, answer: str) -> Answer:
        """The older mobile form is answered with pages: a redirect to thanks, the rest at once."""
        match answer:
            case "thanks-page":
                return self._to(self.platform.form_host, f"{self._form_path()}/thanks/", 303)
            case "thanks-dialog" | "thanks-passing":
                title = self.stage.words["thanks"]["title"]
                return self._page("mobile_thanks.html", title=title, way=answer)
            case "no-wording":
                return self._after("done")
            case _:
                return self.form_page(self.stage.words["answer"][_PROBLEMS[answer]])

    def _after(self, place: str) -> Answer:
        """The pages below a form: the code, the thanks, and the one that says nothing."""
        match place:
            case "thanks":
                thanks = self.stage.words["thanks"]
                return self._page(
                    "answer.html", outcome="confirmed", title=thanks["title"], text=thanks["text"]
                )
            case "done":
                text = self.stage.words["answer"]["no_wording"]
                title = self.stage.words["page"]["help"]
                return self._page("answer.html", title=title, text=text, outcome="")
            case "code" if self.scenario.has("code"):
                return self._code_page(wrong=False)
            case _:
                return self.stage.not_available()

    def _code_page(self, *, wrong: bool) -> Reply:
        title = self.stage.words["code"]["title"]
        return self._page(
            "mobile_code.html", title=title, action=MOBILE_CODE, code=MAILED_CODE, wrong=wrong
        )

    # Small answers.

    def _page(self, template: str, status: int = 200, **more: object) -> Reply:
        return self.stage.page(self.platform, self.request, template, status, **more)

    def _says(self, section: str, key: str, status: int = 200, text: str = "") -> Reply:
        title = self.stage.words[section][key]
        return self._page("answer.html", status, title=title, text=text, outcome="")

    def _to(self, host: str, path: str, status: int = 302) -> Reply:
        return Reply(status, headers=(("Location", self.stage.address(host, path)),))

    def _to_login(self) -> Reply:
        return Reply(302, headers=(("Location", self._login_address()),))

    def _login_address(self) -> str:
        form = self.stage.address(self.platform.form_host, self.visit.form or self.platform.help)
        place = f"{self.platform.login}?next={quote(form, safe='')}"
        return self.stage.address(self.platform.login_host, place)

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


def _typed(request: Request) -> dict[str, str]:
    """The fields of a posted code, from a urlencoded body or JSON within one."""
    text = request.body.decode("utf-8", "replace")
    fields = {name: values[-1] for name, values in parse_qs(text).items()}
    try:
        found = json.loads(fields.get("variables", "{}"))["input"]
        return fields | {str(name): str(value) for name, value in found.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return fields
