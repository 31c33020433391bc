"""The data protection authorities: which one is yours, how it is reached, what is doubtful.

The records lie in `data/supervisory-authorities.json` as github.com/datenanfragen/data had them on
21 July 2026 (CC0 1.0), unchanged. What is known better, or is doubtful, stands here on top, each
with its reason. Nothing here was checked on the authorities' own sites.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filer.errors import BadValue, WrongUsage
from filer.words import _

DATA = Path(__file__).with_name("data") / "supervisory-authorities.json"

LEAD = "iedpc"
"""The Irish authority: Meta's company for Europe has its seat in Dublin."""

OUTSIDE = frozenset({"gb", "ch"})
"""Countries with a law of their own: the Irish authority does not lead for them."""

PROCEDURAL_APPLIES = dt.date(2027, 4, 2)
"""From when Regulation (EU) 2025/2518 applies (its Article 37)."""

SHORT = {
    "ap": "nlap",
    "dpc": "iedpc",
    "apd": "beapd",
    "gba": "beapd",
    "dsb": "atdsb",
    "aepd": "esaepa",
    "garante": "itgpdp",
    "gpdp": "itgpdp",
    "ico": "gbico",
    "imy": "sedi",
    "cnil": "frcnil",
    "uodo": "plgiodo",
    "bfdi": "debfdi",
    "baylda": "debaylda",
    "hmbbfdi": "dehmbbfdi",
    "ldi nrw": "denrwldi",
    "edoeb": "chedoeb",
    "edob": "chedoeb",
    "fdpic": "chedoeb",
    "naih": "hunaih",
    "azop": "hrazop",
    "vdai": "ltada",
    "aki": "eeaki",
    "dvi": "lvdvi",
    "idpc": "mtidpc",
    "anspdcp": "roanspdcp",
}
"""The short names by which people call them."""

COUNTRIES = {
    "at": "Oostenrijk Austria Österreich Autriche",
    "be": "België Belgium Belgien Belgique",
    "bg": "Bulgarije Bulgaria Bulgarien Bulgarie",
    "ch": "Zwitserland Switzerland Schweiz Suisse",
    "cy": "Cyprus Zypern Chypre",
    "cz": "Tsjechië Czechia Tschechien Tchéquie",
    "de": "Duitsland Germany Deutschland Allemagne",
    "dk": "Denemarken Denmark Dänemark Danemark",
    "ee": "Estland Estonia Estonie",
    "es": "Spanje Spain Spanien Espagne",
    "fi": "Finland Finnland Finlande",
    "fr": "Frankrijk France Frankreich",
    "gb": "Verenigd-Koninkrijk United-Kingdom Vereinigtes-Königreich Royaume-Uni",
    "gr": "Griekenland Greece Griechenland Grèce",
    "hr": "Kroatië Croatia Kroatien Croatie",
    "hu": "Hongarije Hungary Ungarn Hongrie",
    "ie": "Ierland Ireland Irland Irlande",
    "is": "IJsland Iceland Island Islande",
    "it": "Italië Italy Italien Italie",
    "li": "Liechtenstein",
    "lt": "Litouwen Lithuania Litauen Lituanie",
    "lu": "Luxemburg Luxembourg",
    "lv": "Letland Latvia Lettland Lettonie",
    "mt": "Malta Malte",
    "nl": "Nederland Netherlands The-Netherlands Niederlande Pays-Bas Holland",
    "no": "Noorwegen Norway Norwegen Norvège",
    "pl": "Polen Poland Pologne",
    "pt": "Portugal",
    "ro": "Roemenië Romania Rumänien Roumanie",
    "se": "Zweden Sweden Schweden Suède",
    "si": "Slovenië Slovenia Slowenien Slovénie",
    "sk": "Slowakije Slovakia Slowakei Slovaquie",
}
"""The names of each country in Dutch, English, German and French; a hyphen stands for a space."""

_OTHER_CODES = {"uk": "gb", "el": "gr"}
"""Codes that people use beside the ISO ones."""

