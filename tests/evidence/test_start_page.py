"""The start page: what it says, what it never says, and that a strange bundle cannot act in it."""

from __future__ import annotations

import io
import json
import re
import struct
import zlib
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import Browser

from filer.evidence import authorities, layout
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.outer import stamp_seal
from filer.evidence.stamps import Stamps
from filer.evidence.startpage import start_page
from filer.evidence.tokens import read_roots
from filer.ports import Clock, Shot
from filer.words import NAMES
from tests.authority import Authority

Change = Callable[[list[dict[str, Any]]], None]


def picture(size: tuple[int, int] = (900, 1200)) -> bytes:
    """A PNG that is one."""
    out = io.BytesIO()
    Image.new("RGB", size, "beige").save(out, "PNG")
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that claims 60,000 by 60,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    rest = chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + rest


@pytest.fixture
def told(root: Path, clock: Clock, shot: Callable[..., Shot]) -> Callable[..., Path]:
    """A whole filing as a session logs it, sealed; then *change*, if any, is made in its log."""

    def make(
        change: Change | None = None, *, png: bytes | None = None, kind: str = "filing"
    ) -> Path:
        case = new_case(root, "facebook", False, clock)
        bundle = Bundle.begin(case, kind, flow="facebook", practice=False, clock=clock)
        bundle.put("environment.json", json.dumps({"time_zone": "CET +0100"}).encode())
        bundle.event("opened", browser="156")
        bundle.event("gate.armed", host="www.facebook.com", language="nl")
        for _number in range(12):
            bundle.event(
                "gate.refused",
                method="POST",
                address="https://www.facebook.com/ajax/bz",
                why="nothing may leave before the review",
            )
        bundle.keep(Shot(**{**shot().__dict__, "png": png or picture()}))
        form = json.loads(next((bundle.path / "data/form").iterdir()).read_text())
        rows = [[row["name"], row["label"], row["value"]] for row in form["fields"]]
        values = layout.sha256((form["salt"] + json.dumps(rows)).encode())
        bundle.event("confirmed", "person", hash=values, host="www.facebook.com")
        bundle.event("pressed", "person")
        bundle.event("send.left", address="https://www.facebook.com/ajax/help/", names=["email"])
        bundle.event("send.answered", status=200, date="Mon, 23 Nov 2026 12:00:00 GMT")
        bundle.event("answer.read", wording="we have received your objection", confirmed=True)
        bundle.event("something.new", colour="green")
        bundle.seal({"outcome": "confirmed", "reason": None, "confirmed_by": "page", "sent": True})
        if change:
            rewrite(bundle.path, change)
        return bundle.path

    return make


def rewrite(bundle: Path, change: Change) -> None:
    """Change the log's lines and close the chain again."""
    log = bundle / "data/session.jsonl"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    change(lines)
    prev, raw = layout.FIRST_PREV, b""
    for seq, line in enumerate(lines):
        row = json.dumps({**line, "seq": seq, "prev": prev}, separators=(",", ":")).encode() + b"\n"
        prev = layout.sha256(row)
        raw += row
    log.write_bytes(raw)


def without(*events: str) -> Change:
    """Take every line with one of *events* out."""

    def change(lines: list[dict[str, Any]]) -> None:
        lines[:] = [line for line in lines if line["event"] not in events]

    return change


def with_data(event: str, **data: object) -> Change:
    """Set *data* in every line with *event*."""

    def change(lines: list[dict[str, Any]]) -> None:
        for line in lines:
            if line["event"] == event:
                line["data"] |= data

    return change


class Page(HTMLParser):
    """A page taken apart: its tags, the text of each article, and what hangs on whom."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts = dict.fromkeys(NAMES, "")
        self._language = ""
        self.feed(raw.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag; an article says which language follows."""
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if tag == "article":
            self._language = found["id"]

    def handle_endtag(self, tag: str) -> None:
        """After an article no language follows."""
        if tag == "article":
            self._language = ""

    def handle_data(self, data: str) -> None:
        """Add text to its article."""
        if self._language:
            self.texts[self._language] += " ".join(data.split()) + " "

    @property
    def en(self) -> str:
        """The English text."""
        return " ".join(self.texts["en"].replace("\u2068", "").replace("\u2069", "").split())

    def values(self, *names: str) -> list[str]:
        """What these attributes hold, in every tag."""
        return [found[name] for _tag, found in self.tags for name in names if name in found]


