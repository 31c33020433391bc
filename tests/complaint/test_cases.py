"""Where a case stands: computed from what its bundles hold, and never more than they show."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from filer.complaint.advice import next_steps, state_in_words
from filer.complaint.states import State
from filer.evidence import layout
from filer.evidence.verify import verify
from tests.complaint.conftest import Stands
from tests.complaint.making import ALL, GRANTED, RECEIVED, REFUSED, Cases, break_a_file

EXPECTED = {
    "not sent": ("not sent", None),
    "not sent, already objected": ("not sent", None),
    "not sent, broke off": ("not sent", None),
    "not sent, a mail of another objection": ("not sent", None),
    "unknown": ("unknown", "2027-02-15"),
    "unknown, the month over": ("unknown", "2026-12-21"),
    "unknown, turned out not sent": ("not sent", None),
    "sent": ("sent", "2027-02-12"),
    "sent by letter": ("sent", "2027-02-04"),
    "confirmed": ("confirmed", "2027-02-19"),
    "confirmed, read by the person": ("confirmed", "2027-02-01"),
    "confirmed, extended": ("confirmed", "2027-03-01"),
    "confirmed, evidence broken": ("confirmed", "2027-02-08"),
    "granted": ("granted", None),
    "granted, not signed": ("sent", "2027-02-11"),
    "refused by the page": ("refused", None),
    "refused": ("refused", None),
    "unanswered": ("unanswered", "2026-12-28"),
    "complaint made": ("complaint made", None),
    "complaint handed in": ("complaint made", "2027-01-06"),
    "closed": ("closed", None),
    "practice": ("granted", None),
}


def only(root: Path) -> Path:
    """The only case in the evidence folder."""
    (case,) = root.iterdir()
    return case


@pytest.mark.parametrize("kind", ALL)
def test_a_case_in_every_state(kind: str, cases: Cases, stands: Stands) -> None:
    """Each of the twenty and more cases is in its state, with its date, and says what to do."""
    ALL[kind](cases)
    found = stands(only(cases.root))
    due = found.due.day.isoformat() if found.due else None

    assert EXPECTED[kind] == (found.state.word, due)
    assert next_steps(found, lambda case: case.name)
    assert state_in_words(found).endswith(".")
    assert found.practice is kind.startswith("practice")


def test_every_state_is_there() -> None:
    """The cases to look at are in all the states there are."""
    assert {word for word, _due in EXPECTED.values()} == {state.word for state in State}
    assert set(EXPECTED) == set(ALL)


def test_what_filer_wrote_verifies(cases: Cases) -> None:
    """What the person says becomes a bundle that verifies like any other."""
    case = cases.at("2027-01-05 09:00").filing("unknown")
    said = [cases.say(case, means, on="2027-01-05") for means in ("sent", "covers", "closed")]

    assert [] == [
        check.got for each in said for check in verify(each.bundle).checks if not check.ok
    ]


def test_each_fact_names_the_line_that_shows_it(cases: Cases, stands: Stands) -> None:
    """Bundle and line of each fact lead to the event that it was read from."""
    case = cases.at("2027-01-10 14:05").filing("confirmed")
    cases.at("2027-01-10 16:00").mail(case, GRANTED)
    found = stands(case)
    shown = []
    for fact in found.evidence:
        log = (case / fact.bundle / layout.DATA / layout.LOG).read_text().splitlines()
        shown.append(log[fact.line - 1].split('"event":')[1].split('"')[1])

    assert ["send.left", "send.answered", "answer.read", "mail.read"] == shown


def test_the_month_counts_from_the_answer_of_the_server(cases: Cases, stands: Stands) -> None:
    """An answer just after midnight in Amsterdam counts on the new day, though UTC has the old."""
    case = cases.at("2026-11-22 23:30").filing("confirmed")
    found = stands(case, "2026-11-24 12:00")

    assert (dt.date(2026, 11, 23), "answered") == (found.received_on, found.received_by)
    assert found.due is not None
    assert dt.date(2026, 12, 23) == found.due.day


@pytest.mark.parametrize(
    ("at", "state"),
    [
        ("2026-12-23 12:00", State.CONFIRMED),
        ("2026-12-23 22:59", State.CONFIRMED),  # one minute before midnight in Amsterdam
        ("2026-12-23 23:00", State.UNANSWERED),
    ],
)
def test_unanswered_begins_when_the_last_day_is_over(
    at: str, state: State, cases: Cases, stands: Stands
) -> None:
    """The last day belongs to Meta until its last hour, by the person's clock."""
    case = cases.at("2026-11-23 14:05").filing("confirmed")

    assert state is stands(case, at).state


