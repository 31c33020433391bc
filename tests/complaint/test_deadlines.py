"""When something is due: months, weekends, holidays, time zones, and whose rule each date is."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from filer.clock import SystemClock
from filer.complaint import deadlines
from filer.complaint.deadlines import Place, answer_due, months_after, news_due, place, reminder
from filer.profile import EU_EEA

DAY = dt.date.fromisoformat
NL = place("nl")
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2040, 12, 31))
PLACES = st.sampled_from([place(country) for country in sorted(EU_EEA)] + [place("")])


@pytest.mark.parametrize(
    ("event", "months", "last"),
    [
        ("2026-11-23", 1, "2026-12-23"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-01-29", 1, "2028-02-29"),
        ("2027-01-29", 1, "2027-02-28"),
        ("2028-02-29", 1, "2028-03-29"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-01-31", 3, "2026-04-30"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-12-01", 12, "2027-12-01"),
    ],
)
def test_a_month_ends_on_the_same_number_or_the_last_day(
    event: str, months: int, last: str
) -> None:
    """Article 3(2)(c): the same day number, and where that does not occur the month's last day."""
    assert DAY(last) == months_after(DAY(event), months)


@pytest.mark.parametrize(
    ("country", "region", "received", "due", "why"),
    [
        ("nl", "", "2026-11-23", "2026-12-23", "an ordinary Wednesday"),
        ("nl", "", "2026-11-25", "2026-12-28", "Christmas, Second Christmas Day, a Sunday"),
        ("nl", "", "2026-11-30", "2026-12-30", "30 November"),
        ("nl", "", "2026-12-31", "2027-02-01", "31 January 2027 is a Sunday"),
        ("nl", "", "2026-01-31", "2026-03-02", "28 February 2026 is a Saturday"),
        ("nl", "", "2028-01-31", "2028-02-29", "a leap year"),
        ("nl", "", "2026-03-27", "2026-04-28", "Koningsdag, a Monday"),
        ("nl", "", "2026-04-14", "2026-05-15", "Hemelvaart, a Thursday"),
        ("nl", "", "2026-04-25", "2026-05-26", "Whit Monday"),
        ("de", "Bayern", "2026-05-04", "2026-06-05", "Fronleichnam in Bavaria"),
        ("de", "DE-BY", "2026-05-04", "2026-06-05", "the same, named by its code"),
        ("de", "Berlin", "2026-05-04", "2026-06-04", "no holiday in Berlin"),
        ("de", "", "2026-05-04", "2026-06-04", "a Land that nobody named"),
        ("ie", "", "2026-02-17", "2026-03-18", "Saint Patrick's Day"),
        ("at", "", "2026-09-26", "2026-10-27", "the Austrian national day"),
        ("fr", "", "2026-06-14", "2026-07-15", "14 July"),
        ("se", "", "2026-05-06", "2026-06-08", "the Swedish national day, a Saturday"),
        ("", "", "2026-03-27", "2026-04-27", "no country, so no Koningsdag"),
        ("xx", "", "2026-01-31", "2026-03-02", "no country filer knows, but weekends"),
    ],
)
def test_a_last_day_that_is_no_working_day_moves_on(
    country: str, region: str, received: str, due: str, why: str
) -> None:
    """Article 3(4): the end moves to the next working day, by the holidays of the place."""
    assert DAY(due) == answer_due(DAY(received), place(country, region)).day, why


@pytest.mark.parametrize(
    ("moment", "country", "day"),
    [
        ("2026-11-30T22:30:00+00:00", "nl", "2026-11-30"),  # 23:30 in Amsterdam
        ("2026-11-30T23:30:00+00:00", "nl", "2026-12-01"),  # 0:30 in Amsterdam, still 30 in UTC
        ("2026-11-30T22:30:00+00:00", "fi", "2026-12-01"),
        ("2026-07-31T21:30:00+00:00", "nl", "2026-07-31"),  # summer time
        ("2026-07-31T22:30:00+00:00", "nl", "2026-08-01"),
        ("2026-12-01T00:30:00+00:00", "pt", "2026-12-01"),
        ("2026-10-24T22:30:00+00:00", "nl", "2026-10-25"),  # the night the clock goes back
        ("2026-10-25T00:30:00+00:00", "nl", "2026-10-25"),
        ("2026-10-25T22:59:59+00:00", "nl", "2026-10-25"),  # a day of 25 hours
        ("2026-10-25T23:00:00+00:00", "nl", "2026-10-26"),
        ("2026-03-29T21:59:59+00:00", "nl", "2026-03-29"),  # a day of 23 hours
        ("2026-03-29T22:00:00+00:00", "nl", "2026-03-30"),
    ],
)
def test_the_day_is_that_of_the_persons_calendar(moment: str, country: str, day: str) -> None:
    """A moment is on the day that the person's own clock showed, also when the clocks change."""
    at = dt.datetime.fromisoformat(moment)

    assert DAY(day) == place(country).day(at)


