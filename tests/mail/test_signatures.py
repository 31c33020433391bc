"""Signatures: what verifies, what does not, and what alone is called proven."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from filer.evidence.mail import MailReading, open_mail, read, wanted
from filer.evidence.mime import too_costly
from filer.evidence.signatures import KeyRecord, candidates_for, key_size, metas
from tests.mail.post import ANSWER, SIGNED, Key, key, mail, multipart, reading, signed


def is_proven(found: MailReading) -> bool:
    """Whether anything at all in it is proven."""
    return bool(found.proven()) or found.body_proven or found.root is not None


@pytest.mark.parametrize("bits", [1024, 2048])
@pytest.mark.parametrize(
    "how", [(b"relaxed", b"simple"), (b"simple", b"simple"), (b"relaxed",) * 2]
)
def test_a_signed_mail_verifies(bits: int, how: tuple[bytes, bytes]) -> None:
    """A mail signed at Meta is proven: the signed headers, the text, and by whom."""
    found = reading(signed(ANSWER, key(bits=bits), how=how), key(bits=bits))

    assert ("facebookmail.com", "facebookmail.com", True) == (
        found.proven_by,
        found.root,
        found.body_proven,
    )
    assert set(SIGNED) == set(found.proven())
    assert "anna@example.org" == found.proven()["To"]
    assert ["DKIM-Signature", "Message-ID"] == [h.name for h in found.unproven()]
    (signature,) = found.signatures
    assert (True, True, bits, "dns") == (
        signature.ok,
        signature.aligned,
        signature.key_bits,
        signature.key_from,
    )
    assert ("short" in signature.note) is (bits == 1024)


CHANGES = {
    "a signed header": (b"To: anna@", b"To: hanna@"),
    "the sender": (b"notification@facebookmail.com", b"notifications@facebookmail.com"),
    "one byte of the text": (b"We will honour", b"We will honouR"),
    "a byte more": (b"going forward.", b"going forward. "),
    "the subject": (b"Your objection", b"Your Objection"),
    "the date": (b"23 Nov 2026 12:00:00", b"23 Nov 2026 12:00:01"),
    "how the text is read": (b"charset=utf-8", b"charset=utf-7"),
    "the domain": (b"d=facebookmail.com", b"d=facebook.com"),
    "whom it signs for": (b"i=@facebookmail.com", b"i=@x.facebookmail.com"),
    "how it is signed": (b"c=relaxed/simple", b"c=relaxed/relaxed"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_one_change_breaks_it(change: str) -> None:
    """The same mail with one signed byte changed proves nothing, and is read all the same."""
    old, new = CHANGES[change]
    raw = signed(ANSWER)
    assert old in raw
    found = reading(raw.replace(old, new), key(), replace(key(), domain="facebook.com"))

    assert not is_proven(found)
    assert [False] == [s.ok for s in found.signatures]
    assert found.signatures[0].why
    assert len(found.headers) == 8


def test_another_key_breaks_it() -> None:
    """The same mail with another key at that name proves nothing, and the reason is said."""
    found = reading(signed(ANSWER), replace(key(), record=key(number=1).record))

    assert not is_proven(found)
    assert "another key" in found.signatures[0].why


def test_an_unsigned_mail_is_read_and_unproven() -> None:
    """An unsigned mail has no proven header, and its words are still recognised."""
    found = reading(ANSWER)

    assert not is_proven(found)
    assert () == found.signatures
    assert 7 == len(found.unproven())
    assert "granted" == found.meaning.kind


def test_line_ends_of_another_system() -> None:
    """A mail saved with the line ends of Linux verifies as it came."""
    found = reading(signed(ANSWER).replace(b"\r\n", b"\n"))

    assert found.body_proven
    assert "granted" == found.meaning.kind


@pytest.mark.parametrize("name", ["Subject", "To", "Date", "Content-Type"])
def test_a_second_header_on_top_is_not_proven(name: str) -> None:
    """A header put on top of the signed one is called out and not proven; the signed one is."""
    found = reading(f"{name}: something else\r\n".encode() + signed(ANSWER))

    assert "something else" not in found.proven().values()
    assert [None] == [h.proven_by for h in found.headers if h.value == "something else"]
    assert any(f"{name} stands there 2 times" in warning for warning in found.warnings)
    assert found.body_proven  # the text is read by the signed Content-Type, not by the first


def test_a_second_sender_breaks_it() -> None:
    """With a second From nothing is proven, wherever it stands, and it is called out."""
    raw = signed(ANSWER)
    below = raw.replace(b"To: anna", b"From: Evil <e@evil.example>\r\nTo: anna")
    for forged in (b"From: Evil <e@evil.example>\r\n" + raw, below):
        found = reading(forged)

        assert not is_proven(found)
        assert any("From stands there 2 times" in warning for warning in found.warnings)


def test_a_header_signed_twice_covers_the_one_above() -> None:
    """A name listed twice covers the last two headers of that name, from the bottom."""
    twice = ANSWER.replace(b"Subject:", b"X-Note: one\r\nX-Note: two\r\nSubject:")
    raw = b"X-Note: zero\r\n" + signed(twice, headers=[*SIGNED, "X-Note", "X-Note"])
    found = reading(raw)

    notes = [(h.value, h.proven_by) for h in found.headers if h.name == "X-Note"]
    assert [("zero", None), ("one", "facebookmail.com"), ("two", "facebookmail.com")] == notes


def test_a_text_signed_in_part_is_not_proven() -> None:
    """With l= only the headers are proven, also when nothing was added to the text."""
    raw = signed(ANSWER, length=True)
    for whole in (raw, raw + b"We will not honour anything.\r\n"):
        found = reading(whole)

        assert found.root == "facebookmail.com"
        assert not found.body_proven
        assert found.signatures[0].partial
        assert any("only a first piece" in warning for warning in found.warnings)


@pytest.mark.parametrize("encoding", [b"base64", b"quoted-printable"])
def test_who_can_change_how_the_text_is_read_can_change_the_text(encoding: bytes) -> None:
    """Where the type or a packing of the text is not signed, the text is not proven."""
    without = reading(signed(ANSWER, headers=["From", "To", "Subject"]))
    packed = ANSWER.replace(
        b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n", 1
    )

    assert (True, False) == (without.root is not None, without.body_proven)
    assert (True, False) == ((found := reading(signed(packed))).root is not None, found.body_proven)
    harmless = packed.replace(encoding, b"8bit")
    assert reading(signed(harmless)).body_proven


def test_an_unsigned_subject_has_no_say() -> None:
    """A real newsletter of Meta with a subject of somebody else's does not become an answer."""
    news = mail("Look what is new.", subject="We will honour your objection")
    found = reading(signed(news, headers=["From", "To", "Content-Type"]))

    assert found.body_proven
    assert "unclear" == found.meaning.kind