def page(bundle: Path) -> Page:
    """The start page of *bundle*, taken apart; it must be the real one."""
    raw = start_page(bundle)
    assert b"could not be made" not in raw
    return Page(raw)


# --------------------------------------------------------------------------- what it says


def test_it_is_in_the_bundle(told: Callable[..., Path]) -> None:
    """`README.html` is written while sealing, and the seal covers it."""
    bundle = told()

    assert b"<!doctype html>" in (bundle / "README.html").read_bytes()
    assert "  README.html\n" in (bundle / "tagmanifest-sha256.txt").read_text()
    assert (bundle / "README.html").read_bytes() == start_page(bundle)


def test_it_tells_a_filing(told: Callable[..., Path]) -> None:
    """Who did what, when by both clocks, what left, what came, and the picture with its hash."""
    bundle = told()
    said = page(bundle)
    digest = layout.sha256(next((bundle / "data/shots").iterdir()).read_bytes())
    expected = [
        "Record of an objection to AI at Meta",
        "The form left this computer once, and an answer came.",
        "The page then said that the objection was received.",
        "2026-11-23 13:00:00 CET (UTC+01:00) = 2026-11-23 12:00:00 UTC",
        "The person said yes: these values may be sent to www.facebook.com.",
        "The person pressed the send button on the page.",
        "The form left the window: one request, to https://www.facebook.com/ajax/help/",
        "Exactly these values: the hash agrees.",
        "anna@example.org",
        "Requests: 12.",
        "12 × POST https://www.facebook.com/ajax/bz",
        "This is not proof that Meta received it.",
        "Event “something.new”. colour: green",
        f"{digest[:16]}…",
        "tagmanifest-sha256.txt",
    ]

    assert [] == [sentence for sentence in expected if sentence not in said.en]
    assert "data/shots/001-the-form-as-it-will-be-sent.png" in said.values("href")


def test_person_and_tool_are_told_apart_in_words(told: Callable[..., Path]) -> None:
    """Each step names who did it; no colour is needed to see it."""
    raw = start_page(told()).decode()
    steps = re.findall(r'<span class="who( person)?">(\w+)</span></div>', raw)

    assert {("", "filer"), (" person", "person")} <= set(steps)


def test_no_event_is_left_out(told: Callable[..., Path]) -> None:
    """Every line of the log is covered by a step that names its number."""
    bundle = told()
    numbers: set[int] = set()
    for first, _range, last in re.findall(
        r"\blines? (\d+)( to (\d+))?\b", " ".join(re.findall(r'number">([^<]+)', _english(bundle)))
    ):
        numbers |= set(range(int(first), int(last or first) + 1))
    lines = (bundle / "data/session.jsonl").read_text().splitlines()

    assert set(range(1, len(lines) + 1)) == numbers


def _english(bundle: Path) -> str:
    return start_page(bundle).decode().partition('<article id="en"')[2]


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ("confirmed", "The person said yes: these values may be sent"),
        ("pressed", "the person pressed the send button"),
        ("send.answered", "and an answer came"),
        ("answer.read", "The page then said that the objection was received."),
        ("captured", "filer took a picture"),
        ("gate.armed", "The form was on the host"),
        ("gate.refused", "filer held back"),
    ],
)
def test_no_line_no_claim(told: Callable[..., Path], event: str, sentence: str) -> None:
    """A sentence hangs on its line: where the line is missing, the sentence is too."""
    assert sentence in page(told()).en
    assert sentence not in page(told(without(event))).en