LANDS = {
    "bw": ("debawueldb", "Baden-Württemberg"),
    "by": ("debaylda", "Bayern Bavaria Beieren Bavière"),
    "be": ("deberlbdi", "Berlin Berlijn"),
    "bb": ("debralda", "Brandenburg Brandebourg"),
    "hb": ("debrelfdi", "Bremen Brême"),
    "hh": ("dehmbbfdi", "Hamburg Hambourg"),
    "he": ("dehessbdi", "Hessen Hesse"),
    "mv": ("demvldi", "Mecklenburg-Vorpommern"),
    "ni": ("dendslfd", "Niedersachsen Lower+Saxony Nedersaksen Basse+Saxe"),
    "nw": ("denrwldi", "Nordrhein-Westfalen NRW North+Rhine-Westphalia Noordrijn-Westfalen"),
    "rp": ("derlpbdi", "Rheinland-Pfalz Rhineland-Palatinate Rijnland-Palts"),
    "sl": ("desaarudz", "Saarland Sarre"),
    "sn": ("desaechsdsb", "Sachsen Saxony Saksen Saxe"),
    "st": ("desalbd", "Sachsen-Anhalt Saxony-Anhalt Saksen-Anhalt"),
    "sh": ("deshuld", "Schleswig-Holstein Sleeswijk-Holstein"),
    "th": ("detlfdi", "Thüringen Thuringia Thuringe"),
}
"""The German states by the code of ISO 3166-2: who watches over companies there, and its names.

In Bavaria that is the BayLDA; the other Bavarian authority watches over public bodies. The federal
one (BfDI) and those of churches and broadcasters are left out for the same reason: they watch over
others than Meta. A plus stands for a space.
"""


