"""A case with all that a dossier can tell of: pictures of every shape, mails, a paper, notes."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from filer import complaining, settings
from filer.complaint.dossier import Dossier, Matter, compose
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.environment import environment
from filer.evidence.papers import Added, add, find_case, look_at
from filer.ports import Reading, Shot
from filer.profile import Profile
from tests.complaint.making import GRANTED, RECEIVED, Cases
from tests.mail.post import forwarded, key, page, signed

NO_FILE = Path("/nowhere/.env")
FORM = "https://www.facebook.com/help/contact/712876720715583"
ANNA = Profile(
    {
        "name": "Anna Łukasiewicz",
        "address": "Voorbeeldstraat 1\n1000 AA Amsterdam",
        "email": "anna@example.org",
        "phone": "+31 6 12345678",
        "initials": "A.",
        "country": "nl",
    }
)
REASON = (
    "Het gaat om foto's van mijn gezin, en om wat ik over mijn gezondheid schrijf. "
    "Mijn kinderen staan op foto's die ik alleen voor vrienden heb geplaatst. "
) * 3

SHAPES = ((900, 1100), (900, 700), (1280, 640), (900, 6000), (60, 24), (2600, 700), (900, 1500))
"""Width and height of the pictures, in turn: usual ones, a tall one, a tiny one, a wide one."""


def picture(number: int = 0, size: tuple[int, int] = (900, 1100), grain: int = 0) -> bytes:
    """A picture of a form; no two numbers look the same. *grain* specks make it larger."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0] - 1, 40), fill=(24, 90 + number % 100, 200))
    for row in range(60, size[1] - 40, 90):
        draw.text((24, row), f"Picture {number}, a line of the form at {row}", fill="black")
        draw.rectangle((24, row + 24, size[0] - 24, row + 64), outline="grey")
    speck = random.Random(number)  # noqa: S311 - a picture, no secret
    for _each in range(grain):
        at = speck.randrange(size[0]), speck.randrange(size[1])
        image.putpixel(at, (speck.randrange(256), speck.randrange(256), speck.randrange(256)))
    made = io.BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


def filing(
    cases: Cases,
    *,
    practice: bool = True,
    pictures: int = 12,
    reason: str = REASON,
    email: str = "anna@example.org",
    host: str = "",
    case: Path | None = None,
    grain: int = 0,
    stand_in: str | None = None,
) -> Path:
    """A filing with so many pictures, that met a login, a dead address and another form."""
    clock = cases.clock
    case = case or new_case(cases.root, "facebook", practice, clock)
    form = FORM.replace("https://www.facebook.com", host) if host else FORM
    with Bundle.begin(case, "filing", flow="facebook", practice=practice, clock=clock) as bundle:
        bundle.put("environment.json", environment({"browser": "Chromium 156.0.1"}))
        if practice:
            bundle.put("practice.json", json.dumps({"stand_in": stand_in}).encode())
        bundle.event("address.tried", address=f"{form}9", problem=None)
        bundle.event("page.seen", place="private", address="", reason=None)
        bundle.event("handed-over", "person", task="login")
        bundle.event("page.seen", place="cookies", address="", reason=None)
        bundle.event("page.seen", place="other form", address=f"{form}9", reason=None)
        bundle.event("address.tried", address=form, problem=None)
        bundle.event("page.seen", place="form", address=form, reason=None)
        bundle.event("gate.armed")
        for number in range(pictures):
            fields = (
                Reading("E-mailadres", "email", "email", email if number else ""),
                Reading("Leg uit hoe dit u raakt", "reason", "textarea", reason if number else ""),
            )
            name = "the empty form"
            if number:
                name = "the form as it will be sent"
            shape = SHAPES[number % len(SHAPES)]
            if number and number == pictures - 1:
                name, fields = "Meta's answer", ()
            elif number == 1:
                bundle.event("typed", field="email", how="label")
                bundle.event("typed", field="reason", how="row")
            shot = picture(number, shape, grain)
            if number and number == pictures - 1:
                bundle.event("confirmed", "person")
                bundle.event("gate.unlocked")
                bundle.event("pressed", "person")
                bundle.event("send.left", method="POST", address=f"{form}/submit", names=["email"])
                bundle.event("send.answered", status=200, date=None, failure=None)
                bundle.event("answer.read", wording="Thank you for contacting us", confirmed=True)
            bundle.keep(Shot(name, "Bezwaar | Facebook", form, shot, "- x", fields))
        bundle.event("friction", counts={"screens": 2, "logins": 1, "dead addresses": 1})
        bundle.event(
            "network",
            hosts={"www.facebook.com": 3},
            documents=[
                {"address": f"{form}9", "status": 404, "date": None, "server": "x"},
                {"address": f"{form}7", "status": 302, "redirected": True},
            ],
        )
        outcome = {"outcome": "confirmed", "reason": None, "confirmed_by": "page", "sent": True}
        bundle.seal(outcome)
    return case


