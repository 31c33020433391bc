"""The calendar file: read by other software, the same days everywhere, and nothing personal."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from pathlib import Path

import icalendar
import pytest

from filer.complaint import ics
from filer.complaint.cases import CaseStatus
from filer.errors import WrongUsage
from filer.standing import write_calendar
from tests.complaint.conftest import Stands
from tests.complaint.making import ALL, GRANTED, NOW, Cases

DAY = dt.date.fromisoformat


def events(raw: bytes) -> list[icalendar.Event]:
    """The events of a calendar, as icalendar reads them; no error may hide in one."""
    found = icalendar.Calendar.from_ical(raw)
    assert isinstance(found, icalendar.Calendar)
    read = [each for each in found.walk("VEVENT") if isinstance(each, icalendar.Event)]
    assert [] == [error for each in [found, *read] for error in each.errors]
    return read


def days(raw: bytes) -> dict[str, dt.date]:
    """The day of each event that still matters, by its kind."""
    return {
        str(event["UID"]).split(".")[1].split("@")[0]: event.decoded("DTSTART")
        for event in events(raw)
        if event["STATUS"] == "CONFIRMED"
    }


@pytest.fixture
def waiting(cases: Cases, stands: Stands) -> CaseStatus:
    """A confirmed case whose month ends at Christmas."""
    case = cases.at("2026-11-25 14:05").filing("confirmed")
    return stands(case, "2026-11-26 10:00")


def test_what_is_due_is_in_it(waiting: CaseStatus) -> None:
    """The reminder and Meta's last day are events of a whole day, with an alarm each."""
    raw = ics.calendar([waiting], NOW)
    alarms = [event.walk("VALARM") for event in events(raw)]

    assert {"reminder": DAY("2026-12-09"), "answer": DAY("2026-12-28")} == days(raw)
    assert [1, 1] == [len(each) for each in alarms]
    assert dt.timedelta(hours=9) == alarms[0][0].decoded("TRIGGER")


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/New_York", "Pacific/Auckland"])
def test_a_day_is_the_same_day_everywhere(zone: str, waiting: CaseStatus) -> None:
    """Laid out in a calendar of any time zone, an event covers the same single date."""
    there = zoneinfo.ZoneInfo(zone)
    shown = {}
    for event in events(ics.calendar([waiting], NOW)):
        start, end = event.decoded("DTSTART"), event.decoded("DTEND")
        # A date without a time is local wherever it is read (RFC 5545, 3.3.4): no zone moves it.
        assert not isinstance(start, dt.datetime)
        assert event["DTSTART"].params["VALUE"] == "DATE"
        begins = dt.datetime.combine(start, dt.time.min, there)
        last = dt.datetime.combine(end, dt.time.min, there) - dt.timedelta(seconds=1)
        shown[str(event["UID"]).split(".")[1]] = (begins.date(), last.date())

    assert {"2026-12-09", "2026-12-28"} == {
        day.isoformat() for both in shown.values() for day in both
    }


def test_the_bytes_are_as_the_standard_wants(cases: Cases, stands: Stands) -> None:
    """Lines end in CRLF, none is longer than 75 bytes, and what is folded unfolds to UTF-8."""
    for build in ALL.values():
        build(cases)
    stood = [stands(case, country="de") for case in sorted(cases.root.iterdir())]
    raw = ics.calendar(stood, NOW)
    lines = raw.split(b"\r\n")

    assert b"" == lines.pop()
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert 75 >= max(len(line) for line in lines)
    assert all(line.decode("utf-8") for line in lines)
    assert len(events(raw)) == len({str(event["UID"]) for event in events(raw)})
    for event in events(raw):
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(event)


def test_it_is_read_back_as_it_was_meant(waiting: CaseStatus) -> None:
    """Commas, semicolons and line breaks of a description survive."""
    (said,) = (
        str(event["DESCRIPTION"])
        for event in events(ics.calendar([waiting], NOW))
        if ".answer@" in str(event["UID"])
    )

    assert "One month from receipt (GDPR, Article 12(3))." in said.split("\n")[1]
    assert "This is no legal advice." == said.split("\n")[-1]


