"""The dossier: what it says rests on a line, what it shows is what was sealed, and it harms nobody.

A test that looks at PDF reads it with poppler and qpdf, as a stranger would.
"""

from __future__ import annotations

import dataclasses
import io
import itertools
import re
import subprocess
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from filer import complaining
from filer.clock import SystemClock
from filer.complaint import letters, pdf, recorded
from filer.complaint.dossier import Dossier, as_pdf, compose
from filer.complaint.exhibits import lighter
from filer.complaint.recorded import read_case
from filer.errors import EvidenceBroken
from filer.evidence import authorities, captions
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.environment import environment
from filer.evidence.reading import read_log
from filer.evidence.recover import recover
from filer.evidence.stamps import Stamps
from filer.evidence.tokens import read_roots
from filer.ports import Reading, Shot
from filer.profile import Profile
from filer.words import NAMES, speaking
from tests.authority import Authority
from tests.complaint.making import ALL, GRANTED, REFUSED, Cases
from tests.complaint.test_letters import HOSTILE, flat, pages, read_out
from tests.complaint.whole import (
    ANNA,
    FORM,
    SHAPES,
    a_mail,
    filing,
    in_english,
    made_of,
    picture,
    post,
    sentences,
    whole,
)

FACTS_OF_LETTERS = {"person_sent", "mail_uncounted"}
"""Kinds of facts that only letters tell; a dossier has the line itself, as `person_says`."""


def statements(case: Path, at: str = "2027-01-20 10:00") -> dict[str, str]:
    """Every statement about *case* in English, and its source."""
    return dict(in_english(case, at=at).statements())


def written(made: Dossier, folder: Path) -> Path:
    """The dossier as a PDF in *folder*, in order by qpdf."""
    path = folder / f"{made.language}{'-light' if made.light else ''}.pdf"
    path.write_bytes(as_pdf(made))
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert 0 == checked.returncode, checked.stdout + checked.stderr
    return path


# --------------------------------------------------------------------------- the PDF


@pytest.mark.parametrize("language", letters.languages())
def test_in_order(language: str, cases: Cases, tmp_path: Path) -> None:
    """The PDF is PDF/A-3a and PDF/UA-1, tagged, in reading order, marked, and the same twice."""
    matter = made_of(whole(cases))
    made = compose(matter, language)
    path = written(made, tmp_path)
    text = read_out(path)
    info = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    meta = subprocess.run(["pdfinfo", "-meta", path], capture_output=True, text=True, check=True)

    assert path.read_bytes() == as_pdf(compose(matter, language))
    assert re.search(r"Tagged:\s+yes", info)
    assert made.title in info
    assert re.search(r"pdfaid:part>3<.*pdfaid:conformance>A<", meta.stdout, re.DOTALL)
    assert "pdfuaid:part>1<" in meta.stdout
    for page in pages(path):
        assert made.practice in page
        assert made.footer in " ".join(page.split())
    said = [words for words, _source in made.statements()]
    assert [] == [words for words in said if words[:1] in " :\u00a0\u202f"]  # of "time : words"
    headings = [part.text for part in made.blocks if part.kind == "heading" and part.level == 2]
    order = [*matter.author.name.split(), made.recipient[0], made.subject, *headings]
    at = -1
    for piece in order:
        at = text.find(" ".join(piece.split()), at + 1)
        assert at >= 0, f"{piece} does not come after what stands before it"


@pytest.mark.parametrize("light", [False, True])
def test_every_sentence_is_on_paper(light: bool, cases: Cases, tmp_path: Path) -> None:
    """All that is composed can be read in the PDF: nothing is cut off or covered."""
    made = compose(made_of(whole(cases)), "nl", light=light)
    bare = "".join(read_out(written(made, tmp_path)).split())
    unread = {part.items[0] for part in made.blocks if part.kind == "exhibit"}  # for the blind
    unread |= {item for part in made.blocks if part.kind == "exhibit" for item in part.items[1:3]}

    lines = [line for text in sentences(made) if text not in unread for line in text.split("\n")]
    assert [] == [line for line in lines if "".join(line.split()) not in bare]


def test_nothing_runs_off_the_paper(cases: Cases, tmp_path: Path) -> None:
    """Long addresses, words, labels and hashes stay within the margins of each page."""
    address = "https://www.facebook.com/help/" + "x" * 600 + "/y?" + "z" * 300
    case = filing(cases.at("2026-11-23 14:05"), reason="w" * 5000, pictures=4, host=address)
    post(cases, case, a_mail("v" * 3000, subject="u" * 900))
    person = Profile(
        {**ANNA.values, "name": "n" * 3000, "address": "a" * 2000, "reason": "r" * 4000}
    )
    path = written(compose(made_of(case, person=person), "nl"), tmp_path)
    boxes = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True
    ).stdout

    def most(name: str) -> float:
        return max(float(x) for x in re.findall(rf'{name}="([\d.]+)"', boxes))

    assert most("xMax") < 595.3 - 60
    assert most("yMax") < 841.9 - 20


