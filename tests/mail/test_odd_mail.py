"""Odd mail: broken, empty, huge, forwarded, packed. It is read as far as it goes, never trusted."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filer.evidence import mime
from filer.evidence.mail import MailReading, open_mail, read, too_large
from filer.evidence.meanings import KINDS
from filer.evidence.mime import inside, looks_like_mail, split
from tests.mail.post import ANSWER, forwarded, key, mail, multipart, page, reading, signed

ODD: dict[str, bytes] = {
    "empty": b"",
    "a blank line": b"\r\n",
    "only blank lines": b"\n\n\n\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "a PDF": b"%PDF-1.7\r\n1 0 obj\r\n",
    "UTF-16": ANSWER.decode().encode("utf-16"),
    "text": b"We will honour your objection.",
    "text behind a blank line": b"\nWe will honour your objection.",
    "no sender": b"Subject: x\r\n\r\nWe will honour your objection.",
    "a continuation first": b" folded\r\nFrom: a@b.c\r\n\r\nx",
    "one colon": b":",
    "nulls": b"From: \x00\r\n\x00\r\n\r\n\x00",
    "carriage returns": ANSWER.replace(b"\r\n", b"\r"),
    "cut off in a header": ANSWER[:40],
    "cut off in the text": ANSWER[:-70],
    "eight bits": "From: Mëta <a@b.c>\r\nSübject: é\r\n\r\né".encode("latin-1"),
    "no boundary": b"From: a@b.c\r\nContent-Type: multipart/mixed\r\n\r\n--x\r\n\r\nHi",
    "empty boundary": b'From: a@b.c\r\nContent-Type: multipart/mixed; boundary=""\r\n\r\n--\r\nHi',
    "a boundary that never comes": multipart("mixed", b"")[:-20],
    "parts without end": b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    + b"--x\r\n" * 5000,
    "itself, nested": b"From: a@b.c\r\n"
    + b"".join(
        b"Content-Type: multipart/mixed; boundary=x%d\r\n\r\n--x%d\r\n" % (n, n) for n in range(60)
    ),
    "base64 that is none": b"From: a@b.c\r\nContent-Transfer-Encoding: base64\r\n\r\n=?!*A",
    "a type that is none": b'From: a@b.c\r\nContent-Type: /;=;;"\r\n\r\nHi',
    "a charset that is none": b"From: a@b.c\r\nContent-Type: text/plain; charset=nope\r\n\r\nHi",
    "a dangerous charset": b"From: a@b.c\r\nContent-Type: text/plain; charset=idna\r\n\r\n"
    + b"a" * 99999,
    "charset of headers": b"From: =?unicode_escape?q?=5Cu0041?= <a@b.c>\r\n\r\n",
    "an endless header": b"From: a@b.c\r\nX: " + b"y" * (300 << 10) + b"\r\n\r\nHi",
    "endless folding": b"From: a@b.c\r\nX: 1\r\n" + b" x\r\n" * 70_000 + b"\r\nHi",
    "encoded words without end": b"From: a@b.c\r\nSubject: " + b"=?x?q?" * 9000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_mail_is_read(name: str) -> None:
    """Odd bytes are read, nothing in them is proven, and they never mean a grant."""
    found = reading(ODD[name])

    assert ({}, None, False) == (found.proven(), found.root, found.body_proven)
    assert "unclear" == found.meaning.kind


def test_what_is_no_mail_says_so() -> None:
    """A file that is no mail is said to be none."""
    for name in ("empty", "a picture", "a PDF", "UTF-16", "text", "no sender"):
        assert any("does not look like a mail" in w for w in reading(ODD[name]).warnings), name


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", ["message/rfc822", "application/octet-stream"])
def test_forwarded_as_attachment(packed: bool, kind: str) -> None:
    """The attached mail counts; its exact bytes are taken out, and its signature verifies."""
    answer = signed(ANSWER)
    found = reading(forwarded(answer, packed=packed, kind=kind))

    assert found.attached is not None
    assert answer.rstrip() == found.attached.rstrip()
    assert (True, "granted") == (found.body_proven, found.meaning.kind)
    assert "Anna <anna@example.org>" not in found.proven().values()
    assert "anna@example.org>" in found.warnings[0]


def test_forwarded_with_the_line_ends_of_another_system() -> None:
    """An attached mail saved with the line ends of Linux verifies too."""
    found = reading(forwarded(signed(ANSWER)).replace(b"\r\n", b"\n"))

    assert found.body_proven


def test_forwarded_twice() -> None:
    """A mail attached to a mail attached to a mail is found."""
    found = reading(forwarded(forwarded(signed(ANSWER))))

    assert found.body_proven


def test_forwarded_and_changed() -> None:
    """A changed byte in the attached mail breaks it there too."""
    found = reading(forwarded(signed(ANSWER).replace(b"honour", b"honoor")))

    assert {} == found.proven()


def test_meta_signed_beats_what_else_is_attached() -> None:
    """Of several attached mails, the one that Meta signed counts, and the others are named."""
    fake = b"Content-Type: message/rfc822\r\n\r\n" + mail("We will honour your objection.")
    real = b"Content-Type: message/rfc822\r\n\r\n" + signed(ANSWER)
    found = reading(multipart("mixed", fake, real))

    assert found.root
    assert any("2 mails are attached" in warning for warning in found.warnings)


def test_what_hangs_on_a_mail_of_meta_does_not_count() -> None:
    """When Meta itself signed the outer mail, that one counts."""
    fake = b"Content-Type: message/rfc822\r\n\r\n" + mail("Your objection was declined.")
    text = b"Content-Type: text/plain\r\n\r\nWe will honour your objection."
    outer = signed(multipart("mixed", text, fake, head=ANSWER.partition(b"Content-Type")[0]))
    found = reading(outer)

    assert found.attached is None
    assert ("granted", True) == (found.meaning.kind, found.body_proven)


def test_a_report_of_a_mail_server() -> None:
    """A mail that bounced holds the person's own mail; that one is not the answer."""
    own = b"Content-Type: message/rfc822\r\n\r\n" + mail("I object.", sender="anna@example.org")
    said = b"Content-Type: text/plain\r\n\r\nYour mail could not be delivered."
    found = reading(multipart('report; report-type="delivery-status"', said, own))

    assert found.attached is None


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15", "windows-1252", "utf-16", "koi8-r"])
@pytest.mark.parametrize("packing", ["base64", "quoted-printable", "8bit"])
def test_charsets(charset: str, packing: str) -> None:
    """A text in any charset and packing is read."""
    import base64  # noqa: PLC0415 - one way of packing
    import quopri  # noqa: PLC0415 - the other

    text = "We will honour your objection.".encode(charset)
    packed = {
        "base64": base64.encodebytes(text),
        "quoted-printable": quopri.encodestring(text),
        "8bit": text,
    }[packing]
    head = f"From: a@facebook.com\r\nContent-Type: text/plain; charset={charset}\r\n"
    raw = f"{head}Content-Transfer-Encoding: {packing}\r\n\r\n".encode() + packed

    assert "granted" == reading(raw).meaning.kind


