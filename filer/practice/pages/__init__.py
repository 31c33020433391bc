"""The pages of the practice site: templates, scripts and wordings, and how they come together."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import jinja2

Words = dict[str, dict[str, str]]

# Whole wordings of their own. Hungarian stands for "a language without label tables".
LANGUAGES = ("nl", "en", "de", "fr", "it", "es", "pl", "hu")
UNLABELLED = "hu"

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("filer.practice", "pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@cache
def words(language: str) -> Words:
    """The wordings of the practice site in a language, by section and key.

    The other languages of the EU and the EEA have short wordings (notice, form, thanks); what they
    lack, and any further language, is worded as in Hungarian.
    """
    code = language.replace("_", "-").split("-")[0].lower()
    if code in LANGUAGES:
        return _read(code)
    whole = {section: dict(texts) for section, texts in _read(UNLABELLED).items()}
    short = short_words().get(code)
    if short is None:
        return whole
    whole["notice"] = {"text": short["notice"]}
    for section in ("title", "intro", "email", "reason", "send"):
        whole[section] = dict.fromkeys(("desktop", "mobile", "app"), short[section])
    whole["thanks"] = {"title": short["thanks"], "text": short["received"]}
    whole["help"] |= {"email": "", "reason": "", "optional": ""}
    return whole


@cache
def short_words() -> dict[str, dict[str, str]]:
    """The wordings of the languages that have only the most needed ones, by language."""
    return tomllib.loads(_text("short.toml"))


@cache
def form_words() -> dict[str, Words]:
    """The wordings of the forms that only some people need, by language: not all languages."""
    return tomllib.loads(_text("forms.toml"))


def page(template: str, **values: object) -> bytes:
    """A page made from one of the templates."""
    return _ENVIRONMENT.get_template(template).render(values).encode()


def _read(language: str) -> Words:
    read = tomllib.loads(_text(f"{language}.toml"))
    return read | {"notice": {"text": read["notice"]}}


def _text(name: str) -> str:
    return (files("filer.practice") / "pages" / "words" / name).read_text("utf-8")