def test_pictures_are_whole(cases: Cases, tmp_path: Path) -> None:
    """A usual picture has its caption on its page; a tall one goes on, and each page says so."""
    case = filing(cases.at("2026-11-23 14:05"), pictures=7)
    made = in_english(case)
    texts = [" ".join(page.split()) for page in pages(written(made, tmp_path))]
    shown = [part for part in made.blocks if part.kind == "exhibit"]

    assert SHAPES[3] == made.exhibits[3].size
    assert [0, 0, 0, 5, 0, 0, 1] == [len(part.items) - 3 for part in shown]
    for part in shown:
        (page,) = [text for text in texts if part.text in text]
        assert part.rows[-1][1] in page.replace(" ", "")
    for number in range(2, 7):
        assert any(f"Exhibit 4, part {number} of 6" in text for text in texts)


def test_exhibits_are_originals(cases: Cases, tmp_path: Path) -> None:
    """Each picture stands in the PDF dot for dot as it was sealed, and its hash beside it."""
    made = in_english(filing(cases.at("2026-11-23 14:05"), pictures=3))
    path = written(made, tmp_path)
    subprocess.run(["pdfimages", "-png", path, tmp_path / "image"], check=True)
    found = {tuple(_dots(each.read_bytes())) for each in tmp_path.glob("image-*.png")}
    bare = "".join(read_out(path).split())

    for exhibit in made.exhibits:
        assert tuple(_dots(exhibit.original.content)) in found
        assert exhibit.original.sha256 in bare


def test_pictures_are_those_of_the_case(cases: Cases, tmp_path: Path) -> None:
    """A dossier made after another one, in one process, shows no picture of that other one."""
    size = (300, 200)
    for number, colour in enumerate(("red", "blue")):
        made = io.BytesIO()
        Image.new("RGB", size, colour).save(made, "PNG")
        case = new_case(cases.root, "facebook", practice=False, clock=cases.clock)
        with Bundle.begin(
            case, "filing", flow="facebook", practice=False, clock=cases.clock
        ) as bundle:
            bundle.put("environment.json", environment({}))
            bundle.keep(Shot("the empty form", "x", FORM, made.getvalue(), "- x", ()))
            bundle.seal({"outcome": "stopped", "reason": None, "sent": False})
        path = written(in_english(case), tmp_path)
        subprocess.run(["pdfimages", "-png", path, tmp_path / f"{number}"], check=True)
        found = {tuple(_dots(each.read_bytes())) for each in tmp_path.glob(f"{number}-*.png")}

        assert found == {tuple(_dots(made.getvalue()))}


def _dots(png: bytes) -> Iterator[object]:
    with Image.open(io.BytesIO(png)) as opened:
        plain = opened.convert("RGB")
    yield plain.size
    yield plain.tobytes()


