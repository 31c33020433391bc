"""Texts to start from for the reason, and what to think about before sending it.

Article 21(1) of the GDPR asks for grounds that relate to the person's own situation. Each text
leaves a place in brackets for them; filer does not send a text in which that place is still open.
The texts go into the form, so they are in the form's language, not in the one filer speaks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from filer.flow import plain
from filer.words import _, ngettext

SHORT = 120
"""Fewer characters than this are worth a warning: older forms refused fewer than 100."""


@dataclass(frozen=True)
class Start:
    """A text to start from; *place* stands in it for the person's own situation."""

    text: str
    place: str


STARTS: Mapping[str, Start] = {
    "nl": Start(
        "Ik maak bezwaar op grond van artikel 21, lid 1, van de AVG tegen het gebruik van mijn "
        "persoonsgegevens voor het ontwikkelen en verbeteren van AI bij Meta. Mijn situatie: "
        "[schrijf hier uw eigen situatie] Ik vraag u dit gebruik te stoppen en mij dat te "
        "bevestigen.",
        "[schrijf hier uw eigen situatie]",
    ),
    "en": Start(
        "Under Article 21(1) GDPR I object to the use of my personal data for developing and "
        "improving AI at Meta. My situation: [write your own situation here] I ask you to stop "
        "this use and to confirm that to me.",
        "[write your own situation here]",
    ),
    "de": Start(
        "Ich widerspreche nach Artikel 21 Absatz 1 DSGVO der Verwendung meiner personenbezogenen "
        "Daten für die Entwicklung und Verbesserung von KI bei Meta. Meine Situation: [hier die "
        "eigene Situation beschreiben] Ich bitte Sie, diese Verwendung zu beenden und mir das zu "
        "bestätigen.",
        "[hier die eigene Situation beschreiben]",
    ),
    "fr": Start(
        "En vertu de l'article 21, paragraphe 1, du RGPD, je m'oppose à l'utilisation de mes "
        "données personnelles pour développer et améliorer l'IA chez Meta. Ma situation : "
        "[décrivez ici votre propre situation] Je vous demande de cesser cette utilisation et de "
        "me le confirmer.",
        "[décrivez ici votre propre situation]",
    ),
    "it": Start(
        "Ai sensi dell'articolo 21, paragrafo 1, del GDPR mi oppongo all'uso dei miei dati "
        "personali per sviluppare e migliorare l'IA di Meta. La mia situazione: [descriva qui la "
        "propria situazione] Vi chiedo di cessare questo uso e di darmene conferma.",
        "[descriva qui la propria situazione]",
    ),
    "es": Start(
        "De acuerdo con el artículo 21, apartado 1, del RGPD, me opongo al uso de mis datos "
        "personales para desarrollar y mejorar la IA de Meta. Mi situación: [describa aquí su "
        "propia situación] Les pido que pongan fin a este uso y que me lo confirmen.",
        "[describa aquí su propia situación]",
    ),
    "pl": Start(
        "Na podstawie art. 21 ust. 1 RODO sprzeciwiam się wykorzystywaniu moich danych osobowych "
        "do rozwijania i ulepszania AI w Meta. Moja sytuacja: [proszę opisać tu własną sytuację] "
        "Proszę o zaprzestanie tego wykorzystywania i o potwierdzenie tego.",
        "[proszę opisać tu własną sytuację]",
    ),
}
"""By language of the form. Own words; where a language is missing, the English text is used."""

_OPEN_PLACE = re.compile(r"\[[^\[\]]*\w[^\[\]]*\]")