@pytest.mark.parametrize("outcome", ["confirmed", "sent", "refused", "unknown", "stopped", "won"])
def test_nothing_is_said_to_be_sent_without_its_line(
    told: Callable[..., Path], outcome: str
) -> None:
    """Whatever the log closes with: without `send.left` no sentence says that something left."""

    def change(lines: list[dict[str, Any]]) -> None:
        without("send.left", "send.answered", "answer.read", "pressed")(lines)
        with_data("closed", outcome=outcome, reason=None)(lines)

    said = page(told(change)).en
    claims = re.findall(r"form left (?:this computer|the window)|received your|was received", said)

    assert [] == claims


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (without("captured"), "There is no picture at all."),
        (without("confirmed"), "No line says that the person confirmed what was sent."),
        (without("send.answered"), "There is no answer to what was sent."),
        (without("closed"), "The log does not say how it ended."),
        (without("begun"), "The log has no first line that says what this is."),
        (with_data("confirmed", hash="0" * 64), "are not the ones that the person confirmed"),
        (with_data("closed", outcome="stopped"), "but a line in it says that the form left"),
        (without("none"), "Nobody was asked for a timestamp. Reason: the person was not asked."),
    ],
)
def test_what_is_missing_is_said(told: Callable[..., Path], change: Change, sentence: str) -> None:
    """What should be there and is not stands in the red box, in words."""
    assert sentence in page(told(change)).en


def test_withheld_and_withdrawn(begin: Callable[..., Bundle], shot: Callable[..., Shot]) -> None:
    """A picture that was not taken, and one that was taken out again, are named with the reason."""
    bundle = begin()
    bundle.keep(shot())
    bundle.withdraw("shots/001-the-form-as-it-will-be-sent.png", "it held a secret")
    blank = {"png": None, "aria": None, "fields": (), "withheld": "private page"}
    bundle.keep(Shot(**{**shot("meta-s-answer").__dict__, **blank}))
    bundle.seal({"outcome": "stopped", "reason": "stopped by the person", "sent": False})
    said = page(bundle.path).en

    assert "Nothing was sent." in said
    assert (
        "There is no picture of: Meta's answer. Reason: the page is private, and filer never "
        "pictures those." in said
    )
    assert "A picture was taken out again: data/shots/001-the-form-as-it-will-be-sent.png." in said
    assert "Reason: it held a secret." in said


def test_a_log_that_breaks(told: Callable[..., Path]) -> None:
    """A log is told up to where it breaks, and where that is is said."""
    bundle = told()
    log = bundle / "data/session.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:5]) + b'{"half": ')
    said = page(bundle).en

    assert "Line 6 of the log is not as filer writes it." in said
    assert "A browser window was opened" in said
    assert "The form left" not in said


def test_practice_is_loud(filed: Callable[..., Path]) -> None:
    """A practice says so before anything else, in every language, and claims no filing."""
    assert "left this computer" not in page(filed("unknown", practice=True)).en

    said = page(filed(practice=True))
    first = said.texts["en"][:60]

    assert "This is practice. Nothing in this folder was sent to Meta." in first
    assert len(NAMES) == sum(found.get("class") == "practice" for _tag, found in said.tags)
    assert "The form left this computer" not in said.en
    assert "Record of a practice: nothing was sent to Meta" in said.en


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("replay", "Record of a replay"),
        ("mail", "An e-mail that was added to this case"),
        ("note", "A note that was added to this case"),
        ("something", "Record of filer: something"),
    ],
)
def test_other_kinds(told: Callable[..., Path], kind: str, title: str) -> None:
    """Every kind of bundle has a page; where something was only added, no send is spoken of."""
    said = page(
        told(
            lambda lines: (
                without("send.left", "send.answered", "answer.read", "confirmed")(lines),
                with_data("closed", outcome="added")(lines),
                None,
            )[-1],
            kind=kind,
        )
    ).en

    assert title in said
    assert (kind in {"mail", "note"}) == ("“A robot sent it.”" not in said)


def test_interrupted(told: Callable[..., Path]) -> None:
    """A session that broke off says so, and that nobody knows whether the form was received."""

    def change(lines: list[dict[str, Any]]) -> None:
        without("send.answered", "answer.read")(lines)
        lines.insert(
            -1,
            lines[-1]
            | {
                "event": "recovered",
                "data": {"torn": {"path": "session.jsonl.torn-1"}, "files": []},
            },
        )
        with_data("closed", outcome="interrupted", reason=None, sent=None)(lines)

    said = page(told(change)).en

    assert "The session broke off before its end." in said
    assert "Before that the form had left, or may have left, once. No answer was seen." in said
    assert "It is kept in data/session.jsonl.torn-1." in said