def test_the_annex_puts_all_back(cases: Cases, tmp_path: Path) -> None:
    """The files embedded are those of the case; the lines in the annex put them back and check."""
    case = whole(cases)
    made = in_english(case)
    path = written(made, tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    subprocess.run(["pdfdetach", "-saveall", "-o", out, path], check=True)
    (code,) = [part.text for part in made.blocks if part.kind == "code"]
    printed = subprocess.run(
        ["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    lines = printed[printed.index("for f in") : printed.index("Each folder then is")]
    done = subprocess.run(
        ["bash", "-c", lines], cwd=out, capture_output=True, text=True, check=False
    )

    assert "".join(code.split()) == "".join(lines.split())
    assert (0, "") == (done.returncode, done.stderr)
    bundles = sorted(each.name for each in case.iterdir() if each.is_dir())
    assert [f"{name}/ in order" for name in bundles] == done.stdout.splitlines()
    compared = subprocess.run(
        ["diff", "-r", case, out], capture_output=True, text=True, check=False
    )
    assert (0, "") == (compared.returncode, compared.stdout)


def test_the_annex_counts_what_does_not_apply(cases: Cases) -> None:
    """What had nothing to check is not counted among what is in order."""
    about = made_of(whole(cases, pictures=2))
    made = compose(about, "en")
    (table,) = [part for part in made.blocks if part.file == "seals"]

    assert "17 in order, 4 not applicable, 0 broken" == table.rows[0][1]
    for name, told, _seal in table.rows:
        checks = about.verified[name].checks
        applied = [check for check in checks if not check.nothing]
        assert f"{len(applied)} in order, {len(checks) - len(applied)} not applicable, " in told


def test_the_annex_sees_a_change(cases: Cases, tmp_path: Path) -> None:
    """Where one embedded file was changed on the way, the lines in the annex say so."""
    made = in_english(whole(cases, pictures=2))
    out = tmp_path / "out"
    out.mkdir()
    for each in made.originals:
        (out / each.name).write_bytes(each.content)
    (out / made.exhibits[0].original.name).write_bytes(picture(5))
    (code,) = [part.text for part in made.blocks if part.kind == "code"]
    done = subprocess.run(
        ["bash", "-c", code], cwd=out, capture_output=True, text=True, check=False
    )

    assert "practice-01-filing/ in order" not in done.stdout
    assert "practice-02-mail/ in order" in done.stdout


@pytest.mark.parametrize(
    "pictures", [12, pytest.param(240, marks=pytest.mark.proof)], ids=lambda n: f"{n} exhibits"
)
def test_light(pictures: int, cases: Cases, tmp_path: Path) -> None:
    """The light version is under 5 MB, embeds nothing, says so, and shows every exhibit."""
    case = filing(
        cases.at("2026-11-23 14:05"), pictures=pictures, grain=20_000 if pictures > 12 else 2_000
    )
    made = compose(made_of(case), "nl", light=True)
    path = written(made, tmp_path)
    listed = subprocess.run(
        ["pdfdetach", "-list", path], capture_output=True, text=True, check=True
    )

    assert path.stat().st_size < 5_000_000
    assert "0 embedded files" in listed.stdout
    assert letters.texts("nl")["dossier"]["exhibit"]["reduced"] in read_out(path)
    assert pictures == len([part for part in made.blocks if part.kind == "exhibit"])


def test_lighter() -> None:
    """Pictures are made as good as fits, and the smallest where nothing fits."""
    pictures = [picture(n, grain=6_000) for n in range(4)]
    usual, small, least = (lighter(pictures, most) for most in (10_000_000, 60_000, 1))

    assert sum(map(len, small)) <= 60_000 < sum(map(len, usual))
    assert sum(map(len, least)) <= sum(map(len, small))
    assert all(each.startswith(b"\xff\xd8") for each in (*usual, *small, *least))


# --------------------------------------------------------------------------- facts and lines

Event = tuple[str, str, dict[str, Any]]

SENT: tuple[Event, ...] = (
    ("confirmed", "person", {}),
    ("pressed", "person", {}),
    ("send.left", "tool", {"method": "POST", "address": f"{FORM}/submit", "names": ["email"]}),
)
ANSWERED: tuple[Event, ...] = (*SENT, ("send.answered", "tool", {"status": 200}))


@dataclasses.dataclass(frozen=True)
class Story:
    """What a filing logged, and how it ended."""

    events: tuple[Event, ...]
    outcome: str = "stopped"
    reason: str | None = None


def seen(place: str, reason: str | None = None) -> Story:
    """A page was seen."""
    return Story((("page.seen", "tool", {"place": place, "address": "", "reason": reason}),))


def one(name: str, who: str = "tool", **data: object) -> Story:
    """One event, and nothing was sent."""
    return Story(((name, who, dict(data)),))


def answer(who: str = "tool", **data: object) -> Story:
    """A send was answered, and the answer read."""
    outcome = {True: "confirmed", False: "refused"}.get(data.get("confirmed"), "sent")  # type: ignore[call-overload]
    return Story((*ANSWERED, ("answer.read", who, dict(data))), str(outcome))


NOTHING = Story(())
DEAD = {"address": f"{FORM}9", "status": 404}

SHOWN: tuple[tuple[str, Story, str, Story], ...] = (
    (
        f"The form's address {FORM} was opened.",
        one("address.tried", address=FORM, problem=None),
        f"The form's address {FORM}7 was opened. No page came: timed out.",
        one("address.tried", address=f"{FORM}7", problem="timed out"),
    ),
    (
        "A page to log in, or another private page, came before the form.",
        seen("private"),
        "A question about cookies came before the form.",
        seen("cookies"),
    ),
    (
        "Another question came before the form.",
        seen("question"),
        "A form for another request came.",
        seen("other form"),
    ),
    ("No page could be reached.", seen("unreachable"), "The form was there.", seen("form")),
    (
        "A page came that was not the form.",
        seen("unknown"),
        "The page said that there is no form: the account is locked or limited.",
        seen("unavailable", "account locked"),
    ),
    (
        "The page said that there is no form: the form is not offered in this region.",
        seen("unavailable", "other region"),
        "The page said that there is no form: there were too many tries.",
        seen("unavailable", "throttled"),
    ),
    (
        "The program typed what I had given as: e-mail address.",
        one("typed", field="email"),
        "The program typed what I had given as: explanation.",
        one("typed", field="reason"),
    ),
    (
        "Logging in was left to me.",
        one("handed-over", task="login"),
        "The program typed what I had given as: name.",
        one("typed", field="name"),
    ),
    (
        "I said that the values read back from the form are right.",
        Story(SENT[:1]),
        "The form was there.",
        seen("form"),
    ),
    (
        "The button that sends was pressed in the window.",
        Story(SENT, "unknown", "no answer came"),
        "I said that the values read back from the form are right.",
        Story(SENT[:1]),
    ),
    (
        f"The form was sent with one request, to {FORM}/submit.",
        Story(SENT, "unknown", "no answer came"),
        f"The form was sent with one request, to {FORM}/else.",
        Story(
            (*SENT[:2], ("send.left", "tool", {**SENT[2][2], "address": f"{FORM}/else"})),
            "unknown",
            "no answer came",
        ),
    ),
    (
        "An answer to that request came, with status 200.",
        Story(ANSWERED, "sent"),
        "An answer to that request came, with status 500.",
        Story((*SENT, ("send.answered", "tool", {"status": 500})), "sent"),
    ),
    (
        "No answer to that request came: the line was cut.",
        Story((*SENT, ("send.failed", "tool", {"failure": "the line was cut"})), "unknown"),
        "No answer to that request came: timed out.",
        Story((*SENT, ("send.failed", "tool", {"failure": "timed out"})), "unknown"),
    ),
    (
        "The page then showed words of an objection received: “Thanks”.",
        answer(wording="Thanks", confirmed=True),
        "The page then showed words of an objection received: “Merci”.",
        answer(wording="Merci", confirmed=True),
    ),
    (
        "The page then showed words of a refusal: “Too short”.",
        answer(wording="Too short", confirmed=False),
        "The page then showed words of an objection received: “Too short”.",
        answer(wording="Too short", confirmed=True),
    ),
    (
        "I read the page's answer. It says that the objection was received.",
        Story((*ANSWERED, ("answer.read", "person", {"answer": "confirmed"})), "confirmed"),
        "I read the page's answer. It says no.",
        Story((*ANSWERED, ("answer.read", "person", {"answer": "refused"})), "refused"),
    ),
    (
        "I read the page's answer. It is not clear.",
        Story((*ANSWERED, ("answer.read", "person", {"answer": "unclear"})), "sent"),
        "I read the page's answer. It says no.",
        Story((*ANSWERED, ("answer.read", "person", {"answer": "refused"})), "refused"),
    ),
    (
        "Pages in between: 2.",
        one("friction", counts={"screens": 2, "logins": 0, "dead addresses": 0}),
        "Pages in between: 3.",
        one("friction", counts={"screens": 3, "logins": 0, "dead addresses": 0}),
    ),
    (
        "Times that I had to log in: 1.",
        one("friction", counts={"screens": 0, "logins": 1, "dead addresses": 0}),
        "Addresses without a form: 1.",
        one("friction", counts={"screens": 0, "logins": 0, "dead addresses": 1}),
    ),
    (
        "Pages that sent the browser on to another: 1.",
        one("network", documents=[{"address": FORM, "status": 302, "redirected": True}]),
        f"The address {FORM}9 answered with status 404, which means an error.",
        one("network", documents=[DEAD]),
    ),
    (
        f"The address {FORM}9 answered with status 404, which means an error.",
        one("network", documents=[DEAD]),
        f"The address {FORM}9 answered with status 500, which means an error.",
        one("network", documents=[{**DEAD, "status": 500}]),
    ),
    (
        "It ended without the form being sent: I stopped.",
        Story((), "stopped", "stopped by the person"),
        "It ended without the form being sent: the form is not offered in this region.",
        Story((), "unavailable", "other region"),
    ),
    (
        "It ended. Whether the form was received is not known: no answer came.",
        Story(SENT, "unknown", "no answer came"),
        "It ended without the form being sent: I stopped.",
        Story((), "stopped", "stopped by the person"),
    ),
)
"""What a line makes the dossier say; what it says when the line is another."""


def told(cases: Cases, story: Story) -> Path:
    """The case of a filing that logged *story*."""
    clock = cases.at("2026-11-23 14:05").clock
    case = new_case(cases.root, "facebook", False, clock)
    with Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock) as bundle:
        bundle.put("environment.json", environment({}))
        for name, who, data in story.events:
            bundle.event(name, who, **data)
        left = any(name == "send.left" for name, _who, _data in story.events)
        sent = (None if story.outcome == "unknown" else True) if left else False
        bundle.seal({"outcome": story.outcome, "reason": story.reason, "sent": sent})
    return case


@pytest.mark.parametrize("row", SHOWN, ids=[row[0][:40] for row in SHOWN])
def test_every_sentence_has_its_line(row: tuple[str, Story, str, Story], cases: Cases) -> None:
    """A line makes its sentence; another line makes another; without the line it is not said."""
    words, story, others, other = row
    case = told(cases, story)
    with_it, with_other = statements(case), statements(told(cases, other))
    without = statements(told(cases, NOTHING))

    assert words in with_it
    assert words not in with_other
    assert others in with_other
    if story != Story((), story.outcome, story.reason):
        assert words not in without
        (event,) = {line.event for line in _lines(with_it, words, case)}
        assert event in {name for name, _who, _data in story.events} | {"closed"}


def _lines(said: dict[str, str], words: str, case: Path) -> Iterator[Any]:
    bundle, _comma, number = said[words].partition(", ")
    log = case / bundle / "data/session.jsonl"
    yield from (line for line in read_log(log) if line.seq + 1 == int(number))


@pytest.mark.parametrize("language", letters.languages())
def test_who_played_the_person(language: str, cases: Cases) -> None:
    """What a stand-in did in practice is told under its name, and nobody else's is changed."""
    own = letters.texts(language)["dossier"]
    case = filing(cases.at("2026-11-23 14:05"), pictures=3, stand_in="willing")
    mine = filing(cases.at("2026-11-23 15:05"), pictures=3)
    for who, each in (("stand_in", case), ("person", mine)):
        made = compose(made_of(each), language)
        (facts,) = [part.rows for part in made.blocks if part.file == "facts"]
        said = {told for _number, _time, told, _who, _source in facts}
        whos = {by for _number, _time, _told, by, _source in facts}
        texts = [part.text for part in made.blocks]

        assert {own["who"]["tool"], own["who"][who]} == whos
        assert (who == "stand_in") == (own["stand_in"]["confirmed"] in said)
        assert (who == "stand_in") == (own["stand_in"]["handed"] in said)
        there = own["method"]["stand_in"].format(bundles="practice-01-filing") in texts
        assert (who == "stand_in") == there


def test_a_picture_has_its_line(cases: Cases) -> None:
    """A picture is an exhibit with the line that names it; without one the text says so."""

    def kept(shot: Shot) -> dict[str, str]:
        clock = cases.at("2026-11-23 14:05").clock
        case = new_case(cases.root, "facebook", False, clock)
        with Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock) as bundle:
            bundle.keep(shot)
            bundle.seal({"outcome": "stopped", "reason": None, "sent": False})
        return statements(case)

    png = picture(1)
    assert "A picture was kept: the empty form (exhibit 1)." in kept(
        Shot("the empty form", "T", FORM, png, "- x", ())
    )
    assert "The text was kept of: the empty form. There is no picture." in kept(
        Shot("the empty form", "T", FORM, None, "- x", ())
    )
    assert "No picture was kept of: the empty form." in kept(
        Shot("the empty form", "T", FORM, None, None, (), withheld="a login")
    )


def test_a_picture_is_called_by_what_came_after_it(cases: Cases) -> None:
    """The last form before the send is the one that was sent; the log keeps its titles."""
    titles = [captions.WILL_BE_SENT, captions.CHANGED, captions.CHANGED]
    clock = cases.at("2026-11-23 14:05").clock
    case = new_case(cases.root, "facebook", False, clock)
    with Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock) as bundle:
        for number, title in enumerate(titles):
            bundle.keep(Shot(title, "T", FORM, picture(number), "- x", ()))
        bundle.event("confirmed", "person")
        bundle.event("pressed", "person")
        bundle.event("send.left", address=FORM, names=["email"])
        bundle.keep(Shot("Meta's answer", "T", FORM, None, "- x", ()))
        bundle.seal({"outcome": "sent", "reason": None, "sent": True})
    made = in_english(case)
    headings = [part.text for part in made.blocks if part.kind == "exhibit"]

    assert [
        "A picture was kept: the form as filer had filled it in (exhibit 1).",
        "A picture was kept: the form as changed (exhibit 2).",
        "A picture was kept: the form as it was sent (exhibit 3).",
        "The text was kept of: the answer on the page. There is no picture.",
    ] == [sentence for sentence, _source in made.statements() if "was kept" in sentence]
    assert ["as filer had filled it in", "as changed", "as it was sent"] == [
        heading.partition("the form ")[2] for heading in headings
    ]
    assert titles == [exhibit.what for exhibit in made.exhibits]


