"""A visitor: a very small browser over real sockets that keeps cookies and follows redirects."""

from __future__ import annotations

import http.client
import json
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

from filer.practice.places import PRACTICE_PASSWORD
from filer.practice.site import PracticeSite

FACEBOOK = "http://www.facebook.com.localhost/help/contact/712876720715583"
FACEBOOK_SECOND = "http://www.facebook.com.localhost/help/contact/6359191084165019"
INSTAGRAM = "http://help.instagram.com.localhost/contact/767264225370182"
INSTAGRAM_SECOND = "http://help.instagram.com.localhost/contact/233964459562201"

DESKTOP = "/ajax/help/contact/submit/page"
MOBILE = "/a/help/contact_us/"
APP = "/api/graphql/"
SEND = {"desktop": DESKTOP, "mobile": MOBILE, "app": APP}
CODE = {
    "desktop": "/ajax/help/contact/code/",
    "mobile": "/a/help/contact_code/",
    "app": "/api/graphql/code/",
}


@dataclass(frozen=True)
class Page:
    """An answer, with the address it came from after all redirects."""

    url: str
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def path(self) -> str:
        """The path it came from."""
        return urlsplit(self.url).path

    @property
    def host(self) -> str:
        """The host it came from, as a browser names it."""
        return urlsplit(self.url).hostname or ""

    @property
    def payload(self) -> dict[str, Any]:
        """What a script is told, without the guard or the wrapping."""
        value = json.loads(self.text.removeprefix("for (;;);"))
        found = value["payload"] if "payload" in value else value["data"]["contact_form_submit"]
        assert isinstance(found, dict)
        return found

    @property
    def data(self) -> dict[str, Any]:
        """What the page tells its script."""
        found = re.search(r'id="practice-data">(.*?)</script>', self.text, re.DOTALL)
        assert found
        value = json.loads(found[1])
        assert isinstance(value, dict)
        return value

    def plain(self) -> str:
        """The text with entities resolved."""
        return unescape(self.text)

    def has_form(self) -> bool:
        """Whether this is an objection form, in any rendering."""
        marks = (f'action="{DESKTOP}"', f'action="{MOBILE}"', 'id="practice-layer"')
        return any(mark in self.text for mark in marks)


@dataclass
class Visitor:
    """One browser session on a practice site."""

    site: PracticeSite
    timeout: float = 5
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def get(self, url: str) -> Page:
        """The page at an address, after all redirects."""
        return self.ask("GET", url)

    def post(self, url: str, fields: dict[str, str]) -> Page:
        """The answer to a urlencoded form."""
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", url, urlencode(fields).encode(), kind)

    def ask(self, method: str, url: str, body: bytes = b"", kind: str = "") -> Page:
        """The answer to any request, after all redirects."""
        for _ in range(10):
            page = self.once(method, url, body, kind)
            if page.status not in {302, 303}:
                return page
            url, method, body, kind = page.headers["Location"], "GET", b"", ""
        raise AssertionError("ten redirects in a row")

    def once(self, method: str, url: str, body: bytes = b"", kind: str = "") -> Page:
        """The answer to one request, redirect or not."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        domain = ".".join(host.split(".")[-3:])
        place = urlsplit(self.site.url)
        connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=self.timeout)
        headers = {"Host": f"{host}:{place.port}"}
        if kind:
            headers["Content-Type"] = kind
        if self.cookies.get(domain):
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies[domain].items())
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(method, target, body or None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            assert f"Domain={domain}" in cookie
            self.cookies.setdefault(domain, {})[name] = value
        return Page(url, answer.status, answer.headers, text)

    def log_in(self, page: Page) -> Page:
        """What follows on any name and password."""
        url = page.url.partition("?")[0] + "submit/"
        return self.post(url, {"email": "a@example.org", "pass": PRACTICE_PASSWORD})

    def send(self, page: Page, rendering: str, trap: str = "") -> Page:
        """The answer to the form, sent the way its rendering sends it."""
        url = f"http://{page.host}{SEND[rendering]}"
        if rendering == "mobile":
            body = "".join(
                f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                for name, value in (("email", "a@example.org"), ("email_confirm", trap))
            )
            kind = "multipart/form-data; boundary=cut"
            return self.ask("POST", url, f"{body}--cut--\r\n".encode(), kind)
        if rendering == "app":
            told = {"input": {"fields": [], "email_confirm": trap}}
            return self.post(url, {"variables": json.dumps(told, separators=(",", ":"))})
        return self.post(url, {"email": "a@example.org", "email_confirm": trap})

    def enter_code(self, page: Page, rendering: str, code: str) -> Page:
        """The answer to a mailed code, sent the way the rendering sends it."""
        url = f"http://{page.host}{CODE[rendering]}"
        if rendering == "app":
            return self.post(url, {"variables": json.dumps({"input": {"code": code}})})
        return self.post(url, {"code": code})
