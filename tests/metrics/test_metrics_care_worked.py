"""Customer care by hand: satisfaction, waiting, resolved tickets, opt-outs, on both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from metrics import care, csat, engagement, periods, ror, unsubscribe, waiting
from metrics.base import Answer, Part
from metrics.periods.workdays import WorkWeek
from store import Database
from store.customers.rating_links import keep_answer, link_of, make_link
from store.people.team import team_of
from store.records.care import log_rating
from store.records.corrections import remove
from store.records.entries import Clock, Origin, RatingEntry
from tests.oracles.ledger import write
from tests.oracles.plain import Call, History, Optout, Rating, Sale, Ticket

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
OCTOBER = periods.month(2026, 10, HANOI, NOW)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def part(answer: Answer, name: str) -> float | None:
    found = answer.figure.parts[name]
    assert isinstance(found, Part)
    return found.value


def rated(*scores: int) -> tuple[Rating, ...]:
    return tuple(Rating(1, 1, at(f"2026-10-{day:02} 09:00"), score) for day, score in enumerate(scores, 1))


@pytest.mark.parametrize(
    ("scores", "value", "mean"),
    [((5, 4, 4, 2), 0.75, 3.75), ((1,), 0.0, 1.0), ((4,), 1.0, 4.0), ((3, 3), 0.0, 3.0)],
)
async def test_satisfaction_is_the_share_of_fours_and_fives(
    database: Database, scores: Sequence[int], value: float, mean: float
) -> None:
    answer = await (await write(database, History(ratings=rated(*scores)), HANOI)).ask(csat.METRIC, OCTOBER, NOW)
    assert (answer.value, part(answer, "mean"), part(answer, "response_rate")) == (value, mean, None)


async def test_without_ratings_satisfaction_is_unknown_and_says_how_to_get_some(database: Database) -> None:
    history = History(ratings=(Rating(1, 1, at("2026-09-30 23:59"), 5), Rating(1, 1, at("2026-11-01 00:00"), 5)))
    answer = await (await write(database, history, HANOI)).ask(csat.METRIC, OCTOBER, NOW)
    assert (answer.value, part(answer, "mean")) == (None, None)
    assert answer.reason is not None
    assert "/rating" in answer.reason.source


async def test_a_rating_at_the_first_instant_counts_and_one_at_now_does_not(database: Database) -> None:
    history = History(ratings=(Rating(1, 1, at("2026-10-01 00:00"), 5), Rating(1, 1, at("2026-10-20 12:00"), 1)))
    ledger = await write(database, history, HANOI)
    now = at("2026-10-20 12:00")
    answer = await ledger.ask(csat.METRIC, periods.month(2026, 10, HANOI, now), now)
    assert (answer.value, answer.figure.n) == (1.0, 1)
    later = now + timedelta(microseconds=1)
    again = await ledger.ask(csat.METRIC, periods.month(2026, 10, HANOI, later), later)
    assert (again.value, again.figure.n) == (0.5, 2)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


async def test_waiting_weighs_the_tickets_not_answered_yet(database: Database) -> None:
    """Answered after 10, 30, 90; one waiting for 60 minutes: S is 3/4, 1/2, then 0 at 90."""
    now = at("2026-10-20 12:00")
    opened = (at("2026-10-19 09:00"), at("2026-10-19 10:00"), at("2026-10-19 14:00"), now - minutes(60))
    history = History(tickets=(
        Ticket(1, 1, opened[0], answered=opened[0] + minutes(10)),
        Ticket(2, 1, opened[1], resolved=opened[1] + minutes(30)),
        Ticket(3, 1, opened[2], answered=opened[2] + minutes(90), resolved=opened[2] + minutes(100)),
        Ticket(4, 1, opened[3]),
    ))  # fmt: skip
    ledger = await write(database, history, HANOI)
    answer = await ledger.ask(waiting.METRIC, periods.month(2026, 10, HANOI, now), now)
    assert (answer.value, part(answer, "p90"), answer.figure.n) == (30.0, 90.0, 4)
    assert (part(answer, "within_target"), part(answer, "waiting")) == (1.0, 1)
    assert part(answer, "in_working_hours") == 30.0


async def test_an_answer_at_now_is_not_known_yet(database: Database) -> None:
    opened = at("2026-10-19 09:00")
    ledger = await write(database, History(tickets=(Ticket(1, 1, opened, answered=opened + minutes(10)),)), HANOI)
    now = opened + minutes(10)
    answer = await ledger.ask(waiting.METRIC, periods.month(2026, 10, HANOI, now), now)
    assert (answer.value, part(answer, "waiting"), part(answer, "within_target")) == (None, 1, None)
    assert answer.reason is not None
    now += timedelta(microseconds=1)
    again = await ledger.ask(waiting.METRIC, periods.month(2026, 10, HANOI, now), now)
    assert (again.value, part(again, "waiting"), part(again, "within_target")) == (10.0, 0, 1.0)


async def test_the_target_counts_exactly_four_hours_and_leaves_out_younger_ones(database: Database) -> None:
    now = at("2026-10-20 12:00")
    history = History(tickets=(
        Ticket(1, 1, at("2026-10-19 08:00"), answered=at("2026-10-19 12:00")),  # 4 h: met
        Ticket(2, 1, at("2026-10-19 08:00"), answered=at("2026-10-19 12:01")),  # late
        Ticket(3, 1, now - timedelta(hours=4)),  # as old as the target, unanswered: late
        Ticket(4, 1, now - timedelta(hours=4) + minutes(1)),  # younger: not known yet
    ))  # fmt: skip
    ledger = await write(database, history, HANOI)
    answer = await ledger.ask(waiting.METRIC, periods.month(2026, 10, HANOI, now), now)
    found = answer.figure.parts["within_target"]
    assert isinstance(found, Part)
    assert (found.value, found.n) == (1 / 3, 3)


async def test_a_ticket_answered_before_it_was_opened_is_left_out_and_named(database: Database) -> None:
    history = History(tickets=(
        Ticket(1, 1, at("2026-10-19 08:00"), answered=at("2026-10-19 07:00")),
        Ticket(2, 1, at("2026-10-19 08:00"), answered=at("2026-10-19 08:00")),
    ))  # fmt: skip
    answer = await (await write(database, history, HANOI)).ask(waiting.METRIC, OCTOBER, NOW)
    assert (answer.value, answer.figure.n, [left.count for left in answer.figure.excluded]) == (0.0, 1, [1])


async def test_tickets_waiting_at_the_end_are_counted_whenever_they_were_opened(database: Database) -> None:
    history = History(tickets=(
        Ticket(1, 1, at("2026-09-01 08:00")),
        Ticket(2, 1, at("2026-10-05 08:00"), answered=at("2026-11-01 00:00")),  # answered at the very end: waiting
        Ticket(3, 1, at("2026-10-05 08:00"), resolved=at("2026-10-31 23:59")),
        Ticket(4, 1, at("2026-11-02 08:00")),
    ))  # fmt: skip
    answer = await (await write(database, history, HANOI)).ask(waiting.METRIC, OCTOBER, NOW)
    assert (part(answer, "waiting"), answer.figure.n) == (2, 2)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-10-17 17:00", "2026-10-19 08:15", 45),  # Saturday evening to Monday morning
        ("2026-10-18 09:00", "2026-10-18 20:00", 0),  # a Sunday
        ("2026-10-19 07:00", "2026-10-19 19:00", 570),
        ("2026-10-19 12:00", "2026-10-19 12:10", 10),
        ("2026-10-19 08:00", "2026-10-26 08:00", 6 * 570),
        ("2026-10-19 12:00", "2026-10-19 11:00", -60),
    ],
)
def test_working_minutes_are_those_of_the_teams_hours(start: str, end: str, expected: float) -> None:
    assert WorkWeek().minutes_between(at(start), at(end), HANOI) == expected


def test_a_team_may_work_other_days_and_hours() -> None:
    week = WorkWeek.of({"working_days": [7], "working_hours": ["09:00", "12:00"]})
    assert week == WorkWeek(frozenset({7}), time(9), time(12))
    assert week.minutes_between(at("2026-10-17 00:00"), at("2026-10-20 00:00"), HANOI) == 180
    assert WorkWeek.of({}) == WorkWeek()


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2027-02-03 17:00", "2027-02-11 08:15", 45),  # over Tết, the 4th to the 10th
        ("2027-02-05 09:00", "2027-02-05 11:00", 0),
        ("2027-02-10 09:00", "2027-02-12 08:00", 570),
        ("2000-12-30 17:00", "2001-01-02 08:15", 45),  # New Year's Day was a Monday
        ("1998-12-31 17:00", "1999-01-02 08:15", 45),
    ],
)
def test_nobody_works_on_a_public_holiday_of_the_teams_calendar(start: str, end: str, expected: float) -> None:
    assert WorkWeek(country="VN").minutes_between(at(start), at(end), HANOI) == expected


def test_a_team_without_a_calendar_works_through_tet() -> None:
    week = WorkWeek.of({"holidays": "off"})
    assert week.minutes_between(at("2027-02-03 17:00"), at("2027-02-11 08:15"), HANOI) == 45 + 6 * 570


async def test_care_is_judged_by_the_rating_of_each_ticket(database: Database) -> None:
    """Named ratings win; else the first within 14 days and before the next ticket; one is unrated."""
    done = at("2026-10-10 09:00")
    history = History(
        tickets=(
            Ticket(1, 1, at("2026-10-09 09:00"), resolved=done),  # named 5
            Ticket(2, 1, at("2026-10-09 09:00"), resolved=done),  # first of its ratings: 4
            Ticket(3, 1, at("2026-10-09 09:00"), resolved=done),  # rated after 14 days: unrated
            Ticket(4, 1, at("2026-10-09 09:00"), resolved=done),  # next ticket comes before the rating: unrated
            Ticket(4, 1, at("2026-10-11 09:00")),
            Ticket(5, 1, at("2026-10-09 09:00"), resolved=done),  # exactly 14 days: 2
            Ticket(6, 1, at("2026-10-09 09:00"), resolved=at("2026-11-01 00:00")),  # resolved in November
        ),
        ratings=(
            Rating(1, 1, done + minutes(5), 1),
            Rating(1, 1, done + minutes(9), 5, ticket=0),
            Rating(2, 1, done - minutes(1), 1),  # before the end: about something else
            Rating(2, 1, done, 4),
            Rating(2, 1, done + minutes(9), 1),
            Rating(3, 1, done + timedelta(days=14, microseconds=1), 5),
            Rating(4, 1, at("2026-10-11 09:00"), 5),
            Rating(5, 1, done + timedelta(days=14), 2),
        ),
    )
    answer = await (await write(database, history, HANOI)).ask(care.METRIC, OCTOBER, NOW)
    assert (answer.figure.numerator, answer.figure.denominator) == (2, 3)
    assert (part(answer, "resolved"), part(answer, "unrated"), part(answer, "median_hours")) == (5, 2, 24.0)


async def test_care_without_a_rated_ticket_is_unknown(database: Database) -> None:
    history = History(tickets=(Ticket(1, 1, at("2026-10-09 09:00"), resolved=at("2026-10-09 10:00")),))
    answer = await (await write(database, history, HANOI)).ask(care.METRIC, OCTOBER, NOW)
    assert (answer.value, part(answer, "resolved"), part(answer, "unrated"), part(answer, "median_hours")) == (
        None, 1, 1, 1.0,
    )  # fmt: skip


async def test_who_opted_out_before_the_period_is_not_contactable_in_it(database: Database) -> None:
    known = tuple(Call(who, 1, at("2026-08-01 09:00"), "in") for who in range(1, 7))
    history = History(calls=known, optouts=(
        Optout(1, at("2026-09-10 09:00")),  # away all October
        Optout(2, at("2026-10-01 00:00")),  # at the first instant: in both sides
        Optout(3, at("2026-09-10 09:00"), back=at("2026-10-31 23:00")),  # back in October
        Optout(4, at("2026-09-10 09:00"), back=at("2026-11-01 00:00")),  # back too late
        Optout(5, at("2026-10-09 09:00"), back=at("2026-10-10 09:00")),  # opted out and came back
        Optout(6, at("2026-11-01 00:00")),
    ))  # fmt: skip
    answer = await (await write(database, history, HANOI)).ask(unsubscribe.METRIC, OCTOBER, NOW)
    assert (answer.figure.numerator, answer.figure.denominator, part(answer, "count")) == (2, 4, 2)


async def test_without_customers_the_unsubscribe_rate_is_unknown(database: Database) -> None:
    answer = await (await write(database, History(), HANOI)).ask(unsubscribe.METRIC, OCTOBER, NOW)
    assert (answer.value, part(answer, "count")) == (None, None)


async def test_an_optout_at_now_is_ignored(database: Database) -> None:
    now = at("2026-10-20 12:00")
    ledger = await write(
        database, History(calls=(Call(1, 1, at("2026-09-01 09:00"), "in"),), optouts=(Optout(1, now),)), HANOI
    )
    october = periods.month(2026, 10, HANOI, now)
    assert (await ledger.ask(unsubscribe.METRIC, october, now)).value == 0.0
    later = now + timedelta(microseconds=1)
    assert (await ledger.ask(unsubscribe.METRIC, periods.month(2026, 10, HANOI, later), later)).value == 1.0


async def test_a_removed_rating_answers_no_link(database: Database) -> None:
    ledger = await write(database, History(ratings=rated(5)), HANOI)
    team_id, customer, rep = ledger.team.id, ledger.customers[1], ledger.reps[1]
    async with database.begin() as session:
        clock = Clock.of(await team_of(session, team_id))
        for day in (6, 7, 8):
            token = await make_link(session, team_id, customer, None, rep, at(f"2026-10-0{day} 09:00"), NOW)
        link = await link_of(session, token)
        assert link is not None
        entry = RatingEntry(customer, rep, at("2026-10-09 09:00"), 2)
        given = await log_rating(session, clock, entry, Origin(None, at("2026-10-09 09:00")))
        await keep_answer(session, link, given.id, at("2026-10-09 09:00"), None)
    answer = await ledger.ask(csat.METRIC, OCTOBER, NOW)
    assert (answer.value, part(answer, "response_rate")) == (0.5, 1 / 3)
    early = await ledger.ask(csat.METRIC, OCTOBER, at("2026-10-09 09:00"))
    assert (early.value, part(early, "response_rate")) == (1.0, 0.0)
    async with database.begin() as session:
        await remove(session, clock, given.id, rep, NOW, None)
    answer = await ledger.ask(csat.METRIC, OCTOBER, NOW)
    assert (answer.value, part(answer, "response_rate")) == (1.0, 0.0)


async def test_a_rating_engages_and_an_optout_takes_out_of_both_sides(database: Database) -> None:
    known = tuple(Call(who, 1, at("2026-08-01 09:00"), "out", "busy") for who in range(1, 5))
    history = History(
        calls=(*known, Call(3, 1, at("2026-10-05 09:00"), "in")),
        ratings=(Rating(1, 1, at("2026-10-05 09:00"), 3),),
        optouts=(Optout(3, at("2026-09-01 09:00")),),
    )
    answer = await (await write(database, history, HANOI)).ask(engagement.METRIC, OCTOBER, NOW)
    assert (answer.figure.numerator, answer.figure.denominator) == (1, 3)
    kinds = answer.figure.parts["by_kind"]
    assert isinstance(kinds, list)
    assert {row["kind"]: row["customers"] for row in kinds if row["customers"]} == {"rating": 1}


async def test_an_answered_ticket_helps_and_a_rating_does_not(database: Database) -> None:
    bought = tuple(Sale(who, 1, at("2025-01-05 09:00"), 100, "referral") for who in (1, 2, 3))
    history = History(
        sales=bought,
        tickets=(
            Ticket(1, 1, at("2026-10-05 09:00"), answered=at("2026-10-06 09:00")),
            Ticket(2, 1, at("2026-10-05 09:00")),
        ),
        ratings=(Rating(3, 1, at("2026-10-05 09:00"), 5),),
    )
    answer = await (await write(database, history, HANOI)).ask(ror.METRIC, OCTOBER, NOW)
    assert (answer.value, part(answer, "helped")) == (1.0, 1)


CENSUS = {
    "csat": {"mean", "distribution", "response_rate"},
    "waiting": {"p90", "in_working_hours", "within_target", "waiting"},
    "care": {"resolved", "unrated", "median_hours"},
    "unsubscribe": {"count"},
}


@pytest.mark.parametrize("metric", [csat.METRIC, waiting.METRIC, care.METRIC, unsubscribe.METRIC], ids=lambda m: m.key)
async def test_every_part_is_there_with_and_without_records(database: Database, metric: object) -> None:
    for history in (History(), History(ratings=rated(5), tickets=(Ticket(1, 1, at("2026-10-05 09:00")),))):
        answer = await (await write(database, history, HANOI)).ask(metric, OCTOBER, NOW)  # type: ignore[arg-type]
        assert set(answer.figure.parts) == CENSUS[answer.metric.key]