_SENSITIVE = (
    # health
    *(
        "health",
        "illness",
        "disease",
        "disorder",
        "diagnos",
        "medic",
        "depress",
        "autis",
        "cancer",
        "hiv",
        "pregnan",
        "disab",
        "therap",
        "psych",
    ),
    *("gezondheid", "ziek", "kanker", "zwanger", "gehandicapt", "handicap", "beperking"),
    *("krank", "erkrank", "gesundheit", "krebs", "schwanger", "behinder", "schwerbehinder"),
    *("santé", "malad", "enceinte", "grossesse", "dépress", "thérap", "médic", "médec", "séropos"),
    *("salute", "malatt", "gravid", "disabil"),
    *("salud", "enfermedad", "embaraz", "discapac"),
    *("zdrow", "chorob", "ciąż", "niepełnospraw"),
    # belief, politics, origin, love, union, crime
    *("religi", "muslim", "moslim", "christelijk", "christlich", "chrétien", "jewish", "jood"),
    *("musulman", "islam", "catholi", "katholi", "protestant", "croyan"),
    *("jüdi", "juif", "juive", "ebreo", "ebrea", "żyd"),
    *("politic", "politiek", "politisch", "politique", "polític", "polityc"),
    *("gay", "lesbi", "homo", "bisex", "biseks", "transg", "sexual", "seksu", "sexuel"),
    *("schwul", "transs"),
    *("trade union", "vakbond", "gewerkschaft", "syndica", "sindaca", "sindica", "związk"),
    *("syndiqu",),
    *("ethnic", "etnisch", "ethnisch", "ethni", "etnic", "étnic"),
    *("convict", "veroordeel", "vorbestraft", "condamn", "condann", "skazan"),
    *("verurteil", "straftat"),
)
"""Beginnings of words that hint at data which the GDPR protects specially (Articles 9 and 10)."""


def start(language: str) -> str:
    """The text to start from in *language*, in English where there is none."""
    return STARTS.get(language, STARTS["en"]).text


def complete(language: str, situation: str) -> str:
    """The text to start from with *situation* in the open place, as a sentence of its own."""
    chosen = STARTS.get(language, STARTS["en"])
    situation = situation.strip()
    ended = situation if situation.endswith((".", "!", "?", "…")) else f"{situation}."
    return chosen.text.replace(chosen.place, ended)


def unfinished(text: str) -> str | None:
    """What is still open in *text*, as a sentence; None if it can be sent.

    Open are the places of our own texts, also with other spacing or case.
    """
    found = plain(text)
    for begin in STARTS.values():
        if plain(begin.place) in found or plain(begin.place.strip("[]")) in found:
            return _(
                "Your reason still has an open place: %(place)s. Please write your own situation "
                "there. filer does not send it like this."
            ) % {"place": begin.place}
    return None


def sensitive_warning() -> str:
    """The sentence about health and other sensitive data, shown before a reason is written."""
    return _(
        "Please think before you write about your health, your beliefs, your politics, your "
        "origin, your love life or the police. Meta will read it, and it stays in your evidence. "
        "You do not have to tell such things: your objection does not need them."
    )


def advice(reason: str) -> list[str]:
    """What is worth a second thought about *reason*: sentences, none of them an error."""
    said = []
    if open_place := unfinished(reason):
        said.append(open_place)
    elif found := _OPEN_PLACE.search(reason):
        said.append(
            _("There are brackets in your reason: %(text)s. Is that still to be filled in?")
            % {"text": " ".join(found.group().split())}
        )
    length = len(reason.strip())
    if length < SHORT:
        said.append(
            ngettext(
                "Your reason has %(length)s character. Older forms of Meta refused fewer than 100, "
                "so a few sentences more are safer.",
                "Your reason has %(length)s characters. Older forms of Meta refused fewer than "
                "100, so a few sentences more are safer.",
                length,
            )
            % {"length": length}
        )
    if words := _sensitive_words(reason):
        said.append(
            _("Your reason seems to say something sensitive: %(words)s.")
            % {"words": ", ".join(words)}
        )
        said.append(sensitive_warning())
    return said


def _sensitive_words(reason: str) -> list[str]:
    found = []
    for word in re.findall(r"\w+(?: union)?", reason):
        if word.casefold().startswith(_SENSITIVE) and word not in found:
            found.append(word)
    return found