# --------------------------------------------------------------------------- timestamps


@pytest.fixture
def stamped(
    root: Path, clock: Clock, shot: Callable[..., Shot], authority: Authority
) -> Callable[..., Path]:
    """A filing with a real timestamp before and after the send; the root *pinned* or not."""

    def make(*, pinned: bool = True) -> Path:
        roots = read_roots(authority.root) if pinned else ()
        stamps = Stamps(authorities.named([authority.url]), roots, {}, clock)
        case = new_case(root, "facebook", False, clock)
        bundle = Bundle.begin(
            case, "filing", flow="facebook", practice=False, clock=clock, stamps=stamps
        )
        bundle.keep(shot())
        bundle.event("confirmed", "person")
        _stamp(bundle, stamps, "before-send")
        bundle.event("send.left")
        _stamp(bundle, stamps, "after-send")
        bundle.seal({"outcome": "unknown", "reason": None, "sent": None})
        stamp_seal(bundle.path, stamps)
        return bundle.path

    return make


def _stamp(bundle: Bundle, stamps: Stamps, moment: str) -> None:
    bundle.stamp(moment)
    stamps.wait(10)
    assert bundle.stamped()


def test_timestamps_say_who_and_when(stamped: Callable[..., Path]) -> None:
    """The send stands between two times by the authority's clock; each token is linked."""
    bundle = stamped()
    said = page(bundle)
    log = (bundle / "data/session.jsonl").read_text().splitlines()
    logged = [json.loads(line) for line in log]
    tokens = [line["data"] for line in logged if line["event"] == "timestamped"]
    who = tokens[0]["authority"]

    assert 2 == len(tokens)
    for token, word in zip(tokens, ("after", "before"), strict=True):
        when = token["gen_time"].replace("T", " ").replace("Z", " UTC")
        sentence = f"that the form left was written {word} {when}, by the clock of {who}"
        assert sentence in said.en
        assert token["token"] in said.values("href")
        assert f"lines 1 to {token['lines']}" in said.en
    assert "root known before" in said.en
    assert "unchecked" not in said.en
    assert f"openssl ts -verify -data /dev/stdin -in {tokens[0]['token']}" in said.en


def test_an_unchecked_root_is_called_so(stamped: Callable[..., Path]) -> None:
    """A root that filer did not know is named unchecked, in the red box and beside every claim."""
    said = page(stamped(pinned=False)).en

    assert "is unchecked: it came with the answer" in said
    assert "root known before" not in said
    assert len(re.findall(r"by the clock of \S+ \(root unchecked\)", said)) >= 2


@pytest.mark.parametrize("harm", ["missing", "changed"])
def test_a_token_that_is_not_there(stamped: Callable[..., Path], harm: str) -> None:
    """A token that is gone or another one makes no claim and is named in red."""
    bundle = stamped()
    for token in bundle.glob("timestamps/*.tsr"):
        token.unlink() if harm == "missing" else token.write_bytes(b"x")
    said = page(bundle).en
    word = "is not there" if harm == "missing" else "is not the one that the log names"

    assert f"A timestamp that the log names {word}" in said or f"A timestamp {word}" in said
    assert not re.search(r"was written (after|before)", said)
    assert "openssl ts -verify" not in said


def test_a_timestamp_that_failed(told: Callable[..., Path]) -> None:
    """A timestamp that was asked for and did not come is named in red, with the reason."""
    facts = {"moment": "before-send", "authority": "slow", "why": "no answer in time", "kept": None}

    def change(lines: list[dict[str, Any]]) -> None:
        lines[1] |= {"event": "timestamp.failed", "data": facts}

    assert (
        "A timestamp did not come. Moment: before the send. Authority: slow. "
        "Why: no answer in time." in page(told(change)).en
    )


# --------------------------------------------------------------------------- what was added