def test_a_charset_that_lies() -> None:
    """Text that does not fit its charset is read as well as it can be."""
    letter = "Otrzymaliśmy twój sprzeciw.".encode()
    head = b"From: a@facebook.com\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"

    assert "received" == reading(head + letter).meaning.kind


def test_headers_in_other_letters() -> None:
    """Encoded words in a proven header are shown decoded."""
    letter = ANSWER.replace(b"Your objection", b"=?utf-8?b?SmUgYmV6d2FhciDinJM=?=")

    assert "Je bezwaar ✓" == reading(signed(letter)).proven()["Subject"]


def test_a_file_among_the_text() -> None:
    """A text file that is attached is not the mail's own word."""
    text = b"Content-Type: text/plain\r\n\r\nHi"
    file = (
        b"Content-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment\r\n\r\n"
        b"We will honour your objection."
    )
    head = b"From: a@facebook.com\r\nMIME-Version: 1.0\r\n"

    assert "unclear" == reading(multipart("mixed", text, file, head=head)).meaning.kind


def test_a_huge_mail_is_not_taken_apart() -> None:
    """A mail beyond the limit shows its headers, proves nothing, and says so."""
    found = too_large(signed(ANSWER), mime.LARGEST_MAIL * 10)

    assert {} == found.proven()
    assert "400 MB" in found.warnings[0]
    assert "anna@example.org" in [h.value for h in found.headers]


