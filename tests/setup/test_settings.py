"""The settings: what the environment, `.env` and the command line say comes out the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from filer import settings
from filer.settings import Settings


def read(
    folder: Path,
    environment: Mapping[str, str] | None = None,
    dotenv: str = "",
    options: Mapping[str, str | None] | None = None,
) -> Settings:
    """The settings from these three, and from nothing of this machine."""
    file = folder / ".env"
    file.write_text(dotenv, encoding="utf-8")
    return settings.read(
        options or {}, default_evidence=folder, environment=environment or {}, dotenv=file
    )


TYPED = r"Street 1\n1000 AA Town"


@pytest.mark.parametrize(
    ("environment", "dotenv", "options"),
    [
        pytest.param({"FILER_ADDRESS": TYPED}, "", {}, id="environment"),
        pytest.param({"FILER_ADDRESS": "Street 1\n1000 AA Town"}, "", {}, id="with a real end"),
        pytest.param({}, f'FILER_ADDRESS="{TYPED}"\n', {}, id=".env, double quotes"),
        pytest.param({}, f"FILER_ADDRESS='{TYPED}'\n", {}, id=".env, single quotes"),
        pytest.param({}, f"FILER_ADDRESS={TYPED}\n", {}, id=".env, no quotes"),
        pytest.param({}, "", {"address": TYPED}, id="command line"),
    ],
)
def test_an_address_of_several_lines(
    tmp_path: Path, environment: dict[str, str], dotenv: str, options: dict[str, str | None]
) -> None:
    r"""`\n` begins a new line of the address, wherever it comes from."""
    found = read(tmp_path, environment, dotenv, options)

    assert "Street 1\n1000 AA Town" == found.profile.get("address")


def test_a_reason_stays_as_it_is(tmp_path: Path) -> None:
    r"""A reason is the person's own text: a `\n` in it stays, so that nothing of it is changed."""
    said = r"They took C:\new\photos of me."

    assert said == read(tmp_path, {"FILER_REASON": said}).profile.get("reason")


def test_the_mark_of_an_editor_is_no_part_of_a_reason(tmp_path: Path) -> None:
    """Notepad begins a file with a mark that nobody sees; it is not typed into the form."""
    file = tmp_path / "reason.txt"
    file.write_text("I object.", encoding="utf-8-sig")

    assert "I object." == read(tmp_path, {"FILER_REASON_FILE": str(file)}).profile.get("reason")


@pytest.mark.parametrize("name", ["ALL_PROXY", "all_proxy"])
def test_one_proxy_for_everything(tmp_path: Path, name: str) -> None:
    """ALL_PROXY is the proxy of both schemes, unless one has its own; exceptions stay."""
    everything = {name: "http://proxy.example:3128", "no_proxy": "localhost"}
    one = {"http": "http://proxy.example:3128", "https": "http://proxy.example:3128"}
    own = {**one, "https": "http://other.example:8080"}

    assert {**one, "no": "localhost"} == read(tmp_path, everything).upstream
    assert {**own, "no": "localhost"} == (
        read(tmp_path, {**everything, "HTTPS_PROXY": "http://other.example:8080"}).upstream
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "dotenv", "language"),
    [
        (["practice", "--language", "nl"], {"LANG": "de_DE.UTF-8"}, "", "nl"),
        (["--language=nl", "flows"], {}, "", "nl"),
        (["flows"], {"FILER_LANGUAGE": "nl"}, "FILER_LANGUAGE=en\n", "nl"),
        (["flows"], {"LANG": "en_GB.UTF-8"}, "FILER_LANGUAGE=nl\n", "nl"),
        (["flows"], {"LANG": "nl_NL.UTF-8"}, "this is no setting\n", "nl"),
        (["flows", "--language"], {}, "", "en"),
    ],
)
def test_the_language_before_anything_is_understood(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], dotenv: str, language: str
) -> None:
    """What is wrong with a call is said in the language the call would have spoken."""
    file = tmp_path / ".env"
    file.write_text(dotenv, encoding="utf-8")

    assert language == settings.spoken(arguments, environment, file)
