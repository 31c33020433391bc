"""Days and moments as people write them."""

from __future__ import annotations

import datetime as dt

from filer.telling import MONTHS
from filer.words import _, ngettext


def in_words(day: dt.date) -> str:
    """A day with its weekday: Wednesday 23 December 2026."""
    weekdays = (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )
    return _("{weekday} {day} {month} {year}").format(
        weekday=weekdays[day.weekday()], day=day.day, month=_(MONTHS[day.month - 1]), year=day.year
    )


def from_today(day: dt.date, today: dt.date) -> str:
    """How far *day* is from *today*: "in 3 days", "today", "2 days ago"."""
    days = (day - today).days
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in {days} day", "in {days} days", days).format(days=days)
    return ngettext("{days} day ago", "{days} days ago", -days).format(days=-days)