def test_without_an_answer_the_month_is_only_supposed(cases: Cases, stands: Stands) -> None:
    """Where no answer came, the date says that it counts from sending; it never says unanswered."""
    case = cases.at("2026-11-20 09:00").filing("unknown")
    found = stands(case, "2027-06-01 12:00")

    assert State.UNKNOWN is found.state
    assert found.due is not None
    assert found.due.notes[0].startswith("Counted from the day of sending.")


def test_a_delivery_note_moves_the_month(cases: Cases, stands: Stands) -> None:
    """A letter's month counts from the day the delivery note names."""
    case = cases.at("2026-12-29 09:00").filing("unavailable", reason="other region")
    cases.at("2027-01-05 09:00").say(case, "sent", on="2027-01-04")
    cases.at("2027-01-09 09:00").say(case, "received", on="2027-01-07")
    found = stands(case)

    assert (State.CONFIRMED, dt.date(2027, 1, 7), "told") == (
        found.state,
        found.received_on,
        found.received_by,
    )


def test_a_mail_that_says_received_settles_an_unknown(cases: Cases, stands: Stands) -> None:
    """A mail shows that it arrived, at the latest on the day of the mail."""
    case = cases.at("2027-01-10 09:00").filing("unknown")
    cases.at("2027-01-13 09:00").mail(case, RECEIVED, dated="2027-01-12 08:00")
    found = stands(case)

    assert (State.CONFIRMED, dt.date(2027, 1, 12)) == (found.state, found.received_on)


def test_a_mail_added_late_counts_when_it_was_written(cases: Cases, stands: Stands) -> None:
    """An answer within the month is in time, though it was added after it."""
    case = cases.at("2026-11-25 14:05").filing("confirmed")
    cases.at("2027-01-15 09:00").mail(case, GRANTED, dated="2026-11-26 08:00")
    found = stands(case)

    assert State.GRANTED is found.state
    assert found.since == dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC)


def test_a_late_answer_ends_the_silence(cases: Cases, stands: Stands) -> None:
    """An answer after the month makes it granted or refused all the same."""
    case = cases.at("2026-11-25 14:05").filing("confirmed")
    before = stands(case, "2027-01-14 09:00").state
    cases.at("2027-01-15 09:00").mail(case, GRANTED)

    assert (State.UNANSWERED, State.GRANTED) == (before, stands(case).state)


@pytest.mark.parametrize(
    ("on", "state", "said"),
    [
        ("2026-12-28", State.CONFIRMED, ""),
        ("2026-12-29", State.UNANSWERED, "only within the month"),
    ],
)
def test_an_extension_counts_within_the_month_alone(
    on: str, state: State, said: str, cases: Cases, stands: Stands
) -> None:
    """Two further months only when announced by the last day (GDPR, Article 12(3))."""
    case = cases.at("2026-11-25 14:05").filing("confirmed")
    cases.at("2027-01-05 09:00").say(case, "extended", on=on)
    found = stands(case)

    assert state is found.state
    assert (said in found.troubles[0].says) if said else not found.troubles


def test_a_mail_that_extends(cases: Cases, stands: Stands) -> None:
    """Meta's own mail gives it two further months; one that nobody proves gives it none."""
    text = "We have received your objection. We are extending this period by two further months."
    proven = cases.at("2026-11-25 14:05").filing("confirmed")
    cases.at("2026-12-20 09:00").mail(proven, text)
    claimed = cases.at("2026-11-25 14:05").filing("confirmed", flow="instagram")
    cases.at("2026-12-20 09:00").mail(claimed, text, signed_by_meta=False)

    assert (True, "2027-02-25") == (stands(proven).extended, str(stands(proven).due.day))
    assert not stands(claimed).extended
    assert "if it is real: Meta takes up to two further months" in stands(claimed).evidence[-1].says


