"""Senders: Meta's domains, those that only look like them, and borrowed names."""

from __future__ import annotations

import pytest

from filer.evidence.senders import META, aligned, look_alike, root_of, senders, suspicions

LOOK_ALIKE = {
    "facebookmail.com.evil.example": "facebookmail.com",
    "mail.facebookmail.com.evil.example": "facebookmail.com",
    "faceb00kmail.com": "facebookmail.com",
    "facebookmai1.com": "facebookmail.com",
    "faceboookmail.com": "facebookmail.com",
    "facebokmail.com": "facebookmail.com",
    "fasebook.com": "facebook.com",
    "facebook-support.example": "facebook.com",
    "security.facebook.example": "facebook.com",
    "instagram-help.example": "instagram.com",
    "lnstagram.com": "instagram.com",
    "instagrarn.com": "instagram.com",
    "rneta.com": "meta.com",
    "metа.com": "meta.com",  # a Cyrillic а
    "fаcebook.com": "facebook.com",
    "ｆａｃｅｂｏｏｋ.evil.example": "facebook.com",
    "fácebook.com": "facebook.com",
    "meta-privacy.example": "meta.com",
    "facebookmail.net": "facebookmail.com",
    "xn--facebok-y0a.com": "facebook.com",
    "xn--met-8cd.com": "meta.com",
}


@pytest.mark.parametrize("domain", LOOK_ALIKE)
def test_look_alikes(domain: str) -> None:
    """A domain that looks like one of Meta's is called out."""
    assert root_of(domain) is None
    assert look_alike(domain) in {LOOK_ALIKE[domain], *META}
    said = suspicions(senders(f"Somebody <x@{domain}>".encode()), [])
    assert [True] == ["looks like" in sentence for sentence in said]


@pytest.mark.parametrize(
    "domain",
    [*META, "mail.instagram.com", "support.facebook.com", "example.org", "gmail.com",
     "authority.example", "meta.wikimedia.org", "münchen.example", "metallica.example"],
)  # fmt: skip
def test_honest_domains(domain: str) -> None:
    """Meta's own domains and ordinary ones are not called out."""
    assert look_alike(domain) is None


@pytest.mark.parametrize(
    ("domain", "root"),
    [
        ("facebookmail.com", "facebookmail.com"),
        ("a.b.facebook.com", "facebook.com"),
        ("notfacebook.com", None),
        ("facebook.com.", None),
        ("facebook.com.evil.example", None),
        ("metamail.com", None),
        ("", None),
    ],
)
def test_domains_of_meta(domain: str, root: str | None) -> None:
    """Only a domain of Meta's or one below it is Meta's."""
    assert root == root_of(domain)


def test_who_speaks_for_whom() -> None:
    """A signature speaks for its own organisation: the same domain, or one below or above it."""
    assert aligned("mail.instagram.com", "instagram.com")
    assert aligned("example.org", "mail.example.org")
    assert not aligned("facebookmail.com", "facebook.com")
    assert not aligned("evil.example", "facebook.com")
    assert not aligned("notexample.org", "example.org")
    assert not aligned("", "facebook.com")


@pytest.mark.parametrize(
    ("sender", "words"),
    [
        (b"Meta <privacy@evil.example>", "calls itself"),
        (b'"Facebook Support" <x@evil.example>', "calls itself"),
        (b"=?utf-8?q?Fac=65book?= <x@evil.example>", "calls itself"),
        (b"=?utf-8?b?TWV0YQ==?= <x@evil.example>", "calls itself"),
        ("Μеta <x@evil.example>".encode(), "calls itself"),
        (b'"notification@facebookmail.com" <x@evil.example>', "calls itself"),
        (b"Meta <a@facebook.com>, Eve <e@evil.example>", "more than one sender"),
        (b"Meta <x@metamail.com>", "no proof"),
    ],
)
def test_borrowed_names(sender: bytes, words: str) -> None:
    """Meta's name before an address elsewhere is called out, however it is written."""
    assert any(words in sentence for sentence in suspicions(senders(sender), []))


def test_where_an_answer_would_go() -> None:
    """A Reply-To that leads away from Meta is called out."""
    meta, away = senders(b"Meta <a@facebookmail.com>"), senders(b"x@evil.example")

    assert any("not at Meta" in sentence for sentence in suspicions(meta, away))
    assert [] == suspicions(meta, senders(b"reply@facebookmail.com"))
    assert [] == suspicions(senders(b"Anna <anna@example.org>"), away)


@pytest.mark.parametrize(
    "value", [b"", b"<", b"@", b"a@", b"\xff\xfe", b"=?x?b?!?=", b"\x00 <\x00@\x00>", b"," * 9999]
)
def test_any_sender(value: bytes) -> None:
    """Whatever stands in From is read."""
    assert isinstance(suspicions(senders(value), senders(value)), list)
