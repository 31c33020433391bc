"""No secret of a session gets into its evidence: searched for in every byte of whole sessions.

The practice site plants a password, cookies, tokens and names of other people; `CANARIES` lists
them. `make test` runs a telling selection here and searches in all of
`tests/end_to_end/test_scenarios.py`; `make proof` runs every scenario on both platforms.
"""

from __future__ import annotations

import base64
import shutil
import zlib
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from filer.practice.places import CANARIES
from filer.practice.scenarios import all_scenarios, scenario
from tests.end_to_end.command import Command, Run
from tests.end_to_end.pages import PLAIN, Page, Site
from tests.house.sources import ROOT
from tests.secrets.conftest import pixels
from tests.secrets.search import hits

SELECTION = (
    "desktop+cookies+login+too-short",
    "mobile+login+two-factor+question+code",
    "app+login+two-factor+no-wording",
    "desktop+login+cut",
    "mobile+login+moved",
)
"""Each rendering, each detour with a secret in it, each outcome."""

MAGENTA = "color:#ff00fe;background:#ff00fe;border:9px solid #ff00fe;font-size:30px"
FURNITURE = f'<div style="{MAGENTA}">{CANARIES["PRACTICE_ACCOUNT"]}</div>'
OVER = "position:fixed;right:0;width:70%"
CHAT = "".join(
    f'<div style="{MAGENTA};{OVER};top:{90 * n}px">{CANARIES[f"PRACTICE_FRIEND_{n}"]}</div>'
    for n in (1, 2, 3)
)
ANSWER = "<div><h2>Thank you</h2><p>We have received your objection.</p></div>"


def cases() -> list[ParameterSet]:
    """The selection, and as proof all scenarios on both platforms."""
    flows = ("facebook", "instagram")
    return [
        pytest.param(flows[number % 2], name, id=name) for number, name in enumerate(SELECTION)
    ] + [
        pytest.param(flow, one.name, id=f"{flow}-{one.name}", marks=pytest.mark.proof)
        for flow in flows
        for one in all_scenarios()
    ]


def filed(filer: Command, flow: str, *more: str, patience: str = "8") -> Run:
    """A practice session of the willing stand-in."""
    return filer(
        *("practice", flow, *more, "--stand-in", "willing"),
        *("--language", "en", "--headless", "--json"),
        env={"FILER_PATIENCE": patience},
    )


def test_the_selection_tells() -> None:
    """The selection holds every rendering, every outcome, and every detour that has a secret."""
    chosen = [scenario(name) for name in SELECTION]

    assert {"desktop", "mobile", "app"} == {one.rendering for one in chosen}
    assert {one.expect for one in all_scenarios()} == {one.expect for one in chosen}
    assert {"cookies", "login", "two-factor", "question", "code"} <= {
        detour for one in chosen for detour in one.detours
    }


@pytest.mark.parametrize(("flow", "name"), cases())
def test_no_canary_is_in_a_bundle(filer: Command, flow: str, name: str) -> None:
    """Whatever happens in a session, none of the planted secrets is anywhere in its folder."""
    expected = scenario(name).expect
    short = expected == "unknown"  # an answer that never comes is waited for
    ran = filed(filer, flow, "--scenario", name, patience="4" if short else "12")

    assert expected == ran.result["outcome"], ran.stderr
    assert ran.result["sealed"]
    assert [] == hits(filer.evidence, CANARIES)
    assert [] == [word for word in CANARIES.values() if word in ran.stdout + ran.stderr]


def magenta(body: str) -> Page:
    """A page with *body* in it, whose every other part has one unmistakable colour."""
    return Page(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Object to AI</title>'
        f'<body style="{MAGENTA}">{FURNITURE}'
        f'<div style="background:#fff;color:#000;font-size:16px">{body}</div>'
        f"{CHAT}{FURNITURE}</body></html>"
    )


def is_magenta(red: int, green: int, blue: int) -> bool:
    """Whether a colour has the hue of what is not the form, also faintly."""
    return min(red, blue) - green > 24


def pictures(filer: Command) -> list[bytes]:
    """The pictures in the evidence."""
    return [path.read_bytes() for path in sorted(filer.evidence.rglob("*.png"))]


def test_no_pixel_of_anything_else(filer: Command) -> None:
    """No picture of a session has a pixel of what surrounds and covers form and answer."""
    with Site(magenta(PLAIN), answer=magenta(ANSWER)) as site:
        ran = filed(filer, "facebook", "--site", site.url)
    shots = pictures(filer)

    assert "confirmed" == ran.result["outcome"], ran.stderr
    assert 3 == len(shots)
    assert [0, 0, 0] == [pixels(shot, is_magenta) for shot in shots]
    assert [] == hits(filer.evidence, CANARIES)


WITHOUT_A_MASK = """
from filer.browser.picture_masked import *
from filer.browser.picture_masked import Picture, words_of


def take(lens, box, places=(), phrase=""):
    body = lens.page.locator("body")
    text = body.inner_text()
    return Picture(lens.page.screenshot(full_page=True), body.aria_snapshot(), words_of(text))
"""
"""`filer.browser.picture` as it would be if it masked nothing."""


@pytest.fixture
def unmasked(filer: Command) -> Command:
    """The command, run from a copy of filer whose masks are taken out."""
    shutil.copytree(ROOT / "flows", filer.folder / "flows")
    copy = shutil.copytree(
        ROOT / "filer", filer.folder / "filer", ignore=shutil.ignore_patterns("__pycache__")
    )
    (copy / "browser/picture.py").rename(copy / "browser/picture_masked.py")
    (copy / "browser/picture.py").write_text(WITHOUT_A_MASK, encoding="utf-8")
    filer.anew = True
    return filer


def test_without_masks_the_words_are_found(unmasked: Command) -> None:
    """The same search on the same session finds the names once nothing is masked."""
    ran = filed(unmasked, "facebook", "--scenario", "app+login")
    found = hits(unmasked.evidence, CANARIES)

    assert "confirmed" == ran.result["outcome"], ran.stderr
    assert {"PRACTICE_ACCOUNT", *(name for name in CANARIES if "FRIEND" in name)} <= {
        hit.partition(" ")[0] for hit in found
    }


def test_without_masks_the_pixels_are_found(unmasked: Command) -> None:
    """The same count on the same page finds the colour once nothing is masked."""
    with Site(magenta(PLAIN), answer=magenta(ANSWER)) as site:
        ran = filed(unmasked, "facebook", "--site", site.url)

    assert "confirmed" == ran.result["outcome"], ran.stderr
    assert all(pixels(shot, is_magenta) > 1000 for shot in pictures(unmasked))


@pytest.mark.parametrize("spelt", ["plain", "name", "packed", "png", "base64", "upper"])
def test_the_search_finds(tmp_path: Path, spelt: str) -> None:
    """The search of these tests finds a canary in each of the ways it claims to."""
    secret = CANARIES["PRACTICE_PASSWORD"].encode()
    inside = b"t\0\0" + zlib.compress(secret)
    content = {
        "plain": b"x" + secret,
        "name": b"",
        "packed": b"xx" + zlib.compress(b"a " + secret, wbits=31) + b"yy",
        "png": b"\x89PNG\r\n\x1a\n" + len(inside).to_bytes(4) + b"zTXt" + inside + b"0000",
        "base64": base64.b64encode(b"x" * 50 + secret),
        "upper": secret.upper(),
    }[spelt]
    (tmp_path / (secret.decode() if spelt == "name" else "file")).write_bytes(content)

    assert 1 == len(hits(tmp_path, CANARIES))
