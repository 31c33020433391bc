"""When something is due, and whose rule that is. Pure: a day goes in, a day comes out.

Periods are counted by Regulation (EEC, Euratom) No 1182/71. Its Article 3, as far as it is needed:

    (1)     the day of the event itself is not counted;
    (2)(c)  a period in months ends with the last hour of the day with the same number, or of the
            month's last day where that number does not occur;
    (3)     public holidays, Sundays and Saturdays within the period count;
    (4)     a last day that is one of these moves the end to the next working day.

Public holidays are those where the action is to be taken (Article 2(1)). For Meta's answer that
may well be Ireland; filer counts those of the person's country and says when Ireland's differ.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import zoneinfo
from dataclasses import dataclass

import holidays

from filer.complaint.days import in_words
from filer.words import _

REMINDER_DAYS = 14
"""After so many days filer suggests a friendly reminder: our own advice, nobody's rule."""

ZONES = {
    "at": "Europe/Vienna",
    "be": "Europe/Brussels",
    "bg": "Europe/Sofia",
    "ch": "Europe/Zurich",
    "cy": "Asia/Nicosia",
    "cz": "Europe/Prague",
    "de": "Europe/Berlin",
    "dk": "Europe/Copenhagen",
    "ee": "Europe/Tallinn",
    "es": "Europe/Madrid",
    "fi": "Europe/Helsinki",
    "fr": "Europe/Paris",
    "gb": "Europe/London",
    "gr": "Europe/Athens",
    "hr": "Europe/Zagreb",
    "hu": "Europe/Budapest",
    "ie": "Europe/Dublin",
    "is": "Atlantic/Reykjavik",
    "it": "Europe/Rome",
    "li": "Europe/Vaduz",
    "lt": "Europe/Vilnius",
    "lu": "Europe/Luxembourg",
    "lv": "Europe/Riga",
    "mt": "Europe/Malta",
    "nl": "Europe/Amsterdam",
    "no": "Europe/Oslo",
    "pl": "Europe/Warsaw",
    "pt": "Europe/Lisbon",
    "ro": "Europe/Bucharest",
    "se": "Europe/Stockholm",
    "si": "Europe/Ljubljana",
    "sk": "Europe/Bratislava",
}
"""The time zone of each country; the one of its capital where it has several."""

_OF_REGIONS = {("es", "CN"): "Atlantic/Canary", ("pt", "20"): "Atlantic/Azores"}
_BY_REGION = frozenset({"ch", "de", "es", "gb"})
"""Countries in which several public holidays hold in a part of the country only."""

_NOT_EU_LAW = frozenset({"ch", "gb"})


@dataclass(frozen=True)
class Place:
    """Where a person lives, for clocks and holidays.

    *country* is "" when it is not known, *region* "" when none is; *unknown_region* is a region
    that was given and that nobody knows. *zone* None is the time zone of this machine.
    """

    country: str = ""
    region: str = ""
    unknown_region: str = ""
    zone: dt.tzinfo | None = None

    def day(self, moment: dt.datetime) -> dt.date:
        """The date on the person's calendar at *moment*, which is aware."""
        return moment.astimezone(self.zone).date()

    def begins(self, day: dt.date) -> dt.datetime:
        """The moment at which *day* begins for the person."""
        midnight = dt.datetime.combine(day, dt.time.min)
        return midnight.replace(tzinfo=self.zone) if self.zone else midnight.astimezone()

    def is_working_day(self, day: dt.date) -> bool:
        """Whether *day* is no Saturday, Sunday, or public holiday that is known here."""
        if day.weekday() >= 5:
            return False
        return not self.country or day not in _holidays(self.country, self.region)

    def doubts(self) -> tuple[str, ...]:
        """What can make a date wrong here, in sentences."""
        if not self.country:
            return (
                _(
                    "filer does not know your country, so only Saturdays and Sundays are taken "
                    "into account: a public holiday can move a date. FILER_COUNTRY names it."
                ),
            )
        found = []
        if self.unknown_region:
            found.append(
                _(
                    "filer does not know the region {region}: only public holidays of the whole "
                    "country are taken into account."
                ).format(region=self.unknown_region)
            )
        elif self.country in _BY_REGION and not self.region:
            found.append(
                _(
                    "Public holidays of a part of your country are not taken into account. "
                    "FILER_REGION names yours."
                )
            )
        if self.country in _NOT_EU_LAW:
            found.append(
                _(
                    "The dates are counted by the rules of the EU. The law of your country may "
                    "count otherwise."
                )
            )
        return tuple(found)