@pytest.fixture
def added(root: Path, clock: Clock) -> Callable[..., Path]:
    """A bundle with an e-mail, of which filer found out *facts*, and a note of the person's."""

    def make(mail: bytes = b"From: a\r\n\r\nHello", **facts: object) -> Path:
        read = {
            "meaning": "granted",
            "meaning_by": "tool",
            "proven_by": "facebookmail.com",
            "from_meta": True,
            "text_proven": True,
            "proven": [["From", "Meta <a@facebookmail.com>"], ["To", "anna@example.org"]],
            "not_proven": [["Reply-To", "someone@example.com"], ["DKIM-Signature", "v=1"]],
            "warnings": [],
            **facts,
        }
        signature = {"d": "facebookmail.com", "s": "k1", "ok": read["proven_by"] is not None}
        case = new_case(root, "facebook", False, clock)
        bundle = Bundle.begin(case, "mail", flow="facebook", practice=False, clock=clock)
        bundle.put("mail/0001.eml", mail)
        bundle.put("mail/0001.json", json.dumps(read).encode())
        bundle.put("mail/0001.dkim.json", json.dumps({"signatures": [signature]}).encode())
        bundle.put("note.txt", b"It came on Tuesday.\n")
        bundle.event("mail.added", "person")
        bundle.event("mail.read", meaning=read["meaning"], proven_by=read["proven_by"])
        bundle.seal({"outcome": "added", "reason": None, "sent": False})
        return bundle.path

    return make


def test_a_signed_mail(added: Callable[..., Path]) -> None:
    """Who signed, which headers that proves and which not, what it means, and the person's note."""
    said = page(added()).en
    expected = [
        "A right signature of facebookmail.com covers the headers called proven.",
        "That is one of Meta's domains. The text is covered too.",
        "What it seems to mean, by its words: the objection is honoured.",
        "From Meta <a@facebookmail.com> Proven",
        "To anna@example.org Proven",
        "Reply-To someone@example.com Not proven",
        "Signature of facebookmail.com (key k1): right.",
        "It came on Tuesday.",
        "“The e-mail is forged.”",
    ]

    assert [] == [sentence for sentence in expected if sentence not in said]
    assert "Nothing was sent." in said
    assert "There is no picture" not in said


def test_the_text_of_a_mail(added: Callable[..., Path]) -> None:
    """The page shows what the mail says, with whose word it is, and what it only quotes."""
    mail = b"From: a\r\n\r\nWe will honour your objection.\r\n\r\nBye\r\n\r\n> I object.\r\n"
    proven, claimed = page(added(mail)).en, page(added(mail, text_proven=False)).en

    for said in (proven, claimed):
        assert "We will honour your objection. Bye" in said
        assert "What it quotes from another e-mail > I object." in said
    assert "facebookmail.com says this: its signature covers the text." in proven
    assert "No right signature covers this text: anybody can have written it." in claimed
    assert "says this" not in claimed


BOTH = (
    b"From: a\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\n"
    b"Content-Type: text/plain\r\n\r\nWe say yes.\r\n--x\r\nContent-Type: text/html\r\n\r\n"
    b"<p>We say <b>no</b>.</p>\r\n--x--\r\n"
)