def post(cases: Cases, case: Path, raw: bytes, note: str | None = None) -> Added:
    """Add the mail *raw*, as it lies in a file, with the keys that DNS has."""
    file = cases.root.parent / f"post-{len(list(cases.root.parent.glob('post-*')))}.eml"
    file.write_bytes(raw)
    known = [key().known("dns", resolver) for resolver in ("a", "b")]
    where = find_case(case, cases.root)
    return add(where, look_at(file), note, clock=cases.clock, keys=known)


def paper(cases: Cases, case: Path, content: bytes, note: str, means: str | None = None) -> Added:
    """Add a paper of the person's, which is a picture."""
    file = cases.root.parent / "answer of meta.png"
    file.write_bytes(content)
    where = find_case(case, cases.root)
    return add(where, look_at(file), note, clock=cases.clock, means=means)


def a_mail(text: str, *, subject: str = "Your objection", more: str = "") -> bytes:
    """A mail of Meta's that says *text*, not signed."""
    head = (
        f"From: Meta <notification@facebookmail.com>\r\nTo: anna@example.org\r\n"
        f"Subject: {subject}\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\n{more}"
        "Message-ID: <7@facebookmail.com>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return (head + text.replace("\n", "\r\n") + "\r\n").encode()


HTML = (
    "<html><body><style>.x{display:none}</style><p>Dear <b>Anna</b>,</p>"
    "<table><tr><td>Case</td><td>#123</td></tr></table><p>We have received your objection.</p>"
    '<p class="x">hidden words</p><a href="https://evil.example/x">link</a></body></html>'
)


def whole(cases: Cases, *, practice: bool = True, pictures: int = 12) -> Path:
    """A case with a filing, four mails (signed, unsigned, HTML alone, forwarded), a paper."""
    case = filing(cases.at("2026-11-23 14:05"), practice=practice, pictures=pictures)
    cases.at("2026-11-23 16:00")
    post(cases, case, signed(a_mail(RECEIVED)))
    cases.at("2026-11-24 09:00")
    post(cases, case, a_mail("We are looking at it.\n\n> You wrote:\n> please stop"))
    post(cases, case, page(HTML))
    post(cases, case, forwarded(signed(a_mail(GRANTED))))
    paper(cases, case, picture(99, (300, 400)), "A letter that came by post.")
    cases.say(case, "covers", note="instagram: anna.fotos")
    return case


def made_of(
    case: Path, at: str = "2026-11-25 20:00", person: Profile = ANNA, to: str = "ap"
) -> Matter:
    """What a complaint about *case* at a moment is made of."""
    found = settings.read({}, default_evidence=case.parent, environment={}, dotenv=NO_FILE)
    on = complaining.basis(str(case), to, found)
    now = dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC)
    return complaining.matter(on, complaining.with_what_is_known(on, person), now)


def in_english(case: Path, **about: str) -> Dossier:
    """The full dossier about *case* in English."""
    return compose(made_of(case, **about), "en")


def sentences(made: Dossier) -> Sequence[str]:
    """Every piece of text in a dossier, as it will be read."""
    found = []
    for part in made.blocks:
        found += [part.text, *part.items, *(cell for row in part.rows for cell in row)]
    return [piece for piece in found if piece]
