"""The search before sealing: what it finds, however it is written, and what it lets by."""

from __future__ import annotations

import base64
import gzip
import html
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filer.clock import SystemClock
from filer.errors import EvidenceBroken
from filer.evidence.bundle import Bundle, new_case
from filer.evidence.leaks import Leak, find_leaks, spellings
from filer.practice.places import CANARIES

COOKIE = "23%3AxYz_abc-123+/==%3A2%3A1700000000"

SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "url": lambda s: quote(s, safe="").encode(),
    "url plus": lambda s: quote_plus(s).encode(),
    "html": lambda s: html.escape(s).encode(),
    "json": lambda s: json.dumps(s).encode(),
    "base64": lambda s: base64.b64encode(s.encode()),
    "base64, one byte on": lambda s: base64.b64encode(b"x" + s.encode() + b"more"),
    "base64, two bytes on": lambda s: base64.b64encode(b"xy" + s.encode() + b"m"),
    "base64 for addresses": lambda s: base64.urlsafe_b64encode(b"{" + s.encode() + b"}"),
    "hex": lambda s: s.encode().hex().encode(),
    "HEX": lambda s: s.encode().hex().upper().encode(),
    "utf-16": lambda s: s.encode("utf-16"),
}

# Made up, in the shape that is publicly known.
TOKENS = {
    "page token": ("access token", f"EAABsbCS{'a1Zb' * 20}"),
    "instagram bearer": ("access token", f"Authorization: Bearer IGT:2:{'eyJk' * 9}"),
    "instagram token": ("access token", f"IGT:2:{'eyJk' * 9}"),
    "access token in an address": ("access token", "?access_token=567|aBcDeFgHiJkLmNoPq"),
    "access token in a script": ("access token", '{"accessToken":"aBcDeFgHiJkLmNoPq"}'),
    "bearer": ("bearer token", "authorization: bearer aBcDeFgH1jKlMnOpQr"),
    "basic": ("bearer token", '"Authorization": "Basic c2FubmU6Z2VoZWlt"'),
    "dtsg": ("form token", '["DTSGInitialData",[],{"token":"NAcMabcdefgh:12:17"},258]'),
    "lsd": ("form token", '["LSD",[],{"token":"AVqK3x9mPzQ"},323]'),
    "lsd in a body": ("form token", "jazoest=2974&lsd=AVqK3x9mPzQ"),
    "lsd in a field": ("form token", '<input type="hidden" name="lsd" value="AVqK3x9mPzQ">'),
    "jazoest": ("form token", "a=1&jazoest=25471"),
    "jazoest in a field": ("form token", '<input name="jazoest" value="25471">'),
    "csrf": ("form token", '{"csrf_token":"mPzQ9aBcDeFg"}'),
    "csrf header": ("form token", "X-CSRFToken: mPzQ9aBcDeFg"),
    "lsd header": ("form token", "'x-fb-lsd': 'AVqK3x9mPzQ'"),
    "web token": ("web token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0xx.c2lnbmF0dXJl"),
    "set-cookie": ("session cookie", "Set-Cookie: whatever=aBcDeFgH1jKl; Path=/"),
    "cookie header": ("session cookie", "cookie: presence=aBcDeFgH1jKl; dpr=2"),
    "xs": ("session cookie", "xs=23%3AxYzabc123%3A2%3A1700000000"),
    "datr": ("session cookie", "datr=Zm9vYmFyYmF6cXV4"),
    "account": ("session cookie", "c_user=100012345678901"),
    "fr": ("session cookie", "fr=0aBcDeFgHiJk.AWXabcdefgh.BlZx"),
    "sb": ("session cookie", "sb=aBcDeFgHiJkLmNoPqRsTuVwX;"),
    "cookie export": ("session cookie", '{"name":"xs","value":"23:xYzabc","domain":".x"}'),
}