def test_what_came_after_has_its_line(cases: Cases) -> None:
    """Mails, papers and notes are told with their lines; each by whose word it is."""
    case = whole(cases, practice=False, pictures=2)
    cases.say(case, "refused", on="2026-11-24", note="They called.")
    said = statements(case)

    assert (
        "02-mail, 8"
        == said[
            "A mail was added to the record. Its signature proves that it comes from "
            "facebookmail.com. It says: the objection was received."
        ]
    )
    assert (
        "03-mail, 8"
        == said[
            "A mail was added to the record. That Meta wrote it is not proven. It says: nothing "
            "clear about the objection."
        ]
    )
    assert said["I added a paper to the record."].startswith("06-paper, ")
    assert said["I noted: the objection covers further accounts too."].startswith("07-note, ")
    assert said["I noted: the objection is refused, on 24 November 2026."].startswith("08-note, ")


def test_a_broken_off_session(cases: Cases) -> None:
    """A session that broke off after the send is told so, and never as one that did not send."""
    case = cases.at("2026-11-23 14:05").filing("sent", crash="yes")
    recover(cases.root, cases.clock)
    made = made_of(case)
    said = dict(compose(made, "en").statements())

    assert "The session broke off. Its record ends there." in said
    assert [] == [words for words in said if "without the form being sent" in words]
    assert "with Meta's own form" in _brief(compose(made, "en"))["Objected"]


