"""The signature of a timestamp, held against the certificate that came along (RFC 5652).

Where no root certificate is known, nobody can say who signed; that the signature fits what stands
above it can be said all the same. The library for timestamps asks for a root first, so the few
fields that count are read here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

_SET = b"\x31"
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_PSS = bytes.fromhex("06092a864886f70d01010a")
_DIGESTS: dict[bytes, hashes.HashAlgorithm] = {
    bytes.fromhex("0609608648016503040201"): hashes.SHA256(),
    bytes.fromhex("0609608648016503040202"): hashes.SHA384(),
    bytes.fromhex("0609608648016503040203"): hashes.SHA512(),
}


def signed_by_one_of(token: bytes, certificates: Iterable[x509.Certificate]) -> bool:
    """Whether *token*, a ContentInfo in DER, is signed with one of *certificates*.

    Only a certificate for timestamps counts, and only a token with one signature.
    Raises `ValueError` or `IndexError` for what is not written as a timestamp is.
    """
    signed_data = _parts(_parts(_parts(token)[1])[0])
    stamped = _body(_parts(_parts(signed_data[2])[1])[0])
    (signer,) = _parts(signed_data[-1])
    _version, _who, algorithm, attributes, scheme, signature = _parts(signer)[:6]
    digest = _DIGESTS.get(_parts(algorithm)[0])
    if digest is None or _digest_in(attributes) != hashlib.new(digest.name, stamped).digest():
        return False
    # The attributes are signed as the SET they are, and written under another tag (5.4).
    covered = _SET + attributes[1:]
    pss = _parts(scheme)[0] == _PSS
    return any(
        _fits(certificate, _body(signature), covered, digest, pss=pss)
        for certificate in certificates
        if _is_for_timestamps(certificate)
    )


def _digest_in(attributes: bytes) -> bytes:
    """The hash of the stamped text that is among the signed *attributes*."""
    named = dict(_parts(attribute)[:2] for attribute in _parts(attributes))
    return _body(_parts(named[_MESSAGE_DIGEST])[0]) if _MESSAGE_DIGEST in named else b""


def _fits(
    certificate: x509.Certificate,
    signature: bytes,
    covered: bytes,
    digest: hashes.HashAlgorithm,
    *,
    pss: bool,
) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, covered, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey) and pss:
            salted = padding.PSS(padding.MGF1(digest), padding.PSS.AUTO)
            key.verify(signature, covered, salted, digest)
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, covered, padding.PKCS1v15(), digest)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _is_for_timestamps(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in found.value


def _parts(element: bytes) -> list[bytes]:
    """The elements inside *element*, each with its tag and length."""
    inside, found, at = _body(element), [], 0
    while at < len(inside):
        end = _end(inside, at)
        found.append(inside[at:end])
        at = end
    return found


def _body(element: bytes) -> bytes:
    if _end(element, 0) != len(element):
        raise ValueError("bytes are left over")
    return element[_start(element, 0) :]


def _start(der: bytes, at: int) -> int:
    """Where the content of the element at *at* begins."""
    return at + 2 + (der[at + 1] & 0x7F if der[at + 1] & 0x80 else 0)


def _end(der: bytes, at: int) -> int:
    """Where the element at *at* ends."""
    start, first = _start(der, at), der[at + 1]
    length = int.from_bytes(der[at + 2 : start]) if first & 0x80 else first
    if start + length > len(der):
        raise ValueError("it is cut off")
    return start + length