ORDINARY = """
Ik maak bezwaar tegen het gebruik van mijn foto's. Cookie: geaccepteerd. Mail mij@voorbeeld.nl.
https://www.facebook.com/help/contact/712876720715583?ref=cr&lsd=1
The bearer of this letter objects. Bearer bonds; bearer-of-bad-news-since-the-start-of-time.
My token of thanks. Authorization: none was given. csrf? fb_dtsg? LSD: psychedelically. xs=short
Ich widerspreche. Der Überbringer (bearer Informationsfreiheitsgesetzgebungsverfahren) grüßt.
Cookie: Einstellungen. Kundennummer 2974-25471, Az. 15 C 123/25, IBAN NL91ABNA0417164300.
Je m'oppose à l'utilisation de mes données. J'ai refusé « set-cookie » : rien. sb=1; fr=non.
Me opongo al uso de mis datos. sessionid=, csrftoken=, access_token (ninguno). mid=2024.
Mi oppongo all'uso dei miei dati: EAA è una sigla. eyJ.eyJ. c_user=io. Basic, Bearer, Digest.
Sprzeciwiam się wykorzystaniu danych. Authorization: Bearer nie podano. jazoest: brak.
{"names":["jazoest","lsd","fb_dtsg","email","Field3067154890211475"],"value":"nothing here"}
https://example.org/a?session=1&token=abc&id_token=short#access_token=kort
urn:uuid:3f9c1a52-8d3e-4f60-9c55-1d2f3a4b5c6d
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  data/session.jsonl
""".strip().splitlines()


def find_leak(bundle: Path, secrets: Sequence[str], also: Sequence[bytes] = ()) -> Leak | None:
    """The first secret in *bundle*."""
    return next(find_leaks(bundle, secrets, also), None)


def bundle_with(folder: Path, name: str, content: bytes) -> Path:
    """A folder that holds *content* as *name*."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return folder


# --------------------------------------------------------------------------- live secrets


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(
    "name", ["data/text/a.yaml", "README.html", "timestamps/x.tsr", "data/mail/1.eml"]
)
def test_a_live_secret_is_found_however_it_is_spelt(
    tmp_path: Path, spelling: str, name: str
) -> None:
    """A cookie is found in each file of a bundle, payload or not, in each usual spelling."""
    content = b"before " + SPELLINGS[spelling](COOKIE) + b" after"

    assert Leak(name, "session secret") == find_leak(bundle_with(tmp_path, name, content), [COOKIE])
    assert find_leak(tmp_path, ["another-cookie-1"]) is None


def test_a_part_of_a_cookie_is_found(tmp_path: Path) -> None:
    """The part of a compound cookie that is the secret is found without the rest of it."""
    cookie = "23%3AaBcDeFgH1jKlMnOpQr%3A2%3A1700000000"
    bundle_with(tmp_path, "data/a", b"it says aBcDeFgH1jKlMnOpQr there")

    assert Leak("data/a", "session secret") == find_leak(tmp_path, [cookie])


def test_a_secret_in_a_name(tmp_path: Path) -> None:
    """The name of a file or folder is searched like its bytes."""
    bundle_with(tmp_path, "data/aBcDeFgH1jKl/x.txt", b"")

    assert Leak("data/aBcDeFgH1jKl", "session secret") == find_leak(tmp_path, ["aBcDeFgH1jKl"])


@pytest.mark.parametrize("at", [(1 << 20) - 1, (1 << 20) - 9, 1 << 20, (2 << 20) - 3])
@pytest.mark.parametrize("secret", [COOKIE, TOKENS["web token"][1]])
def test_a_secret_over_the_edge_of_a_piece(tmp_path: Path, at: int, secret: str) -> None:
    """Files are read in pieces, and a secret that lies in two of them is found."""
    bundle_with(tmp_path, "data/a", b" " * at + secret.encode() + b" " * 100)

    assert find_leak(tmp_path, [COOKIE]) is not None


def test_a_secret_longer_than_the_overlap(tmp_path: Path) -> None:
    """A very long cookie is found over an edge too."""
    secret = "aB1" * 9000
    bundle_with(tmp_path, "data/a", b" " * ((1 << 20) - 20000) + secret.encode())

    assert Leak("data/a", "session secret") == find_leak(tmp_path, [secret])


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=12, max_size=60),
    st.sampled_from(sorted(SPELLINGS)),
    st.binary(max_size=5),
)
def test_any_secret_in_any_spelling(secret: str, spelling: str, around: bytes) -> None:
    """Whatever letters a secret has, each of its spellings contains one that is searched for."""
    written = around + SPELLINGS[spelling](secret) + around

    assert any(found in written for found in spellings([secret]))


def test_short_values_are_not_searched() -> None:
    """What is as short as a language or a number would be found everywhere."""
    assert () == spellings(["nl_NL", "1", "", "1234567"])


# --------------------------------------------------------------------------- shapes


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_is_found_by_its_shape(tmp_path: Path, name: str) -> None:
    """A token is found that nobody knew of, also in a quoted script."""
    what, token = TOKENS[name]
    bundle_with(tmp_path / "a", "data/x.txt", f"before\n{token}\nafter".encode())
    bundle_with(tmp_path / "b", "data/x.json", json.dumps({"script": f"f({token})"}).encode())

    assert Leak("data/x.txt", what) == find_leak(tmp_path / "a", [])
    assert find_leak(tmp_path / "b", []) is not None


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_let_by(tmp_path: Path, text: str) -> None:
    """What people write, addresses, hashes and the names of fields are no secrets."""
    bundle_with(tmp_path, "data/text/x.yaml", text.encode())
    bundle_with(tmp_path, "data/form/x.json", json.dumps({"value": text}).encode())

    assert find_leak(tmp_path, []) is None


def test_pictures_and_noise_are_let_by(tmp_path: Path) -> None:
    """Eight megabytes of noise, plain, packed and in Base64, hold no token."""
    noise = os.urandom(2 << 20)
    bundle_with(tmp_path, "data/shots/a.png", noise)
    bundle_with(tmp_path, "data/b.gz", gzip.compress(noise))
    address = b'<img src="data:image/png;base64,' + base64.b64encode(noise) + b'">'
    bundle_with(tmp_path, "README.html", address)
    bundle_with(tmp_path, "data/c.txt", base64.encodebytes(noise))

    assert find_leak(tmp_path, [COOKIE]) is None


def test_what_is_handed_in_is_the_persons(tmp_path: Path) -> None:
    """A mail may hold its sender's tokens; the live secrets of a session may not be in it."""
    token = TOKENS["web token"][1].encode()
    bundle_with(tmp_path, "data/mail/0001.eml", token)

    assert find_leak(tmp_path, []) is None
    bundle_with(tmp_path, "data/mail/0001.eml", token + COOKIE.encode())
    assert Leak("data/mail/0001.eml", "session secret") == find_leak(tmp_path, [COOKIE])