@pytest.mark.parametrize(
    ("mail", "there", "absent"),
    [
        pytest.param(
            b"From: a\r\nContent-Type: text/html\r\n\r\n<p>Hello<script>alert(1)</script></p>"
            b'<p style="display:none">Hidden</p>&lt;img src=x&gt;',
            ("Hello", "<img src=x>", "taken out of HTML"),
            ("alert(1)", "Hidden"),
            id="HTML",
        ),
        pytest.param(BOTH, ("We say yes.", "reads otherwise"), ("We say no",), id="two versions"),
        pytest.param(
            BOTH.replace(b"no", b"yes"), ("We say yes.",), ("reads otherwise",), id="one text"
        ),
        pytest.param(
            b"From: a\r\n\r\n" + b"x" * 30_000, ("… [+10000]",), ("x" * 20_001,), id="long"
        ),
        pytest.param(b"From: a\r\n\r\n" + b" " * 3_000_000, ("cannot be shown",), (), id="costly"),
        pytest.param(b"\xef\xbb\xbf\r\nFrom: a\r\n\r\nHello", ("Hello",), (), id="a mark in front"),
    ],
)
def test_texts_of_all_kinds(
    added: Callable[..., Path], mail: bytes, there: tuple[str, ...], absent: tuple[str, ...]
) -> None:
    """HTML is read as text and cannot act, what is hidden is left out, and length has an end."""
    said = page(added(mail))

    assert [] == [words for words in there if words not in said.en]
    assert [] == [words for words in absent if words in said.en]
    assert set() == {tag for tag, _found in said.tags} & {"script", "img"}


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"proven_by": None, "from_meta": False}, "No right signature proves who sent this e-mail"),
        ({"text_proven": False}, "it does not prove the text."),
        (
            {"proven_by": "example.com", "from_meta": False},
            "example.com is none of Meta's domains.",
        ),
        ({"from_meta": False}, "That Meta wrote it is not proven."),
        ({"meaning_by": "person"}, "What it means, as the person says: the objection is honoured."),
        ({"warnings": ["It looks like another sender."]}, "It looks like another sender."),
    ],
)
def test_what_a_mail_does_not_prove(
    added: Callable[..., Path], facts: dict[str, Any], sentence: str
) -> None:
    """What is not proven is said beside what the mail seems to say; nothing hides behind it."""
    said = page(added(**facts)).en

    assert sentence in said
    assert (facts.get("proven_by", "x") is not None) == ("A right signature of" in said)


# --------------------------------------------------------------------------- nothing acts in it


def _is_inside(reference: str) -> bool:
    return reference.startswith(("#", "data:image/jpeg;base64,")) or layout.is_safe(reference)


def test_nothing_from_outside_and_no_script(told: Callable[..., Path]) -> None:
    """No script, no form, no frame; every link stays in the folder; a strict policy on top."""
    said = page(told())
    tags = {tag for tag, _found in said.tags}
    policy = next(f for t, f in said.tags if f.get("http-equiv") == "Content-Security-Policy")
    attributes = {name for _tag, found in said.tags for name in found}

    assert set() == tags & {"script", "iframe", "object", "embed", "form", "input", "base", "link"}
    assert [] == [name for name in attributes if name.startswith("on") or name == "style"]
    assert [] == [r for r in said.values("href", "src") if not _is_inside(r)]
    assert policy["content"].startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert b"url(" not in start_page(told())


def test_the_same_bytes_each_time(told: Callable[..., Path]) -> None:
    """The same bundle gives the same page."""
    bundle = told()

    assert start_page(bundle) == start_page(bundle)


def test_the_page_of_ones_own_language_changes_nothing(told: Callable[..., Path]) -> None:
    """Every language is there whichever one filer speaks."""
    from filer.words import speak  # noqa: PLC0415 - only this test speaks another language

    bundle = told()
    english = start_page(bundle)
    speak("nl")
    dutch = start_page(bundle)
    speak("en")

    assert english == dutch
    assert b'<article id="nl" lang="nl">' in english
    assert b'<article id="en" lang="en">' in english
    assert b'<article id="de" lang="de">' in english
    assert b'<article id="fr" lang="fr">' in english


HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>\"'>",
    "template": "{{ 7 * 7 }}{% raw %}",
    "right to left": "\u202egnp.exe \u2067 \u05d0\u05d1",
    "control": "a\x00b\x1b[31mc\x7f\u2028",
    "long": "A" * (1 << 19),
    "percent": "%(name)s %s %",
    "surrogate": "\ud800 \udfff",
    "script address": "javascript:alert(1)",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_stranger_in_every_place(told: Callable[..., Path], text: str) -> None:
    """Whatever text stands in whatever place, it is only shown, made harmless and cut out loud."""

    def change(lines: list[dict[str, Any]]) -> None:
        for line in lines:
            line["data"] = _replaced(line["data"], text)
            if line["event"] == "something.new":
                line["event"] = text[:1000]

    bundle = told()
    form = next((bundle / "data/form").iterdir())
    form.write_text(json.dumps(_replaced(json.loads(form.read_text()), text)))
    (bundle / "data/environment.json").write_text(json.dumps({"time_zone": text, "versions": text}))
    rewrite(bundle, change)
    raw = start_page(bundle)
    said = page(bundle)

    assert set() == {t for t, _f in said.tags} & {"script", "iframe", "object"}
    assert [] == [n for _t, f in said.tags for n in f if n.startswith("on")]
    assert [] == [r for r in said.values("href", "src") if not _is_inside(r)]
    assert not any(c in raw.decode() for c in "\x00\x1b\u202e\u2028\u2067")
    assert "49{%" not in said.en
    assert len(raw) < 600_000