def test_a_clock_that_runs_ahead_makes_no_answer_early(cases: Cases, stands: Stands) -> None:
    """A mail dated some minutes before the send, by another clock, still answers it."""
    case = cases.at("2027-01-10 14:05").filing("confirmed")
    cases.at("2027-01-10 16:00").mail(case, GRANTED, dated="2027-01-10 13:58")

    assert State.GRANTED is stands(case).state


def test_a_mail_from_before_is_not_an_answer(cases: Cases, stands: Stands) -> None:
    """A mail about an older objection is not taken for an answer to this one, and that is said."""
    case = cases.at("2027-01-10 14:05").filing("confirmed")
    cases.at("2027-01-11 16:00").mail(case, GRANTED, dated="2025-05-02 09:00")
    found = stands(case)

    assert State.CONFIRMED is found.state
    (trouble,) = found.troubles
    assert trouble.says.startswith("02-mail (Friday 2 May 2025) is about an objection, but nothing")


def test_a_correction_begins_a_month_of_its_own(cases: Cases, stands: Stands) -> None:
    """After the page's No, a second filing in the case counts from its own day."""
    case = cases.at("2026-12-14 14:05").filing("refused", reason="too short")
    cases.at("2027-01-15 14:05").filing("confirmed", case)
    found = stands(case)

    assert (State.CONFIRMED, dt.date(2027, 1, 15)) == (found.state, found.received_on)


def test_filing_once_more_does_not_move_the_month(cases: Cases, stands: Stands) -> None:
    """The month runs from the first that was answered."""
    case = cases.at("2026-12-30 14:05").filing("confirmed")
    cases.at("2027-01-15 14:05").filing("sent", case)
    found = stands(case)

    assert (State.CONFIRMED, dt.date(2026, 12, 30)) == (found.state, found.received_on)


def test_two_answers_the_newer_counts(cases: Cases, stands: Stands) -> None:
    """What Meta wrote last is what holds."""
    case = cases.at("2027-01-02 14:05").filing("confirmed")
    cases.at("2027-01-10 16:00").mail(case, REFUSED, dated="2027-01-05 10:00")
    cases.at("2027-01-11 16:00").mail(case, GRANTED, dated="2027-01-04 10:00")

    assert State.REFUSED is stands(case).state


def test_an_answer_that_meta_signed(cases: Cases, stands: Stands) -> None:
    """A mail that Meta signed decides, and is called proven."""
    case = cases.at("2027-01-02 14:05").filing("confirmed")
    cases.at("2027-01-10 16:00").mail(case, GRANTED, signed_by_meta=True)
    found = stands(case)

    assert State.GRANTED is found.state
    assert found.decided is not None
    assert found.decided.proven


def test_an_answer_that_anybody_may_have_written(cases: Cases, stands: Stands) -> None:
    """A mail that nothing proves stops no deadline; the person may say that it is Meta's."""
    case = cases.at("2027-01-02 14:05").filing("confirmed")
    before = stands(case)
    cases.at("2027-01-10 16:00").mail(case, GRANTED, signed_by_meta=False)
    unsure = stands(case)
    cases.at("2027-01-11 16:00").say(case, "granted")
    sure = stands(case)

    assert (State.CONFIRMED, before.due) == (unsure.state, unsure.due)
    assert "changes nothing here" in unsure.evidence[-1].says
    assert State.GRANTED is sure.state


def test_a_complaint_outlives_an_answer(cases: Cases, stands: Stands) -> None:
    """An answer after the complaint is kept as known, and the complaint goes on."""
    case = cases.at("2026-11-25 14:05").filing("confirmed")
    cases.at("2027-01-05 10:00").say(case, "complaint", on="2027-01-04")
    cases.at("2027-01-10 16:00").mail(case, GRANTED)
    found = stands(case)

    assert State.COMPLAINT is found.state
    assert "granted" == found.evidence[-1].meaning
    assert found.due is not None
    assert dt.date(2027, 4, 5) == found.due.day  # the fourth is a Sunday