def test_what_is_about_to_be_logged(tmp_path: Path) -> None:
    """What goes into the log next is searched before it is there."""
    assert Leak("data/session.jsonl", "session secret") == find_leak(
        tmp_path, [COOKIE], [b"x", COOKIE.encode()]
    )


def test_the_practice_session_cookie_is_found() -> None:
    """The canary that the practice site sets as its cookie is one the search can find."""
    cookie = CANARIES["PRACTICE_COOKIE"] + ".0123456789abcdef"

    assert any(each in CANARIES["PRACTICE_COOKIE"].encode() for each in spellings([cookie]))


LARGE = """
import resource, sys
from pathlib import Path
from filer.evidence.leaks import find_leaks

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = next(find_leaks(Path(sys.argv[1]), ["a-secret-cookie-77"]), None)
print(found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_a_file(tmp_path: Path) -> None:
    """A file of 300 MB is searched to its end with a few megabytes of memory."""
    large = tmp_path / "data" / "large.bin"
    large.parent.mkdir()
    with large.open("wb") as file:
        file.truncate(300 << 20)
        file.seek(0, os.SEEK_END)
        file.write(b"a-secret-cookie-77")
    command = [sys.executable, "-c", LARGE, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert said.startswith("Leak(file='data/large.bin'")
    unit = 1024 if sys.platform == "darwin" else 1
    assert int(said.split()[-1]) / unit < 40_000, resource.getpagesize()


def test_what_filer_writes_is_searched_too(tmp_path: Path) -> None:
    """A live secret in a file that filer itself writes at the end refuses the seal as well."""
    clock = SystemClock()
    case = new_case(tmp_path, "facebook", practice=False, clock=clock)
    bundle = Bundle.begin(case, "filing", flow="facebook", practice=False, clock=clock)
    on_the_page = "What this shows, and what it does not"

    with pytest.raises(EvidenceBroken, match=r"README\.html holds"):
        bundle.seal({"outcome": "stopped", "sent": False}, [on_the_page])
    bundle.close()
    assert not (bundle.path / "seal.sha256").exists()