@pytest.mark.parametrize("pinned", [False, True])
def test_timestamps_have_their_lines(pinned: bool, authority: Authority, cases: Cases) -> None:
    """A timestamp is told with its authority and line, and whether its root was a known one."""
    clock = SystemClock()
    case = new_case(cases.root, "facebook", False, clock)
    asked = authorities.named([authority.url])
    stamps = Stamps(asked, read_roots(authority.root) if pinned else (), {}, clock)
    with Bundle.begin(
        case, "filing", flow="facebook", practice=False, clock=clock, stamps=stamps
    ) as bundle:
        bundle.stamp_and_wait("kept", 20)
        bundle.seal({"outcome": "stopped", "reason": None, "sent": False})
    made = in_english(case, at="2099-01-20 10:00")
    (told_of,) = {text for text, _source in made.statements() if "gave the log up to line" in text}

    assert f"The authority {asked[0].slug} gave the log up to line " in told_of
    assert ("was not checked" in told_of, "is a known one" in told_of) == (not pinned, pinned)
    missing = [text for text in sentences(made) if "No timestamp authority confirmed" in text]
    assert [] == missing


def test_all_facts_are_tried() -> None:
    """The stories above hold every kind of fact that a case can show."""
    english = letters.texts("en")
    sentences_of = english["facts"] | english["dossier"]["facts"]
    elsewhere = {
        *("kept", "kept_without", "withheld", "broke_off"),
        *("mail", "mail_proven", "paper", "note", "person_says", "person_says_when"),
        *("letter", "stamped", "stamped_unchecked", "counts"),
    }
    tried = " ".join(words for one_, _s, other, _o in SHOWN for words in (one_, other))

    def stands(pattern: str) -> bool:
        plain = re.split(r"\{\w+\}", pattern.removeprefix("{time}: ").rstrip("."))
        return all(piece.strip().casefold() in tried.casefold() for piece in plain)

    assert set() == {
        kind
        for kind, pattern in sentences_of.items()
        if kind not in elsewhere | FACTS_OF_LETTERS and not stands(pattern)
    }
    assert set(recorded.PLACES.values()) <= set(sentences_of)