def _replaced(value: object, text: str) -> Any:
    match value:
        case str():
            return text
        case dict():
            return {key: _replaced(item, text) for key, item in value.items()}
        case list():
            return [_replaced(item, text) for item in value]
    return value


@pytest.mark.parametrize(
    "png",
    [b"", b"\x89PNG\r\n\x1a\n", b"not a picture", picture()[:200], bomb(), b"\x00" * 5000],
    ids=["empty", "head", "text", "cut", "bomb", "zeros"],
)
def test_a_picture_that_is_none(told: Callable[..., Path], png: bytes) -> None:
    """Bytes that are no picture, or claim to be an enormous one, are said not to be shown."""
    said = page(told(png=png or b"\n"))

    assert "This picture cannot be shown here." in said.en
    assert [] == [s for s in said.values("src") if s.startswith("data:")]


def test_a_picture_that_was_exchanged(told: Callable[..., Path]) -> None:
    """A picture whose hash is not the one in the log is not shown at all."""
    bundle = told()
    next((bundle / "data/shots").iterdir()).write_bytes(picture((10, 10)))
    said = page(bundle)

    assert "This picture is not the one that the log names." in said.en
    assert [] == said.values("src")


def test_a_thumbnail_is_small(told: Callable[..., Path]) -> None:
    """A long capture becomes a small picture that keeps its shape."""
    said = page(told(png=picture((1280, 5000))))
    image = next(found for tag, found in said.tags if tag == "img")

    assert (215, 840) == (int(image["width"]), int(image["height"]))
    assert "Picture: the form as it was sent. Taken at " in str(said.values("alt"))


def test_a_long_log_is_cut_out_loud(told: Callable[..., Path]) -> None:
    """Of a log of many lines the page shows a part, says which, and keeps how it ended."""

    def change(lines: list[dict[str, Any]]) -> None:
        lines[2:2] = [dict(lines[2], event="page.seen", data={"place": "form"})] * 4000

    said = page(told(change)).en

    assert re.search(r"Lines 1501 to \d{4} are not on this page\. They are in the log\.", said)
    assert "The page then said that the objection was received." in said


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "path sha256 size file files name why address field fields hash lines gen_time "
                "token torn outcome reason wording hosts documents counts authorities".split()
            )
            | st.text(max_size=5),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.lists(st.dictionaries(st.text(max_size=8), JSON, max_size=5), max_size=3), odd=JSON)
def test_odd_logs_raise_nothing(
    told: Callable[..., Path], data: list[Mapping[str, Any]], odd: object
) -> None:
    """No log and no file, however odd, keeps the page from being made."""
    bundle = told(png=picture((10, 10)))
    lines = (bundle / "data/session.jsonl").read_text().splitlines()
    names = sorted({json.loads(line)["event"] for line in lines})

    def change(lines: list[dict[str, Any]]) -> None:
        for line in lines:
            line["data"] = dict.fromkeys(line["data"], odd)
        for number, facts in enumerate(data):
            event = names[number % len(names)]
            lines.append(dict(lines[-1], event=event, data=dict(facts)))

    rewrite(bundle, change)
    for file in ("environment.json", "practice.json", "flow/facebook.json"):
        (bundle / "data" / file).parent.mkdir(exist_ok=True)
        (bundle / "data" / file).write_text(json.dumps(odd))
    next((bundle / "data/form").iterdir()).write_text(json.dumps({"fields": odd, "salt": odd}))

    assert b'<article id="en" lang="en">' in page_bytes(bundle)


def page_bytes(bundle: Path) -> bytes:
    """The page's bytes; it must be the real one."""
    raw = start_page(bundle)
    assert b"could not be made" not in raw
    return raw


# --------------------------------------------------------------------------- for every eye


