"""/fx: given by line or button, doubted where it may be wrong, shown with what still lacks one."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers.imports import Doubtful, ImportRequest, import_file
from handlers.parsing.rates import RateLine, read_rate
from store.people.team import team_of
from tests.handlers.office import NOW, Office
from tests.handlers.test_handlers_logging import data, rows

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("text", "currency", "readings", "day"),
    [
        ("usd 26000", "USD", ["26000"], None),
        ("1 usd = 26150,5 vnd", "USD", ["26150.5"], None),
        ("$ 26k", "USD", ["26000"], None),
        ("26 nghìn đô hôm qua", "USD", ["26000"], "2026-11-19"),
        ("EUR 28.000", "EUR", ["28000", "28"], None),
        ("eur 28.150,25 01/11", "EUR", ["28150.25"], "2026-11-01"),
        ("jpy 165.123 20/11/2024", "JPY", ["165123", "165.123"], "2024-11-20"),
        ("chf 0.0000385", "CHF", ["0.0000385"], None),
    ],
)
def test_a_rate_is_read_in_any_order(text: str, currency: str, readings: list[str], day: str | None) -> None:
    found = read_rate(text, NOW, ZONE, "VND", english=False)
    assert (found.currency, found.readings) == (currency, tuple(Decimal(one) for one in readings))
    assert (found.day.isoformat() if found.day else None, found.unread) == (day, "")


@pytest.mark.parametrize("text", ["usd abc", "usd 1.2.3", "usd -5", "usd 26000 27000", "zzz 3", "usd eur 3"])
def test_what_is_no_rate_is_left_unread(text: str) -> None:
    assert read_rate(text, NOW, ZONE, "VND", english=True).unread


def test_a_day_to_come_is_seen() -> None:
    assert read_rate("usd 26000 ngày mai", NOW, ZONE, "VND", english=False) == RateLine(
        "USD", (Decimal(26000),), None, ahead=True
    )


async def test_a_rate_counts_the_records_that_waited_and_offers_it_for_older_ones(office: Office) -> None:
    await office.rep.say("/lead Lan")
    said = await office.rep.say("/sale Lan 100 usd")
    assert said.text.endswith("In no figure yet: 1 USD has no rate in VND. A manager gives it with /fx.")
    await office.rep.say("/sale Lan 200 usd hôm qua")
    given = await office.manager.say("/fx usd 26000")
    assert "1 USD = 26,000 VND from 20 Nov 2026 on" in given.text
    assert "1 record without a rate is counted now." in given.text
    assert "1 record before that still has no rate, of 19 Nov 2026" in given.text
    older = await office.manager.press(data(given, "The same rate from 19 Nov 2026 on"))
    assert "1 record without a rate is counted now." in older.text
    assert await rows(office, "SELECT base_minor FROM sales ORDER BY id") == [(2_600_000,), (5_200_000,)]
    assert "rate" not in (await office.rep.say("/sale Lan 300 usd")).text
    shown = (await office.manager.say("/fx")).text
    assert "1 USD = 26,000 VND, from 20 Nov 2026 on" in shown
    assert "in no figure" not in shown


async def test_two_readings_and_a_rate_far_from_the_last_are_asked(office: Office) -> None:
    asked = await office.manager.say("/fx usd 26.000")
    assert [row[0].text for row in asked.buttons] == ["1 USD = 26,000 VND", "1 USD = 26 VND"]
    assert await rows(office, "SELECT count(*) FROM rates") == [(0,)]
    await office.manager.press(asked.buttons[0][0].data)
    assert "1 USD = 26,150 VND" in (await office.manager.say("/fx usd 26.150")).text  # near the last: no question
    far = await office.manager.say("/fx usd 2600")
    assert far.text == "That is far from the last rate, 1 USD = 26,150 VND. Is it right?"
    assert await rows(office, "SELECT rate FROM rates ORDER BY id") == [("26000",), ("26150",)]


async def test_a_rate_is_undone_once(office: Office) -> None:
    await office.rep.say("/lead Lan")
    await office.rep.say("/sale Lan 100 usd")
    given = await office.manager.say("/fx usd 26000")
    assert "Records that it had priced: 1." in (await office.manager.press(data(given, "Undo"))).text
    assert await rows(office, "SELECT base_minor FROM sales") == [(None,)]
    assert (await office.manager.press(data(given, "Undo"))).toast == "That rate was taken back already."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/fx usd", "How many VND is 1 USD worth? For example: /fx usd 26000"),
        ("/fx 26000", "Which currency? For example: /fx usd 26000"),
        ("/fx vnd 1", "Which currency?"),
        ("/fx usd 26000 tomorrow", "A rate cannot be of a day to come."),
        ("/fx usd hello", "I don't understand “hello”."),
    ],
)
async def test_what_is_wrong_is_said_with_an_example(office: Office, line: str, said: str) -> None:
    assert said in (await office.manager.say(line)).text
    assert await rows(office, "SELECT count(*) FROM rates") == [(0,)]


async def test_reps_neither_set_rates_nor_press_the_buttons_of_managers(office: Office) -> None:
    assert "is for managers, owners" in (await office.rep.say("/fx usd 26000")).text
    given = await office.manager.say("/fx usd 26000")
    assert (await office.rep.press(data(given, "Undo"))).toast == "Only managers and owners set exchange rates."


async def test_rates_are_imported_once(office: Office, tmp_path: Path) -> None:
    await office.rep.say("/lead Lan")
    await office.rep.say("/sale Lan 100 usd")
    path = tmp_path / "rates.csv"
    path.write_text("currency,at,rate\nUSD,2026-11-01,26150.25\neur,2026-11-02,28000\nUSD,x,1\nVND,2026-11-01,1\n")
    async with office.database.read() as session:
        team = await team_of(session, office.team_id)
    request = ImportRequest(path, "rates", team, datetime(2026, 11, 21, tzinfo=UTC))
    first, second = await import_file(office.database, request), await import_file(office.database, request)
    assert (first.landed, first.known, len(first.rejected)) == (2, 0, 2)
    assert (second.landed, second.known) == (0, 2)
    assert await rows(office, "SELECT base_minor FROM sales") == [(2_615_025,)]


async def test_a_file_of_doubtful_rates_is_asked_about(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("currency,at,rate\nJPY,2026-11-01,165.123\n")
    async with office.database.read() as session:
        team = await team_of(session, office.team_id)
    with pytest.raises(Doubtful):
        await import_file(office.database, ImportRequest(path, "rates", team, NOW))


async def test_imported_rows_may_be_in_another_currency(office: Office, tmp_path: Path) -> None:
    await office.manager.say("/fx usd 26000 01/11")
    path = tmp_path / "sales.csv"
    path.write_text(
        "customer,amount,currency,at\nLan,12.50,USD,2026-11-02\nMai,500000,,2026-11-02\nTú,5,X,2026-11-02\n"
    )
    async with office.database.read() as session:
        team = await team_of(session, office.team_id)
    done = await import_file(office.database, ImportRequest(path, "sales", team, NOW))
    assert [reason for _, reason in done.rejected] == ["currency is no currency's code, such as USD: X"]
    assert await rows(office, "SELECT amount_minor, base_minor FROM sales ORDER BY id") == [
        (1250, 325_000), (500_000, 500_000),
    ]  # fmt: skip
