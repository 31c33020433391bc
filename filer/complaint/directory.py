"""The authorities as a list to read: by country, how each is reached, and what to type for it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from filer.complaint.authorities import LANDS, SHORT, Authority, everyone
from filer.words import _, pair


@dataclass(frozen=True)
class Entry:
    """An authority in the list: for which *place* it is, and *to*, what to type after `--to`.

    *of_companies* is whether it watches over companies such as Meta.
    """

    place: str
    authority: Authority
    to: str
    of_companies: bool = True

    def reached(self) -> str:
        """How a complaint gets there, in a few words."""
        one = self.authority
        ways = ((_("web form"), one.form), (_("e-mail"), one.email), (_("post"), one.post))
        return ", ".join(word for word, there in ways if there) or _("no way is known")


def entries() -> Iterator[Entry]:
    """Every authority once, by the name of its country; the German states by theirs."""
    land_of = {slug: names.split()[0].replace("+", " ") for slug, names in LANDS.values()}
    found = []
    for one in everyone():
        country = country_in_words(one.countries[0])
        if one.slug in land_of:
            place = f"{country}, {land_of[one.slug]}"
            found.append((country, 0, place, Entry(place, one, land_of[one.slug])))
        elif one.countries[0] == "de":
            place = _("{country}, not for Meta").format(country=country)
            found.append((country, 1, place, Entry(place, one, _typed(one), of_companies=False)))
        else:
            found.append((country, 0, country, Entry(country, one, one.countries[0])))
    found.sort(key=lambda each: (_bare(each[0]), each[1], _bare(each[2])))
    for _country, _others, _place, entry in found:
        yield entry


def offices() -> list[tuple[str, str]]:
    """Each authority that watches over companies: its slug, and its place with its name."""
    return [
        (each.authority.slug, pair(each.place, each.authority.name.splitlines()[0]))
        for each in entries()
        if each.of_companies
    ]


def _bare(text: str) -> str:
    """*text* without accents: Österreich stands at O."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _typed(one: Authority) -> str:
    """The shortest name that means *one*."""
    return min((one.slug, *(name for name, slug in SHORT.items() if slug == one.slug)), key=len)


def country_in_words(code: str) -> str:
    """The name of a country; of one that is unknown here its code."""
    words = {
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
    return words.get(code, code)
