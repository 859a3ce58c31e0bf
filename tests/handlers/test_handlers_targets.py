"""/target: set by line and by buttons, said with what it was, removed, taken back, imported."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from handlers.imports import ImportRequest, import_file
from handlers.parsing.planned import read_plan
from handlers.parsing.targets import TargetLine, read_target, split_metric
from store.people.team import team_of
from tests.handlers.office import NOW, Chat, Office
from tests.handlers.test_handlers_logging import data, rows

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
KEPT = "SELECT metric, unit, value FROM targets ORDER BY id"


@pytest.mark.parametrize(
    ("text", "measure", "goal"),
    [
        ("500tr tháng @Hùng", "money", TargetLine(unit="month", value=5e8, rep="Hùng")),
        ("@lan a week 1.250.000", "money", TargetLine(unit="week", value=1_250_000, rep="lan")),
        ("75% quý", "ratio", TargetLine(unit="quarter", value=0.75)),
        ("75 % a month", "ratio", TargetLine(unit="month", value=0.75)),
        ("0,8 năm", "ratio", TargetLine(unit="year", value=0.8)),
        ("5 tỷ năm", "money", TargetLine(unit="year", value=5e9)),
        ("1,5 tỷ một năm @Hùng", "money", TargetLine(unit="year", value=1.5e9, rep="Hùng")),
        ("40 mỗi tuần", "count", TargetLine(unit="week", value=40)),
        ("14 ngày tháng", "days", TargetLine(unit="month", value=14, doubtful="ngày")),
        ("14d tháng", "days", TargetLine(unit="month", value=14)),
        ("bỏ month", "money", TargetLine(unit="month", ends=True)),
        ("500 month", "money", TargetLine(doubtful="500")),
        ("100 usd month", "money", TargetLine(doubtful="100")),
        ("1.500 week", "count", TargetLine(doubtful="1.500")),
        ("1tr 2tr month", "money", TargetLine(doubtful="1tr")),
        ("75% week", "count", TargetLine(doubtful="75%")),
    ],
)
def test_a_goal_is_read_or_doubted(text: str, measure: str, goal: TargetLine) -> None:
    found = read_target(text, measure, "VND")
    assert found.doubtful == goal.doubtful
    if not goal.doubtful:
        assert found == goal


@pytest.mark.parametrize(
    ("text", "measure", "value", "unit", "first"),
    [
        ("600tr tháng sau", "money", 6e8, "month", "2026-12-01"),
        ("5 tỷ năm tới @Hùng", "money", 5e9, "year", "2027-01-01"),
        ("next month 50000", "money", 50_000, "month", "2026-12-01"),
        ("75% next Quarter", "ratio", 0.75, "quarter", "2027-01-01"),
        ("bỏ tuần sau", "count", None, "week", "2026-11-23"),
        ("40 tuần kế", "count", 40, "week", "2026-11-23"),
        ("600tr tháng này", "money", 6e8, "month", "2026-11-01"),
        ("600m December", "money", 6e8, "month", "2026-12-01"),
        ("600tr T12 @Hùng", "money", 6e8, "month", "2026-12-01"),
        ("tháng 12 600tr", "money", 6e8, "month", "2026-12-01"),
        ("600tr thang 12/2026", "money", 6e8, "month", "2026-12-01"),
        ("600tr 2026-12", "money", 6e8, "month", "2026-12-01"),
        ("600tr tháng 11", "money", 6e8, "month", "2026-11-01"),
        ("600tr tháng 3", "money", 6e8, "month", "2027-03-01"),
        ("600tr tháng 10 năm 2027", "money", 6e8, "month", "2027-10-01"),
        ("75% Q1", "ratio", 0.75, "quarter", "2027-01-01"),
        ("2 tỷ quý 1", "money", 2e9, "quarter", "2027-01-01"),
        ("2 tỷ quý 4", "money", 2e9, "quarter", "2026-10-01"),
        ("5 tỷ năm 2027", "money", 5e9, "year", "2027-01-01"),
        ("5 tỷ 2027", "money", 5e9, "year", "2027-01-01"),
        ("40 week 50", "count", 40, "week", "2026-12-07"),
        ("40 tuần 50", "count", 40, "week", "2026-12-07"),
        ("40 W10", "count", 40, "week", "2027-03-08"),
        ("40 tuần 2/2027", "count", 40, "week", "2027-01-11"),
        ("40 2026-W50", "count", 40, "week", "2026-12-07"),
        ("2000 T12", "count", 2000, "month", "2026-12-01"),
        ("2027 month", "count", 2027, "month", None),
        ("tháng 12 triệu", "money", 1.2e7, "month", None),
        ("tháng 40", "count", 40, "month", None),
        ("week 40", "count", 40, "week", None),
        ("@May 40 week", "count", 40, "week", None),
        ("tháng 10 600tr", "money", 6e8, "month", "2026-10-01"),
        ("Q3 600tr", "money", 6e8, "quarter", "2026-07-01"),
        ("600tr năm 2025", "money", 6e8, "year", "2025-01-01"),
        ("40 tuần 46", "count", 40, "week", "2026-11-09"),
    ],
)
def test_a_goal_may_name_its_period(text: str, measure: str, value: float | None, unit: str, first: str | None) -> None:
    found = read_plan(text, measure, "VND", HCM, NOW)
    assert (found.doubtful, found.value, found.unit) == ("", value, unit)
    assert (found.period and found.period.first_day.isoformat()) == first


@pytest.mark.parametrize(
    ("text", "measure", "doubtful"),
    [
        ("tháng 12", "count", "tháng 12"),
        ("week 50", "count", "week 50"),
        ("2027", "count", "2027"),
        ("40 tuần 2", "count", "2"),
        ("40 tuần 54", "count", "54"),
        ("600tr tháng 13", "money", "13"),
        ("600tr Q5", "money", "Q5"),
        ("600tr 20/12", "money", "20/12"),
        ("600tr today", "money", "today"),
        ("600tr 2400", "money", "2400"),
        ("600tr Q1 T12", "money", "Q1"),
        ("2027 T12", "count", "2027 T12"),
        ("2027 week 50", "days", "2027 week 50"),
    ],
)
def test_a_period_that_may_be_a_value_or_is_none_is_doubted(text: str, measure: str, doubtful: str) -> None:
    assert read_plan(text, measure, "VND", HCM, NOW).doubtful == doubtful


def test_just_after_a_new_year_the_last_month_is_not_the_next_but_one() -> None:
    found = read_plan("600tr tháng 12", "money", "VND", HCM, NOW + timedelta(days=46)).period
    assert found is not None
    assert found.first_day == date(2026, 12, 1)


def test_the_longest_name_of_a_metric_counts() -> None:
    names = {"doanh so": "revenue", "doanh": "x"}
    assert split_metric("Doanh số 5tr", names) == ("revenue", "5tr")
    assert split_metric("abc", names) == (None, "abc")


async def test_a_target_of_the_next_unit_leaves_the_running_one_as_it_is(office: Office) -> None:
    await office.manager.say("/target revenue 500m month")
    made = await office.manager.say("/datmuctieu doanh số 600tr tháng sau")
    assert made.text.startswith("Target: Net revenue: ₫600,000,000 a month, from 1 Dec 2026 on")
    listed = await office.manager.say("/target")
    assert "Net revenue: ₫500,000,000 a month" in listed.text
    assert "From 1 Dec 2026 on: Net revenue: ₫600,000,000 a month" in listed.text
    lacking = await office.manager.say("/target revenue next month")
    assert "/target revenue 500m next month" in lacking.text
    await office.manager.press(data(listed, "Take back: Net revenue: ₫600,000,000 a month"))
    assert await rows(office, KEPT) == [("revenue", "month", 5e8)]


async def test_a_target_of_a_named_period_holds_from_its_first_day_on(office: Office) -> None:
    lines = ("revenue 600m December", "calls 40 week 50 @Rosa", "aov 20tr Q1", "retention 60% 2027")
    said = [(await office.manager.say(f"/target {line}")).text for line in lines]
    assert said == [
        "Target: Net revenue: ₫600,000,000 a month, from 1 Dec 2026 on",
        "Target: Calls, Rosa: 40 a week, from 7 Dec 2026 on",
        "Target: Average order: ₫20,000,000 a quarter, from 1 Jan 2027 on",
        "Target: Retention: 60 % a year, from 1 Jan 2027 on",
    ]
    ended = await office.manager.say("/datmuctieu doanh số bỏ tháng 1")
    assert ended.text == "Removed from 1 Jan 2027 on: Net revenue: ₫600,000,000 a month"
    assert (await office.manager.say("/target revenue this month")).text.startswith("Net revenue a month: how much?")
    await office.manager.say("/lang vi")
    assert (await office.manager.say("/datmuctieu cuộc gọi 40 quý 3")).text == (
        "“quý 3” đã qua. Ví dụ: /datmuctieu cuocgoi 40 12/2026"
    )


async def test_a_share_that_may_be_percent_or_times_is_asked(office: Office) -> None:
    asked = await office.manager.say("/target roi 1.5 month")
    assert asked.text == "“1.5” of ROI: 1.5 % or 150 %?"
    made = await office.manager.press(data(asked, "150 %"))
    assert made.text == "Target: ROI: 150 % a month, from 1 Nov 2026 on"
    await office.manager.press(data(await office.manager.say("/target conversion 3 quý 3/2027"), "3 %"))
    await office.manager.say("/target retention 3 month")  # 300 % of customers cannot be kept
    await office.manager.say("/target roi 150 year")
    assert await rows(office, KEPT) == [
        ("roi", "month", 1.5), ("conversion", "quarter", 0.03), ("retention", "month", 0.03), ("roi", "year", 1.5),
    ]  # fmt: skip


async def test_a_target_is_set_changed_removed_and_taken_back(office: Office) -> None:
    made = await office.manager.say("/target revenue 500tr month")
    assert made.text == "Target: Net revenue: ₫500,000,000 a month, from 1 Nov 2026 on"
    changed = await office.manager.say("/datmuctieu doanh số 600tr tháng")
    assert "It was: Net revenue: ₫500,000,000 a month" in changed.text
    await office.manager.press(data(changed, "Undo"))
    assert await rows(office, KEPT) == [("revenue", "month", 5e8)]
    assert (await office.manager.press(data(changed, "Undo"))).toast.startswith("That target is gone already.")
    await office.manager.say("/target calls 40 week @Rosa")
    listed = await office.manager.say("/target")
    assert "Calls, Rosa: 40 a week" in listed.text
    removed = await office.manager.press(data(listed, "Remove: Calls"))
    assert removed.text == "Removed: Calls, Rosa: 40 a week"
    assert "Calls" not in (await office.manager.say("/target")).text.split("To set one")[0]
    assert "There is no such target." in (await office.manager.say("/target calls remove week @Rosa")).text


async def test_buttons_lead_to_a_target_near_the_last_months_value(office: Office) -> None:
    await office.rep.say("/lead Lan")
    await office.rep.say("/sale Lan 100tr 15/10")
    start = await office.manager.press(data(await office.manager.say("/target"), "Set a target"))
    whom = await office.manager.press(data(start, "Net revenue"))
    assert [row[0].text for row in whom.buttons] == ["The whole team", "Rosa", "Tuan"]
    unit = await office.manager.press(data(whom, "Rosa"))
    value = await office.manager.press(data(unit, "a month"))
    assert "October 2026: ₫100,000,000" in value.text
    assert [row[0].text for row in value.buttons] == ["₫100,000,000", "₫110,000,000", "₫120,000,000", "₫150,000,000"]
    done = await office.manager.press(data(value, "₫110,000,000"))
    assert done.text == "Target: Net revenue, Rosa: ₫110,000,000 a month, from 1 Nov 2026 on"
    assert "target" in (await office.rep.say("/revenue")).text
    assert (await office.rep.press(data(value, "₫110"))).toast == "Only managers and owners set targets."


async def test_a_line_without_a_unit_is_asked_and_keeps_its_value(office: Office) -> None:
    asked = await office.manager.say("/target revenue 523.456.789")
    done = await office.manager.press(data(asked, "a quarter"))
    assert "₫523,456,789 a quarter, from 1 Oct 2026 on" in done.text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/target revenue 500 month", "I am not sure of “500”. For example: /target revenue 500m month"),
        ("/target happiness 5 month", "Which figure is “happiness”?"),
        ("/target revenue 5tr month @Nobody", "Who is “@Nobody”? There are: @Olga"),
        ("/target roi 50% month @Rosa", "is known for the whole team only"),
        ("/target revenue 500m October", "“October” is over. For example: /target revenue 500m 12/2026"),
        ("/target calls 40 tuần 46/2026", "“tuần 46/2026” is over. For example: /target calls 40 12/2026"),
        ("/target calls Q1", "“Q1”: how much? For example: /target calls 40 Q1"),
        ("/target calls week 50", "I am not sure of “week 50”. For example: /target calls 40 month"),
    ],
)
async def test_what_is_wrong_is_said_with_an_example(office: Office, line: str, said: str) -> None:
    assert said in (await office.manager.say(line)).text
    assert await rows(office, KEPT) == []


async def test_the_example_is_in_the_readers_language(office: Office) -> None:
    await office.manager.say("/lang vi")
    assert (await office.manager.say("/datmuctieu doanhso abc tháng")).text == (
        "Chưa chắc “abc” là gì. Ví dụ: /datmuctieu doanhso 500tr tháng"
    )
    asked = await office.manager.say("/datmuctieu cuộc gọi tuần")
    assert "Ví dụ: /datmuctieu cuocgoi 40 tuần" in asked.text


async def test_reps_see_their_own_targets(office: Office) -> None:
    await office.manager.say("/target revenue 100tr month @Rosa")
    await office.manager.say("/target revenue 900tr month")
    await office.rep.say("/lead Lan")
    await office.rep.say("/sale Lan 25tr hôm qua")
    assert "Target reached: 25 %" in (await office.rep.say("/targets")).text
    assert "is for managers, owners" in (await office.rep.say("/target revenue 5tr month")).text


async def test_targets_are_imported_once(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "targets.csv"
    path.write_text(
        "metric,rep,period,value\nrevenue,,2026-10,500000000\nretention,,quarter,75%\ncalls,Rosa,week,40\n"
        "calls,Nobody,week,40\nhappiness,,week,1\nrevenue,,today,5\nroi,,month,1.5\n"
    )
    async with office.database.read() as session:
        team = await team_of(session, office.team_id)
    request = ImportRequest(path, "targets", team, NOW)
    first, second = await import_file(office.database, request), await import_file(office.database, request)
    assert (first.landed, first.known, len(first.rejected)) == (3, 0, 4)
    assert str(first.rejected[-1][1]) == "1.5 of roi may be percent or times: write it with %"
    assert (second.landed, second.known) == (0, 3)
    assert await rows(office, KEPT) == [
        ("revenue", "month", 5e8),
        ("retention", "quarter", 0.75),
        ("calls", "week", 40),
    ]


async def test_a_plan_of_the_coming_months_is_imported_and_holds_from_then_on(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "targets.csv"
    path.write_text(
        "metric,rep,period,value\nrevenue,,2026-11,300000000\nrevenue,,tháng 12/2026,400000000\n"
        "revenue,,Q1 2027,1500000000\nrevenue,,T12,1\nrevenue,,quý 1,1\nrevenue,,sometime,1\n"
    )
    async with office.database.read() as session:
        team = await team_of(session, office.team_id)
    done = await import_file(office.database, ImportRequest(path, "targets", team, NOW))
    assert done.landed == 3
    reasons = [str(reason) for _, reason in done.rejected]
    assert reasons[:2] == ["period needs its year, as in 2026-12: T12", "period needs its year, as in 2026-12: quý 1"]
    assert reasons[2] == "period is no week, month, quarter or year: sometime"
    planned = (await office.manager.say("/target")).text
    assert "Net revenue: ₫300,000,000 a month\nFrom 1 Dec 2026 on: Net revenue: ₫400,000,000 a month" in planned
    office.manager.now = NOW + timedelta(days=30)
    told = (await office.manager.say("/target")).text
    assert "Net revenue: ₫400,000,000 a month\nFrom 1 Jan 2027 on: Net revenue: ₫1,500,000,000 a quarter" in told


async def test_a_forged_button_names_nobody_of_another_team(office: Office, newcomer: Callable[..., Chat]) -> None:
    other = newcomer(77, "Xavier", owner=True)
    await other.say("/start")
    async with office.database.read() as session:
        found = await session.execute(text("SELECT id FROM members WHERE name = 'Xavier'"))
        stranger = found.scalar_one()
    reply = await office.manager.press(f"v1|tgt|calls:{stranger}:month:5")
    assert reply.toast.startswith("This button no longer works")
    assert "Xavier" not in (await office.manager.say("/target")).text
