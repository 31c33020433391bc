"""The stage: what every page of one practice site has, whoever visits it."""

from __future__ import annotations

from dataclasses import dataclass

from filer.practice import pages
from filer.practice.places import CANARIES, FRIENDS, Platform
from filer.practice.scenarios import Scenario
from filer.practice.wire import Reply, Request


@dataclass(frozen=True)
class Stage:
    """A scenario in a language on a port; ``account_email`` is what a prefilled form shows."""

    scenario: Scenario
    language: str
    account_email: str
    port: int

    @property
    def words(self) -> pages.Words:
        """The wordings of the stage's language."""
        return pages.words(self.language)

    def address(self, host: str, path: str) -> str:
        """A path on one of the hosts, as a browser reaches it in practice."""
        return f"http://{host}.localhost:{self.port}{path}"

    def not_available(self) -> Reply:
        """The page for an address that holds nothing."""
        text = self.words["answer"]["not_available"]
        return self.plain("answer.html", status=404, title=text, text="", outcome="")

    def plain(self, template: str, status: int = 200, **values: object) -> Reply:
        """A page on which everything that every page has is filled in."""
        usual: dict[str, object] = {
            "words": self.words,
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
        return self.plain(template, status, **(usual | more))