def test_a_region_can_have_a_clock_of_its_own() -> None:
    """The Canaries are an hour behind Madrid."""
    at = dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC)

    assert DAY("2026-12-01") == place("es").day(at)
    assert DAY("2026-11-30") == place("es", "Canarias").day(at)


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25", "2026-12-31", "2028-02-29"])
def test_a_day_begins_at_midnight_of_the_place(night: str) -> None:
    """A second before its begin it is the day before, also when the clocks change."""
    begin = NL.begins(DAY(night))

    assert DAY(night) == NL.day(begin)
    assert DAY(night) - dt.timedelta(days=1) == NL.day(begin - dt.timedelta(seconds=1))


def test_without_a_country_the_machines_clock_counts() -> None:
    """With no country known, the day is that of this machine's time zone."""
    nowhere = place("")
    with time_machine.travel(dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC), tick=False):
        today = dt.datetime.now().astimezone().date()

        assert today == nowhere.day(SystemClock().now())
        assert today == nowhere.day(nowhere.begins(today))


@given(DAYS, PLACES, st.booleans())
def test_never_before_the_month_and_always_a_working_day(
    received: dt.date, where: Place, extended: bool
) -> None:
    """The last day is a working day, not before the naive one, and within two weeks of it."""
    naive = months_after(received, 3 if extended else 1)
    due = answer_due(received, where, extended=extended).day

    assert naive <= due <= naive + dt.timedelta(days=14)
    assert where.is_working_day(due)
    between = (naive + dt.timedelta(days=n) for n in range((due - naive).days))
    assert not any(where.is_working_day(day) for day in between)


@given(DAYS, DAYS, PLACES)
def test_later_received_is_never_due_earlier(one: dt.date, other: dt.date, where: Place) -> None:
    """Who is later has no earlier last day; and an extension never shortens it."""
    first, last = min(one, other), max(one, other)

    assert answer_due(first, where).day <= answer_due(last, where).day
    assert answer_due(first, where).day < answer_due(first, where, extended=True).day
    assert news_due(first, where).day <= news_due(last, where).day


@given(DAYS, st.integers(1, 24))
def test_months_end_in_the_right_month(day: dt.date, months: int) -> None:
    """The last day is in the month it should be in, on the same number or the month's last."""
    last = months_after(day, months)

    assert months == (last.year - day.year) * 12 + last.month - day.month
    assert last.day == day.day or (last + dt.timedelta(days=1)).day == 1


def test_an_extension_is_three_months_in_all() -> None:
    """Two further months are counted from receipt, not from a month that was moved."""
    assert DAY("2026-04-30") == answer_due(DAY("2026-01-31"), place(""), extended=True).day


def test_the_authority_has_three_months() -> None:
    """News of a complaint is due three months after it was handed in."""
    due = news_due(DAY("2026-10-06"), NL)

    assert DAY("2027-01-06") == due.day
    assert "Article 78(2)" in due.rule


def test_the_reminder_is_our_own_advice() -> None:
    """Two weeks after sending, whatever day that is, and nobody's rule."""
    due = reminder(DAY("2026-12-11"))

    assert DAY("2026-12-25") == due.day
    assert "our own advice" in due.rule
    assert "Article" not in due.rule


def test_whose_rule_it_is() -> None:
    """The month is the GDPR's, the counting the regulation's, the waiting the authorities'."""
    due = answer_due(DAY("2026-11-23"), NL)

    assert ("Article 12(3)", "Regulation 1182/71, Article 3") == tuple(
        part for part in ("Article 12(3)", "Regulation 1182/71, Article 3") if part in due.rule
    )
    assert "not a condition of Article 77" in deadlines.practice_of_authorities()


@pytest.mark.parametrize(
    ("country", "region", "said"),
    [
        ("nl", "", ()),
        ("", "", ("filer does not know your country",)),
        ("xx", "", ("filer does not know your country",)),
        ("de", "", ("Public holidays of a part of your country are not",)),
        ("de", "Bayern", ()),
        ("de", "Narnia", ("filer does not know the region Narnia",)),
        ("gb", "England", ("The dates are counted by the rules of the EU",)),
    ],
)
def test_what_can_make_a_date_wrong_is_said(
    country: str, region: str, said: tuple[str, ...]
) -> None:
    """An unknown country or region, and a law that is not the EU's, is said with each date."""
    where = place(country, region)
    notes = answer_due(DAY("2026-11-23"), where).notes

    assert [True] * len(said) == [n.startswith(s) for n, s in zip(notes, said, strict=True)]


def test_other_holidays_in_ireland_are_said() -> None:
    """Where Ireland's public holidays would move the end, both days are named as possible."""
    due = answer_due(DAY("2026-02-17"), NL)

    assert DAY("2026-03-17") == due.day
    assert [True] == ["Wednesday 18 March 2026" in note for note in due.notes]
    assert "not certain" in due.notes[0]


def test_every_country_is_known() -> None:
    """Each country in which Meta offers the objection has a clock and public holidays."""
    assert EU_EEA == frozenset(deadlines.ZONES)
    for country in EU_EEA:
        assert not place(country).is_working_day(dt.date(2026, 1, 1)), country
