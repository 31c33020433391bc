"""Cases as filer itself writes them, at any time one likes: twenty of them in every state.

`python -m tests.complaint.making FOLDER` writes the twenty, to be looked at with `filer status`.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path

from filer.evidence.bundle import Bundle, new_case
from filer.evidence.papers import Added, add, find_case, look_at
from filer.ports import Reading, Shot
from tests.mail.post import key, signed

NOW = dt.datetime(2027, 1, 20, 10, tzinfo=dt.UTC)
"""When the twenty cases are looked at."""


class SetClock:
    """A clock that shows what it is set to, and a millisecond more at each look."""

    def __init__(self, at: dt.datetime = NOW) -> None:
        self.at = at
        self._mono = 0

    def set(self, text: str) -> SetClock:
        """Set to a moment such as "2026-11-23 14:05", which is in UTC."""
        self.at = dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
        return self

    def now(self) -> dt.datetime:
        """The moment it is set to, a little later each time."""
        self.at += dt.timedelta(milliseconds=1)
        return self.at

    def mono_ns(self) -> int:
        """A number that grows."""
        self._mono += 1_000_000
        return self._mono


class Cases:
    """Makes cases in one evidence folder. *clock* is set before each step."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = SetClock()
        self._mails = 0

    def at(self, text: str) -> Cases:
        """The same, with the clock set."""
        self.clock.set(text)
        return self

    def filing(
        self,
        outcome: str = "confirmed",
        case: Path | None = None,
        *,
        flow: str = "facebook",
        practice: bool = False,
        by: str = "page",
        reason: str | None = None,
        crash: str = "",
    ) -> Path:
        """A filing that ended with *outcome*; returns its case. *crash* leaves it unsealed."""
        case = case or new_case(self.root, flow, practice, self.clock)
        bundle = Bundle.begin(
            case, "filing", flow=flow, practice=practice, clock=self.clock, unstamped="not asked"
        )
        bundle.put("environment.json", b"{}\n")
        field = Reading("E-mail", "email", "email", "anna@example.org", filled_by="label")
        address = "https://www.facebook.com/help/contact/1"
        host = "www.facebook.com.localhost:8000" if practice else "www.facebook.com"
        address = (
            address.replace("https://www.facebook.com", f"http://{host}") if practice else address
        )
        bundle.keep(Shot("the form as it will be sent", "x", address, None, "- x", (field,)))
        left = outcome in {"confirmed", "sent", "refused", "unknown"}
        if left:
            bundle.event("confirmed", "person")
            bundle.event("pressed", "person")
            bundle.event("send.left", address=address, names=["email"])
        if left and outcome != "unknown":
            bundle.event("send.answered", status=200)
        if outcome in {"confirmed", "refused"}:
            who = "person" if by == "person" else "tool"
            told = {"answer": outcome} if by == "person" else {"confirmed": outcome == "confirmed"}
            bundle.event("answer.read", who, **told)
        if crash:
            bundle.close()
            return case
        sent = None if outcome == "unknown" else left
        bundle.seal({"outcome": outcome, "reason": reason, "confirmed_by": by, "sent": sent})
        return case

    def mail(self, case: Path, text: str, *, dated: str = "", signed_by_meta: bool = True) -> Added:
        """Add a mail that says *text*, sent when the clock says, or *dated*."""
        at = SetClock().set(dated).at if dated else self.clock.at
        raw = (
            f"From: Meta <notification@facebookmail.com>\r\nTo: anna@example.org\r\n"
            f"Subject: Your objection\r\nDate: {at:%a, %d %b %Y %H:%M:%S} +0000\r\n"
            f"Message-ID: <{self._mails}@facebookmail.com>\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        ).encode()
        self._mails += 1
        file = self.root.parent / f"mail-{self._mails}.eml"
        file.write_bytes(signed(raw) if signed_by_meta else raw)
        known = [key().known("dns", resolver) for resolver in ("a", "b")]
        return add(find_case(case, self.root), look_at(file), None, clock=self.clock, keys=known)

    def say(self, case: Path, means: str | None, on: str = "", note: str = "") -> Added:
        """Add what the person says, and the day they say it was."""
        day = dt.date.fromisoformat(on) if on else None
        where = find_case(case, self.root)
        return add(where, None, note or None, clock=self.clock, means=means, on=day)

    def bundle(self, case: Path, kind: str) -> Path:
        """Add a sealed bundle of *kind*, such as a complaint."""
        practice = case.name.startswith("practice-")
        flow = "facebook"
        bundle = Bundle.begin(case, kind, flow=flow, practice=practice, clock=self.clock)
        bundle.put("environment.json", b"{}\n")
        bundle.seal({"outcome": "added", "reason": None, "sent": False})
        return bundle.path


GRANTED = "We will honour your objection. This means your request will be applied going forward."
REFUSED = "We are unable to honour your objection."
RECEIVED = "We have received your objection."


def break_a_file(bundle: Path) -> None:
    """Change a byte of a file that the bundle holds."""
    (bundle / "data/environment.json").write_bytes(b"[]\n")


def _not_sent(c: Cases) -> None:
    c.at("2027-01-18 09:00").filing("stopped")


def _already(c: Cases) -> None:
    c.at("2027-01-17 09:00").filing("unavailable", reason="already objected")


def _broke_off(c: Cases) -> None:
    c.at("2027-01-16 20:00").filing("stopped", crash="yes")


def _unknown(c: Cases) -> None:
    c.at("2027-01-15 09:00").filing("unknown", reason="no answer came", flow="instagram")


def _unknown_old(c: Cases) -> None:
    c.at("2026-11-20 09:00").filing("unknown", reason="no answer came")


def _unknown_turned_out(c: Cases) -> None:
    case = c.at("2026-12-28 09:00").filing("unknown")
    c.at("2027-01-02 09:00").say(case, "not-sent", note="Meta's help desk says there is nothing.")


def _sent(c: Cases) -> None:
    c.at("2027-01-12 22:30").filing("sent")


def _letter(c: Cases) -> None:
    case = c.at("2026-12-29 09:00").filing("unavailable", reason="other region")
    c.at("2027-01-05 09:00").say(case, "sent", on="2027-01-04", note="By post, recorded delivery.")


def _confirmed(c: Cases) -> None:
    case = c.at("2027-01-19 14:05").filing("confirmed")
    c.at("2027-01-19 15:00").say(case, "covers", note="instagram: anna.fotos; threads: anna.fotos")


def _confirmed_by_person(c: Cases) -> None:
    c.at("2026-12-30 14:05").filing("confirmed", by="person", flow="instagram")


def _extended(c: Cases) -> None:
    case = c.at("2026-12-01 14:05").filing("confirmed")
    c.at("2026-12-28 09:00").say(case, "extended", on="2026-12-27", note="In a mail.")


def _granted(c: Cases) -> None:
    case = c.at("2027-01-10 14:05").filing("confirmed")
    c.at("2027-01-10 16:00").mail(case, GRANTED)


def _granted_unsigned(c: Cases) -> None:
    case = c.at("2027-01-11 14:05").filing("sent")
    c.at("2027-01-12 16:00").mail(case, GRANTED, signed_by_meta=False)


def _page_refused(c: Cases) -> None:
    c.at("2027-01-14 14:05").filing("refused", reason="Your explanation is too short.")


def _refused(c: Cases) -> None:
    case = c.at("2026-12-10 14:05").filing("confirmed")
    c.at("2027-01-04 16:00").say(case, "refused", on="2027-01-04", note="They wrote a mail.")


def _unanswered(c: Cases) -> None:
    c.at("2026-11-25 14:05").filing("confirmed")


def _prepared(c: Cases) -> None:
    case = c.at("2026-11-10 14:05").filing("confirmed")
    c.at("2027-01-15 10:00").bundle(case, "complaint")


def _handed_in(c: Cases) -> None:
    case = c.at("2026-08-10 14:05").filing("confirmed")
    c.at("2026-10-05 10:00").bundle(case, "complaint")
    c.at("2026-10-06 10:00").say(case, "complaint", on="2026-10-06", note="The AP's form.")


def _closed(c: Cases) -> None:
    case = c.at("2026-12-12 14:05").filing("confirmed")
    c.at("2026-12-13 16:00").mail(case, GRANTED)
    c.at("2026-12-20 16:00").say(case, "closed")


def _broken(c: Cases) -> None:
    case = c.at("2027-01-06 14:05").filing("confirmed")
    break_a_file(case / "01-filing")


def _contradiction(c: Cases) -> None:
    case = c.at("2027-01-08 14:05").filing("stopped")
    c.at("2027-01-09 16:00").mail(case, GRANTED, dated="2025-05-02 09:00")


def _practice(c: Cases) -> None:
    case = c.at("2027-01-13 14:05").filing("confirmed", practice=True)
    c.at("2027-01-13 16:00").mail(case, GRANTED)


ALL: dict[str, Callable[[Cases], None]] = {
    "not sent": _not_sent,
    "not sent, already objected": _already,
    "not sent, broke off": _broke_off,
    "not sent, a mail of another objection": _contradiction,
    "unknown": _unknown,
    "unknown, the month over": _unknown_old,
    "unknown, turned out not sent": _unknown_turned_out,
    "sent": _sent,
    "sent by letter": _letter,
    "confirmed": _confirmed,
    "confirmed, read by the person": _confirmed_by_person,
    "confirmed, extended": _extended,
    "confirmed, evidence broken": _broken,
    "granted": _granted,
    "granted, not signed": _granted_unsigned,
    "refused by the page": _page_refused,
    "refused": _refused,
    "unanswered": _unanswered,
    "complaint made": _prepared,
    "complaint handed in": _handed_in,
    "closed": _closed,
    "practice": _practice,
}
"""Cases in every state, by what they are."""


def make(root: Path) -> None:
    """Write a case of each kind into the evidence folder *root*."""
    root.parent.mkdir(parents=True, exist_ok=True)
    cases = Cases(root)
    for build in ALL.values():
        build(cases)


if __name__ == "__main__":
    make(Path(sys.argv[1]).absolute())