@dataclass(frozen=True)
class Authority:
    """A data protection authority.

    *form*, *email*, *post*, *language* are empty where the record has none. *doubts* are sentences
    on what may be out of date, *notes* on what else is known.
    """

    slug: str
    countries: tuple[str, ...]
    name: str
    post: str
    email: str
    form: str
    web: str
    phone: str
    language: str
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def leads(self) -> bool:
        """Whether it is the authority that leads for Meta."""
        return self.slug == LEAD

    @property
    def in_one_stop_shop(self) -> bool:
        """Whether a complaint made here can travel to the lead authority."""
        return not OUTSIDE & set(self.countries)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages a complaint should be in: its own, and English where it will travel."""
        own = (self.language,) if self.language else ()
        travels = self.in_one_stop_shop and self.language != "en"
        return (*own, "en") if travels else own or ("en",)

    def facts(self) -> dict[str, object]:
        """The same as a JSON object."""
        return {
            "slug": self.slug,
            "countries": list(self.countries),
            "name": self.name,
            "form": self.form or None,
            "email": self.email or None,
            "post": self.post,
            "phone": self.phone or None,
            "web": self.web or None,
            "language": self.language or None,
            "languages": list(self.languages),
            "leads": self.leads,
            "one_stop_shop": self.in_one_stop_shop,
            "doubts": list(self.doubts),
            "notes": list(self.notes),
        }


def everyone() -> tuple[Authority, ...]:
    """Every authority, in the order of their slugs; texts in the language now spoken."""
    return tuple(_authority(record) for record in _records())


def source() -> str:
    """Where the records come from, their date and their licence."""
    return str(json.loads(DATA.read_text(encoding="utf-8"))["source"])


def named(slug: str) -> Authority:
    """The authority called *slug*. Raises `KeyError` when there is none."""
    found = {record["slug"]: record for record in _records()}
    return _authority(found[slug])


def find(query: str, country: str | None = None, region: str | None = None) -> Authority:
    """The authority that *query* means: a country, a German state, a slug, a name or part of one.

    An empty *query* means the person's own, by their *country* and, in Germany, their *region*.
    Raises `WrongUsage` with the candidates when it is none or several, `BadValue` when *country*
    or *region* is missing or unknown.
    """
    wanted = _plain(query)
    if not wanted:
        return _of_person(country, region)
    if found := next((r for r in _records() if wanted in {r["slug"], _plain(r["name"])}), None):
        return _authority(found)
    if wanted in SHORT:
        return named(SHORT[wanted])
    if code := _country(wanted):
        return _of_country(code, region, query)
    if land := _land(wanted):
        return named(LANDS[land][0])
    return _by_part(query, wanted)


def explain(authority: Authority) -> tuple[str, ...]:
    """Where a complaint to *authority* goes and who decides, in plain sentences with articles."""
    if not authority.in_one_stop_shop:
        return (
            _(
                "This country has its own data protection law and is not part of the EU's system. "
                "This authority handles your complaint by its own law; the Irish one does not "
                "lead for it."
            ),
        )
    first = _(
        "You complain to an authority in the country where you live, where you work, or where the "
        "infringement was (Article 77 GDPR). It stays the one you talk to."
    )
    if authority.leads:
        return (
            first,
            _("For Meta it also leads: Meta's company for Europe is in Ireland (Article 56 GDPR)."),
        )
    return (
        first,
        _(
            "Meta's company for Europe is in Ireland, so the Irish authority (DPC) leads the "
            "examination (Article 56 GDPR). Yours passes your complaint on, works with the DPC and "
            "has a say in the draft of the decision (Article 60 GDPR)."
        ),
        _(
            "Your complaint will be read in Ireland, so an English version belongs with it. You "
            "need not write to the DPC yourself."
        ),
    )


def procedural_regulation(on: dt.date) -> tuple[str, ...]:
    """What the GDPR Procedural Regulation changes for a complaint made *on* that day, with sources.

    Source: the articles named, as a law firm's copy of the text gives them
    (digitalcompliance.snellman.com), and the summaries of Arthur Cox (19 December 2025) and of the
    Council (17 November 2025). The Official Journal itself was not at hand.
    """
    name = _(
        "Regulation (EU) 2025/2518 of 26 November 2025 adds rules for complaints that cross "
        "borders. It applies from 2 April 2027 (Article 37); most of it only to complaints made "
        "after that day (Article 36)."
    )
    if on <= PROCEDURAL_APPLIES:
        now = _("A complaint made before that is handled by the rules of today.")
    else:
        now = _("It applies to a complaint made now.")
    return (
        name,
        now,
        _(
            "A complaint is then admissible with five things at most, of which a person needs "
            "three: name and contact details, who the complaint is against, and what "
            "went wrong (Article 4(1)). What is missing must be said within two weeks "
            "(Article 4(2)). National rules of form still apply."
        ),
        _(
            "If it is about a right, such as to object, you must have asked the company first "
            "(Arthur Cox). Your authority passes it on within six weeks (Arthur Cox). The leading "
            "authority has 15 months for a draft of its decision, once 12 more if it is complex; "
            "12 months in the simple procedure (Article 12; Council)."
        ),
        _(
            "You are heard at certain points, see the preliminary findings and can see the file "
            "(Council). If Meta has put it right, the case can be closed early; you are told, and "
            "you can object (Article 5; Council)."
        ),
        _(
            "Not confirmed by filer: who translates what, and the exact points at which you are "
            "heard. Read the text before you rely on it: eur-lex.europa.eu/eli/reg/2025/2518/oj"
        ),
    )


# --------------------------------------------------------------------------- finding


def _of_person(country: str | None, region: str | None) -> Authority:
    if not country:
        raise BadValue(
            _("filer does not know in which country you live, so it cannot say who is competent."),
            _("Give FILER_COUNTRY, such as nl, or name the authority."),
        )
    code = _country(_plain(country))
    if not code:
        raise BadValue(
            _("“{country}” is no country filer knows.").format(country=country),
            _("Known are: {all}.").format(all=" ".join(COUNTRIES)),
        )
    return _of_country(code, region, country)


def _of_country(code: str, region: str | None, query: str) -> Authority:
    if code != "de":
        return next(_authority(r) for r in _records() if code in r["relevant-countries"])
    if region:
        if land := _land(_plain(region)):
            return named(LANDS[land][0])
        raise BadValue(
            _("“{region}” is no German state filer knows.").format(region=region),
            _("Known are: {all}.").format(all=_all_lands()),
        )
    raise WrongUsage(
        _("Germany has an authority in each state, so “{query}” is not enough.").format(
            query=query
        ),
        _("Give FILER_REGION or name the state. Known are: {all}.").format(all=_all_lands()),
    )


def _by_part(query: str, wanted: str) -> Authority:
    found = [r for r in _records() if wanted in _plain(r["name"]) or wanted in r["slug"]]
    if len(wanted) > 1 and len(found) == 1:
        return _authority(found[0])
    if len(wanted) > 1 and found:
        raise WrongUsage(
            _("“{query}” can be several authorities.").format(query=_short(query)),
            _("Name one: {all}.").format(
                all="; ".join(f"{r['slug']} ({r['name'].splitlines()[0]})" for r in found)
            ),
        )
    raise WrongUsage(
        _("There is no authority “{query}”.").format(query=_short(query)),
        _(
            "Name a country, such as nl or Nederland, a short name, such as ap or dpc, or part of "
            "its name. filer complaint --list prints them all."
        ),
    )


def _short(query: str) -> str:
    return query if len(query) <= 60 else f"{query[:60]}…"


def _country(wanted: str) -> str:
    if wanted in COUNTRIES:
        return wanted
    if wanted in _OTHER_CODES:
        return _OTHER_CODES[wanted]
    for code, names in COUNTRIES.items():
        if wanted in {_plain(name.replace("-", " ")) for name in names.split()}:
            return code
    return ""


def _land(wanted: str) -> str:
    code = wanted.removeprefix("de ")
    if code in LANDS:
        return code
    for land, (_slug, names) in LANDS.items():
        if wanted in {_plain(name.replace("+", " ")) for name in names.split()}:
            return land
    return ""


def _all_lands() -> str:
    return ", ".join(f"{code} ({names.split()[0]})" for code, (_slug, names) in LANDS.items())


def _plain(text: str) -> str:
    """*text* in small letters without accents, with single spaces for whatever is no letter."""
    spelled = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in spelled if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare))


# --------------------------------------------------------------------------- the records


@functools.cache
def _records() -> tuple[Mapping[str, Any], ...]:
    read = json.loads(DATA.read_text(encoding="utf-8"))
    return tuple(read["records"])


def _authority(record: Mapping[str, Any]) -> Authority:
    slug = record["slug"]
    notes, doubts = _known(slug)
    return Authority(
        slug=slug,
        countries=tuple(record["relevant-countries"]),
        name=record["name"].strip(),
        post=record["address"].strip(),
        email=record.get("email", ""),
        form=_FORMS.get(slug, record.get("webform", "")),
        web=record.get("web", ""),
        phone=record.get("phone", ""),
        language=record.get("complaint-language", ""),
        doubts=tuple(doubts),
        notes=(*notes, *_comments(record)),
    )


def _comments(record: Mapping[str, Any]) -> Iterable[str]:
    return [" ".join(comment.split()) for comment in record.get("comments", ())]


_FORMS = {"nlap": "https://autoriteitpersoonsgegevens.nl/een-tip-of-klacht-indienen-bij-de-ap"}
"""Web forms that are known better than the records have them. The AP's: its own page, archived."""


