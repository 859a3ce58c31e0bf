"""Settings: every one by line and button, errors with an example, and what follows from the zone and the gap."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.base import Reply
from handlers.clockwork.teams import team_named
from handlers.dispatch import answer
from handlers.figures.asked import rules_of
from handlers.team import setting_values
from handlers.team.setting_kinds import SETTINGS
from metrics.models.window import suggested
from metrics.wording import phrase
from store.people.team import team_of
from tests.handlers.office import Office
from tests.handlers.test_handlers_logging import data, rows


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("window 60", "window_days", 60),
        ("số ngày 60 ngày", "window_days", 60),
        ("gap 30", "journey_gap_days", 30),
        ("basis lợi nhuận", "return_basis", "profit"),
        ("zone Asia/Bangkok", "zone", "Asia/Bangkok"),
        ("múi giờ Hà Nội", "zone", "Asia/Ho_Chi_Minh"),
        ("timezone london", "zone", "Europe/London"),
        ("currency usd", "currency", "USD"),
        ("ngôn ngữ tiếng Việt", "locale", "vi"),
        ("stages mới, báo giá, chốt", "stages", ["mới", "báo giá", "chốt"]),
        ("stages add demo", "stages", ["new", "contacted", "quoted", "negotiating", "demo"]),
        ("lý do bỏ timing, other", "lost_reasons", ["price", "competitor", "no need", "no reply"]),
        ("cost kinds thêm mặt bằng", "cost_kinds", ["marketing", "sales", "salary", "tools", "other", "mặt bằng"]),
        ("channels facebook (fb meta), Zalo", "channels", {"facebook": ["fb", "meta"], "zalo": []}),
        ("days T2-T6", "working_days", [1, 2, 3, 4, 5]),
        ("ngày làm thứ 2 đến thứ sáu, chủ nhật", "working_days", [1, 2, 3, 4, 5, 7]),
        ("days fri-mon", "working_days", [1, 5, 6, 7]),
        ("hours 8h-17h30", "working_hours", ["08:00", "17:30"]),
        ("quiet 22:00 to 6:30", "quiet_hours", ["22:00", "06:30"]),
        ("yên lặng không", "quiet_hours", None),
        ("target 30 phút", "service_target_hours", 0.5),
        ("discount 12,5%", "discount", 0.125),
        ("discount 0.1", "discount", 0.1),
        ("large 20", "large_amount_factor", 20),
        ("holidays th", "holidays", "TH"),
        ("ngày lễ Việt Nam", "holidays", "VN"),
        ("holidays không", "holidays", "off"),
        ("sinh nhật tất cả", "birthdays", "all"),
        ("birthdays off", "birthdays", "off"),
    ],
)
async def test_each_setting_is_set_by_a_line(office: Office, line: str, key: str, value: object) -> None:
    reply = await office.manager.say(f"/settings {line}")
    async with office.database.read() as session:
        row = await team_of(session, office.team_id)
    assert getattr(row, key, row.settings.get(key)) == value
    assert reply.text.startswith(SETTINGS[key].label.source)


async def test_figures_go_by_what_is_set(office: Office) -> None:
    for line in ("window 60", "gap 30", "basis profit", "target 30 phút", "discount 25%", "days T2-T6"):
        await office.manager.say(f"/settings {line}")
    async with office.database.read() as session:
        rules = rules_of(await team_named(session, office.team_id))
    assert (rules.window_days, rules.journey_gap_days, rules.return_basis) == (60, 30, "profit")
    assert (rules.target_hours, rules.discount, rules.week.days) == (0.5, 0.25, frozenset(range(1, 6)))


@pytest.mark.parametrize(
    ("line", "example"),
    [
        ("window soon", "/settings window 60"),
        ("gap 1", "/settings gap 60"),
        ("zone Moon", "/settings zone Asia/Ho_Chi_Minh"),
        ("currency money", "/settings currency VND"),
        ("language fr", "/settings language vi"),
        ("stages", "To change it: /settings stages add demo"),
        ("stages remove nothing", "/settings stages add demo"),
        ("channels remove myspace", "/settings channels add youtube (yt)"),
        ("stages " + "a" * 99, "/settings stages add demo"),
        ("days someday", "/settings days mon-sat"),
        ("hours 17:00-8:00", "/settings hours 8:00-17:30"),
        ("hours 25:00-26:00", "/settings hours 8:00-17:30"),
        ("quiet at night", "/settings quiet 21:00-7:30"),
        ("target never", "/settings target 4"),
        ("discount 200%", "/settings discount 10%"),
        ("large 1", "/settings large 10"),
        ("holidays Moon", "/settings holidays VN"),
        ("birthdays mine", "/settings birthdays agreed"),
    ],
)
async def test_what_cannot_be_is_said_with_an_example(office: Office, line: str, example: str) -> None:
    assert example in (await office.manager.say(f"/settings {line}")).text
    assert await rows(office, "SELECT count(*) FROM audit WHERE action = 'setting'") == [(0,)]


async def test_settings_are_changed_by_buttons_and_taken_back(office: Office) -> None:
    shown = await office.manager.say("/settings")
    assert "Working days: Mon, Tue, Wed, Thu, Fri, Sat" in shown.text
    section = await office.manager.press(data(shown, "How figures count"))
    one = await office.manager.press(data(section, "Active after a purchase"))
    assert [row[0].text for row in one.buttons] == ["30", "60", "✓ 90", "180", "Back"]
    changed = await office.manager.press(data(one, "60"))
    assert changed.text == "Active after a purchase for: 60 days"
    back = await office.manager.press(data(changed, "Back to 90"))
    assert back.text == "Active after a purchase for: 90 days"
    assert (await office.rep.press(data(one, "60"))).toast == "Only managers and owners change the team's settings."


async def test_the_currency_is_fixed_once_something_is_recorded(office: Office) -> None:
    await office.manager.say("/fx usd 26000")
    await office.manager.say("/settings currency eur")
    assert await rows(office, "SELECT count(*) FROM rates") == [(0,)]
    await office.rep.say("/lead Lan")
    assert "it stays EUR" in (await office.manager.say("/settings currency vnd")).text


async def test_a_change_of_zone_moves_the_days_of_boundary_records_only(office: Office) -> None:
    await office.rep.say("/lead Lan")
    for hour in (1, 9):
        await office.rep.say(f"/sale Lan {hour}tr hôm qua {hour + 12}h")
    sold = "SELECT at, day FROM sales ORDER BY id"
    assert len({row[1] for row in await rows(office, sold)}) == 1
    said = await office.manager.say("/settings zone Pacific/Auckland")
    assert "of 1 customer were derived anew" in said.text
    zone = ZoneInfo("Pacific/Auckland")
    for table, at, day in (("sales", "at", "day"), ("leads", "at", "day"), ("journeys", "start_at", "start_day")):
        for moment, on in await rows(office, f"SELECT {at}, {day} FROM {table}"):
            assert str(on) == str(_instant(moment).astimezone(zone).date())


async def test_a_change_of_zone_moves_the_hour_at_which_digests_and_alerts_come(office: Office) -> None:
    await office.manager.press("v1|dg|0:d")
    await office.manager.say("/alert revenue < 10tr")
    await office.manager.say("/settings zone Europe/London")
    kept = await rows(office, "SELECT zone, next_run_at FROM schedules ORDER BY id")
    assert [(zone, _instant(due).isoformat()) for zone, due in kept] == [
        ("Europe/London", "2026-11-21T08:00:00+00:00"), ("Europe/London", "2026-11-20T08:05:00+00:00"),
    ]  # fmt: skip


def _instant(value: object) -> datetime:
    """An instant as either database keeps it: microseconds since 1970."""
    assert isinstance(value, int)
    return datetime.fromtimestamp(value / 1_000_000, ZoneInfo("UTC"))


async def test_a_long_recount_is_announced_before_it_is_done(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.team.settings.MANY", 0)
    await office.rep.say("/lead Lan")
    asked = await office.manager.say("/settings gap 30")
    assert "All 1 records are gone through for it" in asked.text
    assert await rows(office, "SELECT journey_gap_days FROM teams") == [(90,)]
    shown: list[str] = []

    async def meanwhile(reply: Reply) -> None:
        shown.append(reply.text)
        assert await rows(office, "SELECT journey_gap_days FROM teams") == [(90,)]

    pressed = await office.manager.request("", data=data(asked, "Yes, change it"))
    done = await answer(replace(pressed, meanwhile=meanwhile))
    assert "derived anew" in done.text
    assert done.edits
    assert [text.partition(". ")[2] for text in shown] == [
        "Everything is gone through for it; this message changes when it is done."
    ]
    assert await rows(office, "SELECT journey_gap_days FROM teams") == [(30,)]


async def test_the_team_own_words_are_understood_at_once(office: Office) -> None:
    await office.manager.say("/settings stages add demo")
    await office.manager.say("/settings channels add youtube (yt)")
    await office.rep.say("/lead Lan #yt")
    assert "demo" in (await office.rep.say("/deal Lan 50tr demo")).text
    assert await rows(office, "SELECT channel FROM leads") == [("youtube",)]


def test_words_keep_their_order_and_are_not_doubled() -> None:
    assert setting_values.words("b, a, B", (), phrase("x")) == ["b", "a"]


def test_the_window_is_the_kaplan_meier_90th_percentile_of_the_gaps() -> None:
    # 30 gaps of 10 days and 2 open after 100: S(10) = 2/32 ≤ 0.1
    assert suggested([10] * 30, [100, 100]) == 10
    # with 4 open S(10) = 4/34 > 0.1 and never lower
    assert suggested([10] * 30, [100] * 4) is None
    # open gaps shorter than the events are no evidence against them
    assert suggested([10] * 30, [5] * 4) == 10
    assert suggested([10] * 29, []) is None


async def test_retention_window_suggests_and_sets_it(office: Office) -> None:
    await office.rep.say("/lead Lan")
    assert "cannot be told from 0 repurchases" in (await office.manager.say("/retention window")).text
    for day in range(1, 20):
        await office.rep.say(f"/sale Lan {day}tr {day}/11")
    for day in range(1, 31, 2):
        await office.rep.say(f"/sale Lan {day}00k {day}/10")
    said = await office.manager.say("/giuchan cửa sổ")
    assert "Nine of ten buy again within" in said.text
    await office.manager.press(said.buttons[0][0].data)
    assert await rows(office, "SELECT window_days < 90 FROM teams") in ([(1,)], [(True,)])
    assert (await office.viewer.say("/retention window")).buttons == ()


async def test_prices_of_another_currency_are_not_kept(office: Office) -> None:
    await office.manager.say("/products RO filter category filters price 350k cost 210k")
    assert "350,000" in (await office.manager.say("/products")).text
    await office.owner.say("/settings currency USD")
    listed = (await office.manager.say("/products")).text
    assert "RO filter" in listed
    assert not any(amount in listed for amount in ("350", "210", "3,500"))