def test_who_signs_must_be_where_the_sender_is() -> None:
    """A right signature of somebody else proves nothing about a sender at Meta."""
    other = key("evil.example")
    found = reading(signed(ANSWER, other), other)

    assert not is_proven(found)
    assert (True, False) == (found.signatures[0].ok, found.signatures[0].aligned)
    assert any("evil.example" in warning for warning in found.warnings)


def test_a_sender_below_a_domain_of_meta() -> None:
    """A sender at mail.instagram.com is signed for by instagram.com, not by facebook.com."""
    letter = mail("Hi", sender="Instagram <no-reply@mail.instagram.com>")
    own, other = key("instagram.com"), key("facebook.com")

    assert "instagram.com" == reading(signed(letter, own), own).root
    assert reading(signed(letter, other), other).root is None


def test_a_sender_that_is_not_meta() -> None:
    """A mail of an authority is proven to be theirs, and is not Meta's."""
    letter = mail("We received your complaint.", sender="AP <info@authority.example>")
    theirs = key("authority.example")
    found = reading(signed(letter, theirs), theirs)

    assert ("authority.example", None) == (found.proven_by, found.root)


def test_a_domain_nobody_confirmed() -> None:
    """metamail.com is not treated as Meta's, and that is said."""
    letter = mail("We will honour your objection.", sender="Meta <x@metamail.com>")
    theirs = key("metamail.com")
    found = reading(signed(letter, theirs), theirs)

    assert ("metamail.com", None) == (found.proven_by, found.root)
    assert any("no proof" in warning for warning in found.warnings)


def test_every_signature_is_looked_at() -> None:
    """A broken signature beside a right one is reported and takes nothing away."""
    other = key("mailer.example")
    raw = signed(signed(ANSWER), other).replace(b"d=mailer.example", b"d=mailer.example;x=y")
    found = reading(raw, key(), other)

    assert [False, True] == [s.ok for s in found.signatures]
    assert [1, 2] == [s.number for s in found.signatures]
    assert found.root


def test_no_more_signatures_than_a_mail_has() -> None:
    """Of a mail with very many signatures the first are looked at, and that is said."""
    raw = signed(ANSWER)
    top = raw.partition(b"From: Meta")[0]
    found = reading(top * 50 + raw)

    assert 8 == len(found.signatures)
    assert any("51 signatures" in warning for warning in found.warnings)


