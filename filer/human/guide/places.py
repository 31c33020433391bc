"""Countries, and in Germany the states, in words: to find the authority of where a person lives."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from filer.complaint import authorities
from filer.words import _, pair

_STATES = {slug: names.split()[0].replace("+", " ") for slug, names in authorities.LANDS.values()}
"""By the slug of its authority, what each German state calls itself."""


def offices() -> list[tuple[str, str]]:
    """Each authority that a person could complain to: its slug, and its country with its name.

    Sorted by country. Of the German ones those that watch over companies, by state.
    """
    found = [(place, each) for each in authorities.everyone() if (place := _place(each))]
    found.sort(key=lambda each: _plain(each[0]))
    return [(each.slug, pair(place, each.name.splitlines()[0])) for place, each in found]


def _place(authority: authorities.Authority) -> str:
    country = _countries().get(authority.countries[0], authority.countries[0])
    if authority.countries[0] != "de":
        return country
    state = _STATES.get(authority.slug, "")
    return f"{country}, {state}" if state else ""


def _plain(text: str) -> str:
    """*text* without accents: Österreich stands at O."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _countries() -> Mapping[str, str]:
    return {
        "at": _("Austria"),
        "be": _("Belgium"),
        "bg": _("Bulgaria"),
        "ch": _("Switzerland"),
        "cy": _("Cyprus"),
        "cz": _("Czechia"),
        "de": _("Germany"),
        "dk": _("Denmark"),
        "ee": _("Estonia"),
        "es": _("Spain"),
        "fi": _("Finland"),
        "fr": _("France"),
        "gb": _("United Kingdom"),
        "gr": _("Greece"),
        "hr": _("Croatia"),
        "hu": _("Hungary"),
        "ie": _("Ireland"),
        "is": _("Iceland"),
        "it": _("Italy"),
        "li": _("Liechtenstein"),
        "lt": _("Lithuania"),
        "lu": _("Luxembourg"),
        "lv": _("Latvia"),
        "mt": _("Malta"),
        "nl": _("Netherlands"),
        "no": _("Norway"),
        "pl": _("Poland"),
        "pt": _("Portugal"),
        "ro": _("Romania"),
        "se": _("Sweden"),
        "si": _("Slovenia"),
        "sk": _("Slovakia"),
    }