def test_a_large_mail_is_read() -> None:
    """A mail of 30 MB is read and its signature verified."""
    picture = b"Content-Type: image/png\r\n\r\n" + (b"A" * 76 + b"\r\n") * 400_000
    text = b"Content-Type: text/plain\r\n\r\nWe will honour your objection."
    head = ANSWER.partition(b"Content-Type")[0]
    found = reading(signed(multipart("mixed", text, picture, head=head)))

    assert (True, "granted") == (found.body_proven, found.meaning.kind)


def test_what_a_mail_looks_like() -> None:
    """A file with the headers of a mail is taken for one, whatever it is called; others are not."""
    assert looks_like_mail(ANSWER)
    assert looks_like_mail(signed(ANSWER))
    assert not looks_like_mail(b"Dear Meta,\nFrom: now on\nI object.")
    assert not looks_like_mail(b"%PDF-1.7\n")


def _of(found: MailReading) -> set[tuple[str, str]]:
    """The proven headers as they are compared: a signature does not see case and blanks."""
    return {(h.name.lower(), re.sub(r"\s+", " ", h.value)) for h in found.headers if h.proven_by}


SIGNED_MAIL = signed(ANSWER, key(bits=1024))
IN_PARTS = signed(
    multipart(
        "alternative",
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nWe will honour your objection.",
        b"Content-Type: text/html\r\n\r\n<p>We will honour your objection.</p>",
        head=ANSWER.partition(b"Content-Type")[0],
    ),
    key(bits=1024),
)


@settings(deadline=None)  # machines are busy
@given(st.binary(max_size=2000))
def test_any_bytes(raw: bytes) -> None:
    """Any bytes are read, and nothing in them is proven."""
    found = reading(raw, key(bits=1024))

    assert set() == _of(found)
    assert found.meaning.kind in KINDS


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_mail(data: st.DataObject) -> None:
    """In a mail changed anywhere, what is proven is word for word what was signed."""
    original = data.draw(st.sampled_from([SIGNED_MAIL, IN_PARTS]))
    raw = bytearray(original)
    for _change in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw)))
        what = data.draw(st.sampled_from(["put in", "take out", "change", "double"]))
        some = data.draw(
            st.one_of(
                st.binary(min_size=1, max_size=3),
                st.sampled_from(
                    [b"\r\n", b"\n", b"\r", b"\r\n ", b"To: x\r\n", b"From: e@evil.example\r\n",
                     b"Subject: We will honour\r\n", b"\r\n\r\n", b"=?utf-8?q?x?=", b";", b":"]
                ),
            )
        )  # fmt: skip
        size = data.draw(st.integers(0, 20))
        if what == "put in":
            raw[at:at] = some
        elif what == "take out":
            del raw[at : at + size]
        elif what == "change":
            raw[at : at + len(some)] = some
        else:
            raw[at:at] = raw[at : at + size]
    found = reading(bytes(raw), key(bits=1024))
    honest = reading(original, key(bits=1024))

    assert _of(found) <= _of(honest)
    if found.body_proven:
        assert found.meaning == honest.meaning


@settings(deadline=None)  # machines are busy
@given(st.binary(max_size=400), st.sampled_from(["mixed", "alternative", "report", "signed"]))
def test_any_bytes_in_parts(raw: bytes, kind: str) -> None:
    """Any bytes as a part, or as an attached mail, are read."""
    for whole in (multipart(kind, raw, b"\r\n" + raw), forwarded(raw), forwarded(raw, packed=True)):
        found = read(open_mail(whole))

        assert {} == found.proven()


@settings(deadline=None)  # machines are busy
@given(st.binary(max_size=300), st.sampled_from([b"\r\n", b"\n"]))
def test_parts_come_back_as_they_were(content: bytes, end: bytes) -> None:
    """The bytes of a part are those that were put in, without the line's end before the mark."""
    inner = b"From: x@example.org" + end + end + content.replace(b"--", b"..").rstrip(b"\r")
    whole = b"From: a@b.c%sContent-Type: multipart/mixed; boundary=B%s%s" % (end, end, end)
    whole += b"--B%sContent-Type: message/rfc822%s%s%s%s--B--%s" % (end, end, end, inner, end, end)

    assert [inner] == inside(split(whole)).attached


def test_pages_and_texts_are_told_apart() -> None:
    """The visible text of HTML and the plain text are read separately."""
    found = inside(split(page("<p>seen</p>", "plain")))

    assert ("plain", "seen") == (found.plain.own.strip(), found.html.own.strip())