FLAWS: dict[str, tuple[bytes, bytes, str]] = {
    "sha1": (b"a=rsa-sha256", b"a=rsa-sha1", "SHA-1"),
    "ed25519": (b"a=rsa-sha256", b"a=ed25519-sha256", "cannot check"),
    "no sender": (b"subject : from", b"subject", "who the sender is"),
    "expired": (b"q=dns/txt;", b"q=dns/txt; x=1000000000;", "2001-09-09"),
    "another way to ask": (b"q=dns/txt;", b"q=http;", "rules"),
    "a name twice": (b"q=dns/txt;", b"q=dns/txt; d=evil.example;", "cannot be read"),
    "no name": (b"s=s1024-2013-q3", b"s=../..", "name its key"),
    "a name that is none": (b"d=facebookmail.com", b"d=facebookmail.com@evil", "name its key"),
    "version": (b"v=1;", b"v=2;", "rules"),
    "nonsense in c": (b"c=relaxed/simple", b"c=nonsense", "rules"),
    "nonsense in l": (b"q=dns/txt;", b"q=dns/txt; l=;", "rules"),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_signatures_that_are_worth_nothing(flaw: str) -> None:
    """A signature that is too weak, expired or against the rules is refused in words."""
    old, new, words = FLAWS[flaw]
    raw = signed(ANSWER)
    assert old in raw
    found = reading(raw.replace(old, new, 1))

    assert not is_proven(found)
    assert words in found.signatures[0].why


RECORDS: dict[str, tuple[str, str]] = {
    "withdrawn": ("v=DKIM1; p=", "withdrawn"),
    "another kind": ("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "kind"),
    "not base64": ("v=DKIM1; p=???", "cannot be read"),
    "no key": ("v=DKIM1; k=rsa", "cannot be read"),
    "no RSA": ("v=DKIM1; p=aGVsbG8=", "cannot be read"),
    "text": ("hello", "cannot be read"),
    "another version": ("v=DKIM2; p=aGVsbG8=", "cannot be read"),
    "endless": ("v=DKIM1; p=" + "A" * 100_000, "cannot be read"),
}


@pytest.mark.parametrize("record", RECORDS)
def test_records_that_are_no_key(record: str) -> None:
    """A record that holds no usable key proves nothing, and is said in words."""
    text, words = RECORDS[record]
    found = reading(signed(ANSWER), replace(key(), record=text))

    assert not is_proven(found)
    assert words in found.signatures[0].why


def test_keys_meant_for_something_else() -> None:
    """A key for another hash or another service is not used; flags filer does not know are."""
    assert "not meant for such" in key_size(key().record + "; h=sha1")[1]
    assert "not meant for mail" in key_size(key().record + "; s=tlsrpt")[1]
    assert (2048, "") == key_size(key().record + "; h=sha1:sha256; s=*; t=y; n=a note")


def test_a_key_that_is_too_short() -> None:
    """A key below 1024 bits proves nothing."""
    modulus = (1 << 767) + 1
    assert (1024, "") == key_size(key(bits=1024).record)
    import base64  # noqa: PLC0415 - to write one number as DER

    number = b"\x00" + modulus.to_bytes(96, "big")
    inner = b"\x02" + bytes([len(number)]) + number + b"\x02\x03\x01\x00\x01"
    der = b"\x30" + bytes([len(inner)]) + inner
    bits, why = key_size(f"v=DKIM1; p={base64.b64encode(der).decode()}")

    assert 768 == bits
    assert "too short" in why


def of(record: str, origin: str = "dns", why: str = "", resolver: str = "a") -> KeyRecord:
    """What one resolver said."""
    records = (record,) if record else ()
    return KeyRecord("n.", records, origin, resolver, None, "2026-11-23T12:00:00Z", why, "02-mail")


@pytest.mark.parametrize(
    ("said", "believed", "words"),
    [
        ([of("k"), of("k", resolver="b")], ["dns"], ""),
        ([of("k"), of("", why="no answer in time")], ["dns"], "only one"),
        ([of("k"), of("other", resolver="b")], [], "different keys"),
        ([of("k"), of("", why="no such name")], [], "another says"),
        ([of("k"), of("", why="no record")], [], "another says"),
        ([of("", why="no such name")] * 2, [], "no such key"),
        ([of("", why="no such name"), of("", why="no answer in time")], [], "did not answer"),
        ([of("", why="no answer in time")] * 2, [], "no DNS server answered"),
        ([], [], "DNS was not asked"),
        ([of("k", "stored")], ["stored"], "DNS was not asked"),
        ([of("k"), of("o", "stored"), of("k", resolver="b")], ["dns", "stored"], ""),
        (
            [of("", why="no such name"), of("k", "stored"), of("k", "file")],
            ["stored", "file"],
            "no",
        ),
        ([of("k"), of("evil", resolver="b"), of("k", "stored")], ["stored"], "different"),
    ],
)
def test_whom_to_believe(said: list[KeyRecord], believed: list[str], words: str) -> None:
    """A key is believed when nobody who was asked contradicts; else one kept earlier is."""
    found, trouble = candidates_for("n.", said)

    assert believed == [each.origin for each in found]
    assert words in trouble


def test_a_key_that_was_kept_earlier_is_named() -> None:
    """A mail verified with a key kept earlier, or from a file, says so."""
    kept = KeyRecord(
        key().name, (key().record,), "stored", asked="2026-11-01T00:00:00Z", kept_in="02-mail"
    )
    given = key().known("file")

    assert (
        "kept on 2026-11-01 in 02-mail"
        in read(open_mail(signed(ANSWER)), [kept]).signatures[0].note
    )
    assert "a file that you gave" in read(open_mail(signed(ANSWER)), [given]).signatures[0].note


def test_only_meta_is_asked_about() -> None:
    """Names of strangers in a mail are not asked for in DNS; they could tell that it was read."""
    raw = signed(signed(ANSWER), key("victim-123.tracker.example"))

    assert [key().name] == metas(wanted(open_mail(raw)))
    assert 2 == len(wanted(open_mail(raw)))
    assert [] == metas(["s._domainkey.facebookmail.com.evil.example."])


def test_what_other_servers_say_is_not_used() -> None:
    """Authentication-Results prove nothing and are said to prove nothing."""
    claim = b"Authentication-Results: mx.example; dkim=pass header.d=facebookmail.com\r\n"
    found = reading(claim + ANSWER)

    assert not is_proven(found)
    assert any("Authentication-Results" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    "damage",
    [b"not a header\r\n", b"Subject : spaced\r\n", "Súbject: x\r\n".encode(), b"\x00: x\r\n"],
)
def test_damaged_headers(damage: bytes) -> None:
    """A mail with a line that is no header proves nothing, and is shown as far as it goes."""
    raw = signed(ANSWER)
    found = reading(damage + raw)

    assert not is_proven(found)
    assert "anna@example.org" in [h.value for h in found.headers]


@pytest.mark.parametrize(
    "body", [b" " * 3_000_000, (b" " * 900 + b"x") * 3000, b"\n" * 2_100_000], ids=range(3)
)
def test_mail_that_is_made_to_take_for_ever(body: bytes) -> None:
    """A body that would keep the check busy without end is not checked, and that is said."""
    assert too_costly(body)
    found = reading(signed(ANSWER).partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body)

    assert not is_proven(found)
    assert re.search("not end|more lines", found.signatures[0].why)


def test_a_signature_made_of_blanks() -> None:
    """A signature of thousands of blank characters is read in no time."""
    blank = b"b=" + b" \r\n" * 2500 + b"!"
    raw = re.sub(rb"b=[A-Za-z0-9+/]{20}", lambda _m: blank, signed(ANSWER), count=1)

    assert not is_proven(reading(raw))


def test_a_mark_of_an_editor_and_empty_lines_in_front() -> None:
    """A mark that an editor put in front, or empty lines, do not spoil the signature."""
    for front in (b"\xef\xbb\xbf", b"\r\n\r\n", b"From a@b Mon Nov 23 12:00:00 2026\r\n"):
        found = reading(front + signed(ANSWER))

        assert found.body_proven
        assert 1 == len(
            [w for w in found.warnings if "mark" in w or "empty" in w or "mailbox" in w]
        )


def test_a_signature_over_many_parts() -> None:
    """A signed mail with plain text, HTML and a picture verifies, and both texts are read."""
    plain = b"Content-Type: text/plain; charset=utf-8\r\n\r\nWe will honour your objection."
    html = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>We will honour<br>your objection.</p>"
    picture = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo="
    head = ANSWER.partition(b"Content-Type")[0]
    found = reading(signed(multipart("alternative", plain, html, picture, head=head)))

    assert found.body_proven
    assert "granted" == found.meaning.kind


def test_the_key_is_named_as_in_dns() -> None:
    """The name of a key ends with a dot and is in small letters, as it is asked for."""
    shouted = signed(ANSWER).replace(b"d=facebookmail.com", b"d=FACEBOOKMAIL.COM")

    assert ["s1024-2013-q3._domainkey.facebookmail.com."] == wanted(open_mail(shouted))
    assert isinstance(key(), Key)