@dataclass(frozen=True)
class Deadline:
    """A day that matters. *kind* is "reminder", "answer" or "news".

    *rule* says whose rule it is; *notes* what one should know about the date, in sentences;
    *counted_from* is the day of the event, which is not counted itself.
    """

    kind: str
    day: dt.date
    counted_from: dt.date
    title: str
    rule: str
    notes: tuple[str, ...] = ()

    def facts(self) -> dict[str, object]:
        """The same as a JSON object."""
        return {
            "kind": self.kind,
            "day": self.day.isoformat(),
            "counted_from": self.counted_from.isoformat(),
            "title": self.title,
            "rule": self.rule,
            "notes": list(self.notes),
        }


def place(country: str, region: str = "") -> Place:
    """The place that a country code and a region's code or name mean; unknown ones stay unknown.

    *region* is what `FILER_REGION` holds, such as "Bayern" or "BY".
    """
    country = country.strip().casefold()
    if country not in ZONES:
        return Place()
    code = _region(country, region.strip())
    zone = zoneinfo.ZoneInfo(_OF_REGIONS.get((country, code), ZONES[country]))
    return Place(country, code, "" if code else region.strip(), zone)


@functools.cache
def _holidays(country: str, region: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country.upper(), subdiv=region or None)


def _region(country: str, named: str) -> str:
    wanted = named.casefold().removeprefix(f"{country}-")
    known = _holidays(country, "").get_subdivision_aliases()
    for code, names in known.items():
        if wanted and wanted in {code.casefold(), *(name.casefold() for name in names)}:
            return str(code)
    return ""


# --------------------------------------------------------------------------- counting


def months_after(day: dt.date, months: int) -> dt.date:
    """The last day of a period of *months* that an event on *day* begins, before Article 3(4)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def working_day(day: dt.date, where: Place) -> dt.date:
    """*day* itself, or the next working day after it: Article 3(4)."""
    while not where.is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def reminder(sent: dt.date) -> Deadline:
    """The day from which filer suggests a friendly reminder, for what was sent on *sent*."""
    return Deadline(
        "reminder",
        sent + dt.timedelta(days=REMINDER_DAYS),
        sent,
        _("A friendly reminder, if nothing came"),
        _("This date is our own advice, two weeks after sending. No law asks for it."),
    )


def answer_due(received: dt.date, where: Place, *, extended: bool = False) -> Deadline:
    """The last day for Meta's answer to what it received on *received*.

    *extended*: Meta said within the month that it takes up to two further months.
    """
    last = months_after(received, 3 if extended else 1)
    rule = (
        _(
            "Meta told you within the month that it takes longer: three months in all from receipt "
            "(GDPR, Article 12(3))."
        )
        if extended
        else _("One month from receipt (GDPR, Article 12(3)).")
    )
    return Deadline(
        "answer",
        day := working_day(last, where),
        received,
        _("The last day for Meta's answer"),
        f"{rule} {_counted()}",
        (*_moved(last, day), *_in_ireland(last, day), *where.doubts()),
    )


def news_due(handed_in: dt.date, where: Place) -> Deadline:
    """The last day for the authority's news of a complaint that was handed in on *handed_in*."""
    last = months_after(handed_in, 3)
    return Deadline(
        "news",
        day := working_day(last, where),
        handed_in,
        _("The last day for news from the authority"),
        _("Three months from your complaint (GDPR, Article 78(2)).") + " " + _counted(),
        (*_moved(last, day), *where.doubts()),
    )


def practice_of_authorities() -> str:
    """Whose rule it is to wait for the month, as a sentence."""
    return _(
        "You may complain to an authority whenever you think that the GDPR is broken (Article 77). "
        "That you ask Meta first and give it the month is what authorities want in practice, such "
        "as the Dutch and the Irish one. It is not a condition of Article 77."
    )


def _counted() -> str:
    return _("Counted by Regulation 1182/71, Article 3.")


def _moved(last: dt.date, day: dt.date) -> tuple[str, ...]:
    if last == day:
        return ()
    return (
        _(
            "The period itself ends on {last}. That is no working day, so it runs until the next "
            "one (Article 3(4))."
        ).format(last=in_words(last)),
    )


def _in_ireland(last: dt.date, day: dt.date) -> tuple[str, ...]:
    there = working_day(last, place("ie"))
    if there == day:
        return ()
    return (
        _(
            "Counted with the public holidays of Ireland, where Meta's company for Europe is, it "
            "ends on {day}. Which ones count is not certain (Regulation 1182/71, Article 2(1))."
        ).format(day=in_words(there)),
    )
