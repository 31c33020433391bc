"""The signature of a timestamp is checked also where no root certificate is known."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cryptography import x509

from filer.evidence import authorities
from filer.evidence.signed import signed_by_one_of
from filer.evidence.tokens import UNCHECKED, Token, TokenWrong, read_roots, read_token, root_of
from tests.authority import Authority, Keys, openssl

DIGEST = hashlib.sha256(b"data").digest()


def stamped(authority: Authority) -> Token:
    """A timestamp of `data`."""
    return authorities.ask(authorities.named([authority.url])[0], b"data", {})


@pytest.fixture
def with_rsa(tmp_path: Path) -> Keys:
    """An authority that signs with an RSA key, as most public ones do."""
    keys = Keys(tmp_path / "rsa", "RSA")
    request = ("-newkey", "rsa:2048", "-nodes", "-subj", "/O=filer tests/CN=RSA Timestamps")
    openssl("req", *request, "-keyout", "tsa.key", "-out", "tsa.csr", cwd=keys.folder)
    by = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "3650")
    openssl(
        *("x509", "-req", "-in", "tsa.csr", *by, "-extfile", "leaf.cnf", "-out", "tsa.pem"),
        cwd=keys.folder,
    )
    return keys


def test_a_signature_that_fits(authority: Authority, with_rsa: Keys) -> None:
    """A right timestamp is accepted, signed with an elliptic curve or with RSA."""
    rsa = Authority(with_rsa)
    for each in (authority, rsa):
        assert UNCHECKED == root_of(stamped(each), DIGEST, ())
    rsa.stop()


def test_any_part_of_what_is_signed(authority: Authority) -> None:
    """Each bit of what the signature covers, and of the signature, counts without a root too."""
    token = stamped(authority)
    wrong = 0
    for place in range(len(token.raw)):
        changed = token.raw[:place] + bytes([token.raw[place] ^ 1]) + token.raw[place + 1 :]
        try:
            root_of(read_token(changed), DIGEST, ())
        except TokenWrong:
            wrong += 1
    # Nobody vouches for the certificate that came along, nor for the name of its issuer.
    certificate = sum(len(each) for each in token.certificates)

    assert len(token.raw) - certificate - 100 < wrong


def test_a_time_written_in_by_hand(authority: Authority) -> None:
    """A time that was changed by hand is noticed without a root."""
    raw = stamped(authority).raw
    changed = raw.replace(b"\x18\x0f20", b"\x18\x0f21", 1)

    assert read_token(changed).gen_time.year > 2100
    with pytest.raises(TokenWrong, match="signature"):
        root_of(read_token(changed), DIGEST, ())


def test_whose_certificate(authority: Authority, authority_keys: Keys) -> None:
    """Only a certificate for timestamps, and the signer's own, makes a signature fit."""
    token = stamped(authority)
    signer = [x509.load_der_x509_certificate(each) for each in token.certificates]
    raw = token.answer.time_stamp_token()

    assert signed_by_one_of(raw, signer)
    assert not signed_by_one_of(raw, ())
    assert not signed_by_one_of(raw, read_roots(authority_keys.root))


@pytest.mark.parametrize("raw", [b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\x30\x02\x05\x00"])
def test_what_is_no_timestamp(raw: bytes) -> None:
    """What is not written as a timestamp is refused as such, whatever it is."""
    with pytest.raises((ValueError, IndexError)):
        signed_by_one_of(raw, ())