@pytest.mark.parametrize(
    "text", ["a,b;c\\d", "é" * 100, "🙂" * 40, "tab\there", "two\nlines", "bell\x07", "\u202eodd"]
)
def test_odd_text_harms_nothing(text: str) -> None:
    """Whatever stands in a text, the line holds it escaped, and no control character."""
    folded = ics._folded(f"DESCRIPTION:{ics._escaped(text)}")
    pieces = folded.split(b"\r\n")
    unfolded = folded.replace(b"\r\n ", b"").decode("utf-8")

    assert all(len(piece) <= 75 and piece.decode("utf-8") is not None for piece in pieces)
    assert unfolded.strip().isprintable()


def test_the_same_case_has_the_same_events(cases: Cases, stands: Stands) -> None:
    """Written again later, an event has the same UID and a sequence that never falls."""
    case = cases.at("2026-11-25 14:05").filing("confirmed")
    first = events(ics.calendar([stands(case)], NOW))
    cases.at("2026-11-27 10:00").say(case, None, note="I rang them.")
    second = events(ics.calendar([stands(case)], NOW))

    assert [str(e["UID"]) for e in first] == [str(e["UID"]) for e in second]
    assert [1, 2] == [first[0]["SEQUENCE"], second[0]["SEQUENCE"]]


def test_what_no_longer_matters_is_cancelled(cases: Cases, stands: Stands) -> None:
    """After an answer, the dates that a calendar may hold still are in it as cancelled."""
    case = cases.at("2027-01-10 14:05").filing("confirmed")
    cases.at("2027-01-10 16:00").mail(case, GRANTED)
    raw = ics.calendar([stands(case)], NOW)

    assert {} == days(raw)
    assert ["CANCELLED", "CANCELLED"] == [str(event["STATUS"]) for event in events(raw)]
    assert all(str(event["SUMMARY"]).startswith("No longer needed: ") for event in events(raw))
    assert [] == events(ics.calendar([stands(case, "2027-03-01 10:00")], NOW))


def test_practice_is_in_it_only_alone(cases: Cases, stands: Stands, waiting: CaseStatus) -> None:
    """A practice case has no date that anybody must keep: alone, it shows what would be, marked."""
    case = stands(cases.at("2027-01-10 14:05").filing("confirmed", practice=True))
    alone, beside = events(ics.calendar([case], NOW)), events(ics.calendar([case, waiting], NOW))

    assert alone
    assert all(str(event["SUMMARY"]).startswith("Practice: ") for event in alone)
    assert not [event for event in beside if "Practice" in str(event["SUMMARY"])]
    assert len(beside) == len(events(ics.calendar([waiting], NOW)))


def test_nothing_personal_is_in_it(cases: Cases, stands: Stands) -> None:
    """A calendar is often in a cloud: no address, note or reason is in the file."""
    case = cases.at("2027-01-10 14:05").filing("confirmed")
    cases.at("2027-01-11 10:00").say(case, "covers", note="instagram: anna.fotos")

    assert b"anna" not in ics.calendar([stands(case)], NOW).replace(b"\r\n ", b"")


def test_only_our_own_file_is_replaced(waiting: CaseStatus, tmp_path: Path) -> None:
    """A file of another program is left alone unless the person says otherwise."""
    mine, other, folder = (tmp_path / name for name in ("mine.ics", "other.ics", "folder"))
    folder.mkdir()
    other.write_bytes(b"BEGIN:VCALENDAR\r\nPRODID:-//another//EN\r\n")

    assert 2 == write_calendar(mine, [waiting], NOW, overwrite=False)
    assert 2 == write_calendar(mine, [waiting], NOW, overwrite=False)
    for path in (other, folder, tmp_path / "none" / "x.ics"):
        with pytest.raises(WrongUsage):
            write_calendar(path, [waiting], NOW, overwrite=False)
    assert b"another" in other.read_bytes()
    assert 2 == write_calendar(other, [waiting], NOW, overwrite=True)
    assert ics.is_ours(other.read_bytes())