def test_a_broken_answer_does_not_count(cases: Cases, stands: Stands) -> None:
    """A mail that was changed after it was sealed grants nothing, and the case says why."""
    case = cases.at("2027-01-10 14:05").filing("confirmed")
    added = cases.at("2027-01-10 16:00").mail(case, GRANTED)
    break_a_file(added.bundle)
    found = stands(case)

    assert State.CONFIRMED is found.state
    assert ["02-mail"] == [t.broken for t in found.troubles]
    assert "is not counted" in found.troubles[0].says


@pytest.mark.parametrize("keep", [0, 1, 5, 7, 8])
def test_a_broken_filing_is_never_taken_for_unsent(keep: int, cases: Cases, stands: Stands) -> None:
    """However much of the log is gone, nobody hears "not sent" of what may have been sent."""
    case = cases.at("2027-01-10 14:05").filing("confirmed")
    log = case / "01-filing/data/session.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:keep]) + b"torn")
    found = stands(case)

    assert found.state in {State.UNKNOWN, State.SENT}
    assert ["01-filing"] == [t.broken for t in found.troubles]
    (first, *_rest) = next_steps(found, lambda case: case.name)
    assert " verify " in first.command


def test_a_log_that_is_gone_is_unknown(cases: Cases, stands: Stands) -> None:
    """Without its log a filing says nothing, so what was sent is not known."""
    case = cases.at("2027-01-10 14:05").filing("confirmed")
    (case / "01-filing/data/session.jsonl").unlink()

    assert State.UNKNOWN is stands(case).state


def test_a_running_session_is_said(cases: Cases, stands: Stands) -> None:
    """A bundle that is neither sealed nor closed is called running, not broken."""
    case = cases.at("2027-01-10 14:05").filing("stopped", crash="yes")
    found = stands(case)

    assert found.running
    assert ["01-filing is not sealed: its session is still running."] == [
        t.says for t in found.troubles
    ]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("confirmed", State.CONFIRMED), ("sent", State.SENT), ("unknown", State.UNKNOWN)],
)
def test_a_session_that_broke_off_counts_as_far_as_it_came(
    outcome: str, state: State, cases: Cases, stands: Stands
) -> None:
    """What left, was answered and was read before a crash is known after it."""
    case = cases.at("2027-01-10 14:05").filing(outcome, crash="yes")

    assert state is stands(case).state


def test_accounts_in_the_same_accounts_center(cases: Cases, stands: Stands) -> None:
    """The person is asked which accounts are covered until they have said so; it is kept."""
    case = cases.at("2027-01-10 14:05").filing("confirmed")
    before = next_steps(stands(case), lambda each: each.name)
    cases.at("2027-01-11 10:00").say(case, "covers", note="instagram: anna")
    found = stands(case)
    after = next_steps(found, lambda each: each.name)

    assert ("instagram: anna",) == found.covers
    assert (1, 0) == tuple(
        sum("--means covers" in step.command for step in steps) for steps in (before, after)
    )


def test_practice_never_leads_to_a_real_complaint(cases: Cases, stands: Stands) -> None:
    """A practice case says that it is one, and names the real form first."""
    case = cases.at("2026-11-25 14:05").filing("confirmed", practice=True)
    steps = next_steps(stands(case), lambda each: each.name)

    assert steps[0].do.startswith("This was practice: nothing went to Meta.")
    assert ["practice" in step.do for step in steps] == [True] * len(steps)


def test_nothing_is_written(cases: Cases, stands: Stands) -> None:
    """Where a case stands is computed each time; the evidence folder stays as it was."""
    for build in ALL.values():
        build(cases)
    before = {path: path.stat().st_mtime_ns for path in cases.root.rglob("*")}
    for case in cases.root.iterdir():
        stands(case)

    assert before == {path: path.stat().st_mtime_ns for path in cases.root.rglob("*")}
