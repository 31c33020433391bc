"""Timestamp authorities: which ones, and asking one of them for a timestamp of a hash.

An authority learns the hash, this machine's address on the internet, and the minute. Nothing else
in filer speaks to one, and it does only where the person agreed.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # not in typeshed

from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from filer.errors import BadValue
from filer.evidence.tokens import LONGEST, Token, TokenWrong, read_token
from filer.words import _

TIMEOUT = 5.0
"""How long an authority may stay silent, in seconds."""


@dataclass(frozen=True)
class Authority:
    """A timestamp authority. *slug* names it in files, *pause* are the seconds between requests."""

    slug: str
    url: str
    pause: float = 0.0


DEFAULTS = (
    # "compliant with eIDAS", and "a delay of 15 seconds or more between each one":
    # sectigo.com/resource-library/time-stamping-server. Its root is not shipped with filer.
    Authority("sectigo-qualified", "http://timestamp.sectigo.com/qualified", 15.0),
    # Listed as qualified; the default of the signing app Autogram since June 2025
    # (slovensko-digital/autogram, pull request 597). Its terms were not found: the same pause.
    Authority("quovadis-eu", "http://ts.quovadisglobal.com/eu", 15.0),
)
"""Whom filer asks when the person agreed and named nobody else. Neither could be reached when this
was written: whether they answer, and how, is not confirmed."""


def named(urls: Sequence[str]) -> tuple[Authority, ...]:
    """The authorities at *urls*, each with a slug of its own.

    Raises `BadValue` for an address that cannot be one.
    """
    known = {authority.url: authority for authority in DEFAULTS}
    found: list[Authority] = []
    for url in dict.fromkeys(urls):
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            parts, host, port = urlsplit(""), None, None
        if parts.scheme not in {"http", "https"} or not host or parts.username:
            raise BadValue(
                _('"{url}" is not the address of a timestamp authority.').format(url=url),
                _("FILER_TSA_URLS takes http or https addresses, separated by spaces."),
            )
        plain = re.sub(r"[^a-z0-9]+", "-", f"{host} {port or ''} {parts.path}".lower()).strip("-")
        slug = plain[:36].strip("-")
        taken = {authority.slug for authority in found}
        number = 1
        while slug in taken:
            number += 1
            slug = f"{plain[:36].strip('-')}-{number}"
        found.append(known.get(url, Authority(slug, url)))
    return tuple(found)


def ask(authority: Authority, data: bytes, upstream: Mapping[str, str]) -> Token:
    """A timestamp of *data* by *authority*, read but not yet checked. Only its SHA-256 is sent.

    *upstream* is the proxy of this system as `Settings.upstream` has it. Waits for the network.
    Raises `NoAnswer` when none came, and `AnswerWrong`, which holds it, when it is not one.
    """
    request = (
        TimestampRequestBuilder()
        .data(data)
        .hash_algorithm(HashAlgorithm.SHA256)
        .nonce(nonce=True)
        .cert_request(cert_request=True)
        .build()
    )
    raw = _post(authority.url, request.as_bytes(), upstream)
    try:
        token = read_token(raw)
    except TokenWrong as wrong:
        raise AnswerWrong(str(wrong), raw) from wrong
    if token.nonce != request.nonce:
        raise AnswerWrong(_("it answers another question"), raw)
    return token


class NoAnswer(Exception):
    """No error but a signal: an authority gave no answer; its text says why."""


class AnswerWrong(Exception):
    """No error but a signal: the answer *raw* is not the timestamp that was asked for."""

    def __init__(self, why: str, raw: bytes) -> None:
        super().__init__(why)
        self.raw = raw


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An authority that sends us elsewhere gives no answer."""

    def redirect_request(self, *_request: object) -> None:
        """Go nowhere; the answer then counts as an error."""


def _post(url: str, query: bytes, upstream: Mapping[str, str]) -> bytes:
    host = urlsplit(url).hostname or ""
    around = _is_here(host) or proxy_bypass_environment(host, {"no": upstream.get("no", "")})
    proxies = {} if around else {k: v for k, v in upstream.items() if k in {"http", "https"}}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies), _NoRedirect)
    headers = {
        "Content-Type": "application/timestamp-query",
        "Accept": "application/timestamp-reply",
        "User-Agent": "filer",
    }
    request = urllib.request.Request(url, query, headers, method="POST")  # noqa: S310 - http(s) only: `named`
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            raw: bytes = answer.read(LONGEST + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise NoAnswer(f"HTTP {error.code}") from error
    except urllib.error.URLError as error:
        raise NoAnswer(_reason(error.reason)) from error
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer(_reason(error)) from error
    return raw


def _is_here(host: str) -> bool:
    """Whether *host* is this machine: no proxy of a system leads to it."""
    return host in {"localhost", "::1"} or host.startswith("127.")


def _reason(error: object) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return (getattr(error, "strerror", None) or type(error).__name__).lower()