@pytest.fixture
def seen(browser: Browser) -> Callable[..., tuple[Any, int]]:
    """What axe finds on a page in a browser, and by how many pixels it is too wide."""

    def look(path: Path, *, width: int, scheme: Any) -> tuple[Any, int]:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
        )
        try:
            shown = context.new_page()
            shown.goto(path.as_uri())
            found = Axe().run(shown)
            wide = shown.evaluate("document.documentElement.scrollWidth - innerWidth")
            return found, wide
        finally:
            context.close()

    return look


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (360, "light"),
        (1280, "dark"),
        pytest.param(360, "dark", marks=pytest.mark.proof),
        pytest.param(1280, "light", marks=pytest.mark.proof),
    ],
)
def test_axe_finds_nothing(
    told: Callable[..., Path], seen: Callable[..., tuple[Any, int]], width: int, scheme: str
) -> None:
    """axe finds nothing wrong, light and dark, wide and narrow; nothing sticks out of the page."""

    def change(lines: list[dict[str, Any]]) -> None:
        with_data("send.left", address="https://www.facebook.com/" + "a" * 250)(lines)
        with_data("confirmed", hash="0" * 64)(lines)

    bundle = told(change)
    file = bundle / "README.html"
    file.write_bytes(start_page(bundle))
    found, too_wide = seen(file, width=width, scheme=scheme)

    assert 0 == found.violations_count, found.generate_report()
    assert too_wide <= 0


def test_axe_would_find_something(
    told: Callable[..., Path], seen: Callable[..., tuple[Any, int]], tmp_path: Path
) -> None:
    """axe does look: grey on grey and a picture without words are found in the same page."""
    raw = start_page(told()).decode()
    planted = raw.replace("</main>", '<img src="data:,"><p style="color:#999">pale</p></main>')
    file = tmp_path / "planted.html"
    file.write_text(re.sub(r"<meta http-equiv[^>]*>", "", planted), encoding="utf-8")
    found, _wide = seen(file, width=1280, scheme="light")

    assert {"image-alt", "color-contrast"} <= {v["id"] for v in found.response["violations"]}


def test_the_browser_obeys_the_policy(
    told: Callable[..., Path], browser: Browser, tmp_path: Path
) -> None:
    """The style passes the page's own policy; a script that got in would not run."""
    raw = start_page(told()).decode()
    file = tmp_path / "README.html"
    file.write_text(raw.replace("</main>", "<script>document.title = 'ran'</script></main>"))
    context = browser.new_context()
    try:
        shown = context.new_page()
        complaints: list[str] = []
        shown.on("console", lambda message: complaints.append(message.text))
        shown.goto(file.as_uri())
        width = shown.evaluate("getComputedStyle(document.body).maxWidth")

        assert "ran" != shown.title()
        assert "992px" == width
        assert 1 == len(complaints)
        assert "script" in complaints[0].lower()
    finally:
        context.close()


def test_a_language_of_ones_own(told: Callable[..., Path], browser: Browser) -> None:
    """One language stands alone: the one chosen on top, else the one filer spoke to the person."""
    bundle = told()
    (bundle / "data/environment.json").write_text(json.dumps({"speaks": "de"}))
    (bundle / "README.html").write_bytes(start_page(bundle))
    context = browser.new_context()
    try:
        shown = context.new_page()
        visible = {}
        for choice in ("", "#en", "#nl", "#fr-steps"):
            shown.goto("about:blank")
            shown.goto((bundle / "README.html").as_uri() + choice)
            visible[choice] = [code for code in NAMES if shown.locator(f"#{code}").is_visible()]
    finally:
        context.close()

    assert {
        "": ["de"],
        "#en": ["en"],
        "#nl": ["nl"],
        "#fr-steps": ["fr"],
    } == visible


def test_times_without_a_zone(told: Callable[..., Path]) -> None:
    """Where no time zone was kept, or an impossible one, times are in UTC and called so."""
    bundle = told()
    for zone in (None, "X +9900", 7, "+"):
        (bundle / "data/environment.json").write_text(json.dumps({"time_zone": zone}))

        assert "2026-11-23 12:00:00 UTC" in page(bundle).en