def _known(slug: str) -> tuple[list[str], list[str]]:
    """What is known of an authority beside its record, and what is doubtful."""
    notes: list[str] = []
    doubts: list[str] = []
    match slug:
        case "nlap":
            notes.append(
                _(
                    "It takes complaints in Dutch and in English. Print or save the form before "
                    "you send it: afterwards you cannot see it again."
                )
            )
            doubts.append(
                _(
                    "The public list still has an older path for its web form "
                    "(…/nl/meldingsformulier-klachten); the address here is the newer one."
                )
            )
        case "iedpc":
            notes.append(
                _("It expects you to upload or otherwise give your evidence with the complaint.")
            )
            doubts.append(
                _(
                    "The postal address is likely out of date: the DPC moved to a new head office "
                    "in Dublin in May 2025. Look at its own site before you post a letter."
                )
            )
        case "dkdi" | "fitst" | "plgiodo" | "grdpa":
            doubts.append(
                _(
                    "The record looks old. Look at its own site for the current web form and "
                    "address before you use it."
                )
            )
        case "debayldb":
            notes.append(
                _("It watches over public bodies only. For Meta it is the BayLDA (debaylda).")
            )
        case "dehmbbfdi":
            notes.append(
                _("Meta's German establishment is in Hamburg; this authority leads in Germany.")
            )
        case _ if slug.startswith(("dekath", "deekd", "derf")):
            notes.append(
                _("It watches over a church or broadcasters, not over companies such as Meta.")
            )
        case "debfdi":
            notes.append(
                _("It watches over federal bodies, telephone and post companies, not over Meta.")
            )
    return notes, doubts