@pytest.mark.parametrize("name", sorted({*ALL} - {"not sent, broke off"}))
def test_no_statement_without_its_source(name: str, cases: Cases) -> None:
    """In every state each source that is named exists: a bundle, and a line or a file in it."""
    ALL[name](cases)
    (case,) = cases.root.iterdir()
    if name == "confirmed, evidence broken":
        with pytest.raises(EvidenceBroken, match="check 7"):
            made_of(case, at="2027-01-20 10:00")
        return
    made = in_english(case, at="2027-01-20 10:00")
    sources = [source for _text, source in made.statements() if source]

    assert sources
    assert [] == [
        each for each in sources for part in each.split("; ") if not _is_there(case, part)
    ]


def _is_there(case: Path, source: str) -> bool:
    bundle, _comma, where = source.partition(", ")
    if where.isdigit():
        lines = list(read_log(case / bundle / "data/session.jsonl"))
        return 0 < int(where) <= len(lines)
    return (case / bundle / where).is_file()


# --------------------------------------------------------------------------- why, and in brief


def _brief(made: Dossier) -> dict[str, str]:
    (rows,) = [part.rows for part in made.blocks if part.kind == "rows" and part.text]
    return {row[0]: row[1] for row in rows}


WHY = {
    "not sent": ("not_sent", "the form was not sent", "no decision"),
    "not sent, already objected": ("unable", "the form was not sent", "no decision"),
    "not sent, a mail of another objection": ("not_sent", "was not sent", "no decision"),
    "unknown": ("unknown", "the form left my browser", "no decision"),
    "unknown, the month over": ("unknown", "the form left my browser", "no decision"),
    "unknown, turned out not sent": ("turned_out", "it was not sent after all", "no decision"),
    "sent": ("early", "the form left my browser 12 January 2027", "no decision"),
    "sent by letter": ("early", "on 4 January 2027, as I noted", "no decision"),
    "confirmed": ("early", "the form left my browser", "The page then showed words"),
    "confirmed, read by the person": ("early", "the form left my browser", "I read the page's"),
    "confirmed, extended": ("early", "the form left", "further months, as I noted"),
    "granted": ("granted", "the form left my browser", "the objection is honoured"),
    "granted, not signed": ("early", "the form left my browser", "no decision"),
    "refused by the page": ("not_taken", "the form left my browser", "words of a refusal"),
    "refused": ("refused", "the form left my browser", "the objection is refused, as I noted"),
    "unanswered": ("unanswered", "the form left my browser", "The page then showed words"),
    "complaint made": ("unanswered", "the form left my browser", "The page then showed words"),
    "complaint handed in": ("unanswered", "the form left my browser", "The page then showed"),
    "closed": ("granted", "the form left my browser", "the objection is honoured"),
    "practice": ("granted", "the form left my browser", "the objection is honoured"),
}


@pytest.mark.parametrize("name", WHY)
def test_why(name: str, cases: Cases) -> None:
    """In each state the dossier says why the person complains, and in brief how it stands."""
    ALL[name](cases)
    (case,) = cases.root.iterdir()
    matter = made_of(case, at="2027-01-20 10:00")
    brief = _brief(compose(matter, "en"))
    why, objected, answered = WHY[name]

    assert why == matter.why
    assert objected in brief["Objected"]
    assert answered in brief["Meta's answer"]


def test_the_month_in_brief(cases: Cases) -> None:
    """The end of the month is told, then that it is over, and neither once Meta decided."""
    case = cases.at("2026-11-25 14:05").filing("confirmed")
    before, after = (
        _brief(in_english(case, at=at)) for at in ("2026-12-28 10:00", "2026-12-29 10:00")
    )
    cases.at("2026-12-20 09:00").mail(case, REFUSED)
    decided = _brief(in_english(case, at="2026-12-29 10:00"))

    assert "ends on 28 December 2026" == before["Meta's time to answer"]
    assert "ended on 28 December 2026" == after["Meta's time to answer"]
    assert "does not run any more" in decided["Meta's time to answer"]


def test_whose_word_it_is(cases: Cases) -> None:
    """A refusal in Meta's mail is Meta's; one that only the person noted is told as such."""
    mailed = cases.at("2026-11-25 14:05").filing("confirmed")
    cases.at("2026-11-28 09:00").mail(mailed, REFUSED)
    noted = cases.at("2026-11-25 14:05").filing("confirmed")
    cases.at("2026-11-28 09:00").say(noted, "refused", on="2026-11-28", note="By mail.")
    one_, other = (in_english(each, at="2026-12-01 10:00").blocks[1] for each in (mailed, noted))

    assert ("Meta refuses my objection. I do not agree with that.", "02-mail, 8") == (
        one_.text,
        one_.source,
    )
    assert "Meta refuses my objection, as I noted." in other.text
    assert other.source.startswith("02-note, ")


def test_a_mail_that_proves_receipt(cases: Cases) -> None:
    """That nothing proves receipt is said only as long as no mail of Meta's proves it."""
    proves_nothing = "Nothing here proves"
    case = cases.at("2026-11-25 14:05").filing("sent")
    before = sentences(in_english(case, at="2026-11-26 10:00"))
    cases.at("2026-11-25 16:00").mail(case, GRANTED, signed_by_meta=False)
    unsigned = sentences(in_english(case, at="2026-11-26 10:00"))
    cases.at("2026-11-25 17:00").mail(case, GRANTED)
    after = sentences(in_english(case, at="2026-11-26 10:00"))

    assert [1, 1, 0] == [
        len([words for words in each if words.startswith(proves_nothing)])
        for each in (before, unsigned, after)
    ]


def test_an_odd_mail_counts_for_nothing(cases: Cases) -> None:
    """A mail about another objection is told and shown, and said to count for nothing."""
    ALL["not sent, a mail of another objection"](cases)
    (case,) = cases.root.iterdir()
    made = in_english(case, at="2027-01-20 10:00")

    assert "no decision" in _brief(made)["Meta's answer"]
    assert (
        "What 02-mail says does not fit with the rest, so nothing here rests on it."
        in sentences(made)
    )


# --------------------------------------------------------------------------- the law

ARTICLE = re.compile(r"[Aa]rticle|[Aa]rtikel|Verordening|Regulation|Verordnung|règlement")
NO_LAW = {
    # Of the person's own case, and of what is counted, not of the law.
    *("law.counted", "law.extended", "law.answered", "law.told", "law.sent"),
    *("why.refused", "why.refused_noted", "why.granted", "why.granted_noted", "why.unable"),
    *("why.not_sent", "why.turned_out", "why.unknown", "why.not_taken", "law.outside"),
}


@pytest.mark.parametrize("language", letters.languages())
@pytest.mark.parametrize("part", ["law", "asks", "why"])
def test_law_names_its_article(language: str, part: str) -> None:
    """Whatever the dossier says about the law, or asks under it, names the article."""
    said = dict(flat(letters.texts(language)["dossier"][part]))

    assert [] == [
        key
        for key, text in said.items()
        if f"{part}{key}" not in NO_LAW and not ARTICLE.search(text)
    ]


@pytest.mark.parametrize("language", letters.languages())
def test_each_law_sentence_names_its_article(language: str) -> None:
    """In the part on the law no sentence with a duty or a right stands without an article."""
    duty = re.compile(r"\b(must|may|moet|mag|muss|darf|kann|doit|peut|peux)\b", re.IGNORECASE)
    loose = []
    for key, text in flat(letters.texts(language)["dossier"]["law"]):
        binding = [each for each in re.split(r"(?<=\.)\s+", text) if duty.search(each)]
        # What stands before the sentence with the article is of the same article.
        if f"law{key}" not in NO_LAW and binding and not ARTICLE.search(binding[-1]):
            loose.append((key, binding[-1]))

    assert [] == loose


@pytest.mark.parametrize("to", ["ap", "dpc", "at", "ch", "gb"])
def test_who_leads(to: str, cases: Cases) -> None:
    """The lead authority is explained to one inside the one-stop shop, and to no other."""
    case = cases.at("2026-11-25 14:05").filing("confirmed")
    law = " ".join(sentences(in_english(case, at="2026-11-26 10:00", to=to)))
    own = letters.texts("en")["dossier"]["law"]
    wanted = {"ap": "lead", "at": "lead", "dpc": "lead_self", "ch": "outside", "gb": "outside"}[to]

    assert own[wanted] in law
    assert [] == [name for name in {"lead", "lead_self", "outside"} - {wanted} if own[name] in law]


# --------------------------------------------------------------------------- hostile text

NASTIER = (
    '"] #panic("x") }, "\\ \\u{41} ]] ``` */ // #end',
    "a\u0001b\u007f\u0085\u061c\u200f\u202e c",
    "a\u0301" * 200,
    "}}{{ {due} {name!r} %s {0} $HOME $(id)\n2. Name\n-----\nEve",
)


def hostile_case(cases: Cases, text: str) -> Path:
    """A case in which whatever can be text is *text*."""
    clock = cases.at("2026-11-23 14:05").clock
    case = new_case(cases.root, "facebook", False, clock)
    with Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock) as bundle:
        bundle.put("environment.json", environment({"browser": text}))
        bundle.event("address.tried", address=f"https://x.example/{text}", problem=text)
        bundle.event("page.seen", place="unavailable", address="", reason=text)
        bundle.event("typed", field=text)
        where = f"https://www.facebook.com/{text}"
        bundle.keep(Shot(text, text, where, None, None, (), withheld=text))
        fields = (
            Reading(text, "email", "email", text),
            Reading(text, "reason", "textarea", text),
        )
        bundle.keep(Shot(text, text, where, picture(1, (200, 100)), text, fields))
        for name, who, data in SENT[:2]:
            bundle.event(name, who, **data)
        bundle.event("send.left", method="POST", address=where, names=["email"])
        bundle.event("send.answered", status=200)
        bundle.event("answer.read", wording=text, confirmed=True)
        bundle.event("network", documents=[{"address": where, "status": 404}])
        bundle.seal({"outcome": "confirmed", "reason": text, "sent": True})
    line = " ".join(text.split())
    post(cases, case, a_mail(text, subject=line, more=f"Reply-To: {line}\r\n"))
    cases.say(case, "covers", note=text)
    return case


def given(text: str) -> Profile:
    """A person who gave *text* wherever something is asked."""
    names = ("name", "address", "email", "phone", "initials", "reason")
    return Profile({**dict.fromkeys(names, text), "address": f"{text}\n{text}", "country": "nl"})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, marks=[] if number in {0, 4, 7, 10} else pytest.mark.proof)
        for number, text in enumerate((*HOSTILE, *NASTIER))
    ],
    ids=lambda text: ascii(text[:12]),
)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_hostile_everywhere(text: str, language: str, cases: Cases, tmp_path: Path) -> None:
    """Whatever stands in whichever field comes out as typed, or by number, and harms nothing."""
    case = hostile_case(cases, text)
    matter = made_of(case, person=given(text))
    made = compose(matter, language)
    path = written(made, tmp_path)
    bare = "".join(read_out(path).split())
    wanted = "".join(pdf.fit(text, pdf.missing_glyphs(text)).split())

    assert path.read_bytes() == as_pdf(compose(matter, language))
    if not pdf.runs_right_to_left(text) and len(wanted) < 800:  # a page may end within
        assert bare.count(wanted) >= 20
    elif pdf.runs_right_to_left(text):
        assert {c for c in text if c.isalpha()} <= set(bare)
    answers = complaining.answers(matter, [made], given(text))
    acting = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert set() == {c for c in answers if unicodedata.category(c) in acting} - set(
        "\n\u200c\u200d"
    )
    assert "".join(complaining.block(text).split()) in "".join(answers.split())


@pytest.mark.parametrize(("to", "language"), [("ap", "nl"), ("dpc", "en")])
def test_answers_are_in_one_language(to: str, language: str, cases: Cases) -> None:
    """The text for the form is in the authority's language throughout, whichever filer speaks."""
    matter = made_of(cases.at("2026-11-25 14:05").filing("confirmed"), to=to)
    made = complaining.dossiers(matter)
    told = {complaining.answers(matter, made, ANNA)}
    for spoken in NAMES:
        with speaking(spoken):
            again = made_of(matter.recorded.case, to=to)
            told.add(complaining.answers(again, complaining.dossiers(again), ANNA))
    (text,) = told

    assert language == made[0].language
    assert (language == "en") == ("What do you want?" in text)
    assert (language == "en") == ("E-mail address" in text)


def test_answers_keep_their_shape(cases: Cases) -> None:
    """A value with line breaks makes no further question in the text for the form."""
    case = cases.at("2026-11-25 14:05").filing("confirmed")
    matter = made_of(case, at="2026-11-26 10:00")
    made = [compose(matter, "nl")]
    usual = complaining.answers(matter, made, ANNA)
    spoof = {**ANNA.values, "name": "Eve\n9. What do you want?\n" + "-" * 40, "phone": "1\n2. x"}
    other = complaining.answers(matter, made, Profile(spoof))

    def questions(text: str) -> Sequence[str]:
        lines = text.splitlines()
        return [a for a, b in itertools.pairwise(lines) if b == "-" * 40]

    assert questions(usual) == questions(other)
    for value in ("Anna Łukasiewicz", "1000 AA Amsterdam", "anna@example.org", "+31 6 12345678"):
        assert value in usual


def test_embedded_names_come_apart(cases: Cases) -> None:
    """No path in a case holds the two low lines that stand for a slash, so each goes back."""
    made = in_english(whole(cases))

    assert [] == [each.path for each in made.originals if "__" in f"{each.bundle}/{each.path}"]
    assert len(made.originals) == len({each.name.casefold() for each in made.originals})


# --------------------------------------------------------------------------- what is no source


def test_a_file_changed_behind_the_back(cases: Cases) -> None:
    """Evidence that was changed is no source: the check that failed is named."""
    case = whole(cases, pictures=2)
    shot = next((case / "practice-01-filing/data/shots").iterdir())
    shot.write_bytes(picture(7))

    with pytest.raises(EvidenceBroken, match=r"practice-01-filing is not in order: check \d+"):
        made_of(case)
    with pytest.raises(EvidenceBroken):
        read_case(case)
