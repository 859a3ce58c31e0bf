import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import func, select

from handlers.imports import Doubtful, ImportRequest, Report, Unreadable, import_file
from handlers.imports.formats import amount_minor, date_format, decimal_sign
from store import Database
from store.people.team import TeamRow, create_team, team_of
from store.tables import contacts, costs, customers, deals, refunds, sales

NOW = datetime(2026, 11, 20, tzinfo=UTC)
SHARED = Path(__file__).parents[3] / "shared" / "data"


class Desk:
    """Imports text as a file into one team, and reads back what landed."""

    def __init__(self, database: Database, team: TeamRow, folder: Path) -> None:
        self.database = database
        self.team = team
        self.path = folder / "file.csv"

    async def take(self, kind: str, text: str, **more: Any) -> Report:
        self.path.write_text(text, encoding="utf-8")
        return await import_file(self.database, ImportRequest(self.path, kind, self.team, NOW, **more))

    async def column(self, column: Any) -> list[Any]:
        async with self.database.read() as session:
            return list((await session.execute(select(column).order_by(column))).scalars())


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> Desk:
    async with database.begin() as session:
        team_id = await create_team(session, name="Shop", zone="Europe/London", currency="GBP", locale="en", now=NOW)
        team = await team_of(session, team_id)
    return Desk(database, team, tmp_path)


SALES = "ref,customer,amount,at\n1,Ann,10.50,2026-10-01 09:30\n2,ann ,3,2026-10-02\n3,Bob,7,2026-10-03\n"


async def test_birthdays_are_kept_as_they_are_elsewhere_or_the_row_is_rejected(desk: Desk) -> None:
    rows = ["Ann,2026-10-01,20/11/1990", "Bob,2026-10-01,2/3", "Cy,2026-10-01,--12-31", "Di,2026-10-01,1990-05-06"]
    wrong = ["Ed,2026-10-01,31/02/1990", "Flo,2026-10-01,1/1/1890", "Gus,2026-10-01,spring"]
    report = await desk.take("leads", "\n".join(["name,at,birthday", *rows, *wrong, ""]))
    assert await desk.column(customers.c.birthday) == ["--03-02", "--12-31", "1990-05-06", "1990-11-20"]
    assert [row["name"] for row, _reason in report.rejected] == ["Ed", "Flo", "Gus"]
    assert await desk.column(customers.c.birthday_agreed_at) == [None] * 4


async def test_who_sent_a_lead_is_kept_wherever_the_file_names_them(desk: Desk) -> None:
    await desk.take("leads", "name,at,phone\nAnn,2026-09-01,07400123456\nOld,2026-09-01,\n")
    rows = ["Bob,2026-10-01,ann", "Cy,2026-10-01,Bob", "Di,2026-10-01,Eve", "Eve,2026-10-01,", "Flo,2026-10-01,Zed"]
    rows += ["Gus,2026-10-01,07400123456", "Hal,2026-10-01,Hal", "Old,2026-10-02,Bob", "Bob,2026-10-03,Zed"]
    assert not (await desk.take("leads", "\n".join(["name,at,referred_by", *rows, ""]))).rejected
    async with desk.database.read() as session:
        people = {row.id: row for row in await session.execute(select(customers))}
    sent = {one.name: people[one.referred_by_id].name for one in people.values() if one.referred_by_id}
    assert sent == {"Bob": "Ann", "Cy": "Bob", "Di": "Eve", "Flo": "Zed", "Gus": "Ann", "Old": "Bob"}
    assert sorted(one.name for one in people.values()) == sorted(
        {"Ann", "Old", "Zed", *["Bob", "Cy", "Di", "Eve", "Flo", "Gus", "Hal"]}
    )


async def test_who_sent_a_lead_may_be_named_by_a_phone_of_the_same_file_or_one_that_nobody_has(desk: Desk) -> None:
    rows = ["Bob,2026-10-01,07400 123456,", "Ann,2026-10-01,,07400123456", "Cy,2026-10-01,Eve,", "Di,2026-10-01,Ann,"]
    rows += ["Eve,2026-10-02,07400 123457,", "Flo,2026-10-03,7400123456,", "Gus,2026-10-03,+447400123457,"]
    rows += ["Hal,2026-10-04,07400123457,"]
    report = await desk.take("leads", "\n".join(["name,at,referred_by,phone", *rows, ""]), batch=7)
    assert (report.landed, report.rejected) == (8, [])
    async with desk.database.read() as session:
        people = {row.id: row for row in await session.execute(select(customers))}
    sent = {one.name: people[one.referred_by_id] for one in people.values() if one.referred_by_id}
    assert {name: by.name for name, by in sent.items()} == {
        "Bob": "Ann", "Cy": "Eve", "Di": "Ann", "Eve": "07400 123457", "Flo": "Ann", "Gus": "07400 123457",
        "Hal": "07400 123457",
    }  # fmt: skip
    assert sent["Gus"].phone == "+447400123457"
    assert len(people) == 9


@pytest.mark.parametrize("batch", [2, 7, 2000])
async def test_a_dry_run_foretells_how_many_customers_are_made(desk: Desk, batch: int) -> None:
    await desk.take("leads", "name,at,phone\nAnn,2026-09-01,07400123456\nOld,2026-09-01,\n")
    rows = [
        "Bob,2026-10-01,ann,",
        "bob ,2026-10-02,Bob,",
        "Cy,2026-10-01,Zed,",
        "Di,2026-10-01,zed,",
        "Zed,2026-10-03,,",
    ]
    rows += ["Eve,2026-10-01,07400 123456,", "Flo,2026-10-01,07400 123457,", "Gus,2026-10-01,,07400 123457"]
    rows += ["Hal,2026-10-01,07400 123458,07400 123458", "Annie,2026-10-01,,07400123456", "Annie,2026-10-04,Old,"]
    rows += ["Ida,nowhen,Jo,", "Old,2026-10-02,Kim,"]
    text = "\n".join(["name,at,referred_by,phone", *rows, ""])
    foretold = await desk.take("leads", text, dry_run=True, batch=batch)
    assert len(await desk.column(customers.c.id)) == 2
    report = await desk.take("leads", text, batch=batch)
    made = await desk.column(customers.c.name)
    assert foretold.tally.people == len(made) - 2
    assert (foretold.landed, len(foretold.rejected)) == (report.landed, len(report.rejected)) == (12, 1)
    assert not {"Jo", "Ida", "Annie"} & set(made)


@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_paragraph_is_no_name_and_leaves_the_rows_beside_it_alone(desk: Desk, dry_run: bool) -> None:
    long = "".join(chr(0x4E00 + n) for n in range(3000))
    rows = [f"Ann,2026-10-01,10,{long},,", f"Bob,2026-10-01,10,,{long},", f"{long},2026-10-01,10,,,"]
    text = "\n".join(["customer,at,amount,channel,product,note", *rows, f"Cy,2026-10-01,10,web,Tea,{long}", ""])
    report = await desk.take("sales", text, dry_run=dry_run)
    reasons = [str(reason) for _row, reason in report.rejected]
    assert reasons == [f"{field} is longer than 200 letters" for field in ("channel", "product", "customer")]
    assert report.landed == 1


async def test_good_rows_land_once(desk: Desk) -> None:
    first = await desk.take("sales", SALES)
    again = await desk.take("sales", SALES)
    assert (first.landed, first.known, again.landed, again.known) == (3, 0, 0, 3)
    assert await desk.column(sales.c.amount_minor) == [300, 700, 1050]
    assert await desk.column(customers.c.name) == ["Ann", "Bob"]
    assert await desk.column(sales.c.at) == [
        datetime(2026, 10, 1, 8, 30, tzinfo=UTC),
        datetime(2026, 10, 1, 23, 0, tzinfo=UTC),
        datetime(2026, 10, 2, 23, 0, tzinfo=UTC),
    ]


async def test_equal_rows_without_a_reference_all_land_and_land_once(desk: Desk) -> None:
    text = "customer,amount,at\nAnn,5,2026-10-01\nAnn,5,2026-10-01\n"
    assert (await desk.take("sales", text)).landed == 2
    assert (await desk.take("sales", text)).known == 2
    assert (await desk.take("sales", text + "Ann,5,2026-10-01\n")).landed == 1


async def test_bad_rows_go_to_a_file_with_reasons_and_good_ones_land(desk: Desk) -> None:
    text = (
        "ref,customer,amount,at\n1,Ann,10.5,2026-10-01\n2,,3,2026-10-02\n3,Bob,x,2026-10-03\n4,Cy,-2,2026-10-03\n"
        "5,Di,2,2026-13-03\n6,Ed,2,2027-01-01\n1,Flo,2,2026-10-01\n7,Gus,1.2345,2026-10-01\n"
    )
    report = await desk.take("sales", text)
    assert (report.rows, report.landed) == (8, 1)
    assert report.rejected_path is not None
    with report.rejected_path.open(encoding="utf-8") as file:
        reasons = {row["ref"]: row["reason"] for row in csv.DictReader(file)}
    assert reasons == {
        "2": "customer is empty",
        "3": "not an amount: x",
        "4": "the amount must be more than 0: -2",
        "5": "at is not a date: 2026-13-03",
        "6": "at is in the future: 2027-01-01",
        "1": "ref is in the file twice: 1",
        "7": "more decimals than the currency has: 1.2345",
    }
    assert await desk.column(customers.c.name) == ["Ann"]


async def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    report = await desk.take("sales", SALES, dry_run=True)
    assert report.landed == 3
    assert await desk.column(sales.c.id) == []
    assert await desk.column(customers.c.id) == []


async def test_constants_and_other_column_names(desk: Desk) -> None:
    columns = {"customer": "who", "at": "day", "direction": ":out", "outcome": ":connected"}
    report = await desk.take("calls", "who;day\nAnn;2026-10-01\n", columns=columns)
    assert report.landed == 1
    assert await desk.column(contacts.c.outcome) == ["connected"]
    assert await desk.column(contacts.c.date_only) == [True]


async def test_what_is_missing_is_named(desk: Desk) -> None:
    with pytest.raises(Unreadable, match="no column for amount, at: say --map amount=Column; the file has customer"):
        await desk.take("sales", "customer\nAnn\n")
    with pytest.raises(Unreadable, match="no column Sum for amount"):
        await desk.take("sales", SALES, columns={"amount": "Sum"})
    with pytest.raises(Unreadable, match="sales have no field price"):
        await desk.take("sales", SALES, columns={"price": "amount"})


async def test_doubtful_dates_and_amounts_are_asked_for(desk: Desk) -> None:
    with pytest.raises(Doubtful, match="--date-format"):
        await desk.take("sales", "customer,amount,at\nAnn,5,01/02/2026\n")
    with pytest.raises(Doubtful, match="--decimal"):
        await desk.take("sales", "customer,amount,at\nAnn,1.234,2026-01-01\n")
    text = "customer,amount,at\nAnn,1.234,01/02/2026\n"
    report = await desk.take("sales", text, decimal="comma", date_format="%d/%m/%Y")
    assert report.landed == 1
    assert await desk.column(sales.c.day) == [date(2026, 2, 1)]
    assert await desk.column(sales.c.amount_minor) == [123_400]


async def test_deals_become_sales_when_won_and_costs_and_refunds_land(desk: Desk) -> None:
    text = (
        "ref,customer,amount,opened_at,closed_at,outcome,reason\n"
        "d1,Ann,100,2026-09-01,2026-09-11,won,\nd2,Bob,50,2026-09-01,2026-09-20,lost,price\nd3,Cy,70,2026-09-05,,,\n"
    )
    assert (await desk.take("deals", text)).landed == 3
    assert (await desk.take("deals", text)).known == 3
    assert await desk.column(sales.c.amount_minor) == [10_000]
    async with desk.database.read() as session:
        outcomes = set((await session.execute(select(deals.c.outcome))).scalars())
    assert outcomes == {"won", "lost", None}
    await desk.take("sales", SALES)
    back = await desk.take("refunds", "customer,amount,at,sale\nAnn,10.5,2026-10-09,1\nAnn,1,2026-10-09,1\n")
    assert (back.landed, [reason for _row, reason in back.rejected]) == (1, ["more than what is left of the sale"])
    assert await desk.column(refunds.c.amount_minor) == [1050]
    spent = await desk.take("costs", "amount,kind,from,to,channel\n31,marketing,2026-10-01,2026-10-31,Facebook\n")
    assert spent.landed == 1
    assert await desk.column(costs.c.to_day) == [date(2026, 10, 31)]
    assert await desk.column(costs.c.channel) == ["facebook"]


async def test_a_sale_of_a_customer_with_one_open_deal_wins_it(desk: Desk) -> None:
    await desk.take("deals", "customer,opened_at\nAnn,2026-09-01\nBob,2026-09-01\nBob,2026-09-02\n")
    report = await desk.take("sales", SALES)
    assert report.landed == 3
    assert len(report.alone) == 1
    assert "Bob" in report.alone[0]
    async with desk.database.read() as session:
        won = (await session.execute(select(func.count()).where(deals.c.outcome == "won"))).scalar_one()
    assert won == 1


async def test_a_workbook_reads_as_text_does(desk: Desk) -> None:
    path = desk.path.with_suffix(".xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for place, name in enumerate(("customer", "amount", "at")):
            sheet.write(0, place, name)
        sheet.write(1, 0, "Nguyễn Thị Lan")
        sheet.write(1, 1, 12.5)
        sheet.write_datetime(1, 2, datetime(2026, 10, 1, 9, 30), moment)  # noqa: DTZ001 - a sheet has no zones
    report = await import_file(desk.database, ImportRequest(path, "sales", desk.team, NOW))
    assert (report.landed, report.rejected) == (1, [])
    assert await desk.column(customers.c.name) == ["Nguyễn Thị Lan"]
    assert await desk.column(sales.c.at) == [datetime(2026, 10, 1, 8, 30, tzinfo=UTC)]


async def test_a_missing_or_empty_file_says_so(desk: Desk) -> None:
    with pytest.raises(Unreadable, match="no such file"):
        await import_file(desk.database, ImportRequest(desk.path, "sales", desk.team, NOW))
    with pytest.raises(Unreadable, match="no rows"):
        await desk.take("sales", "")


@pytest.mark.parametrize(
    ("values", "digits", "expected"),
    [
        (["1,250.50"], 2, "."),
        (["1.250,50"], 2, ","),
        (["12,5"], 2, ","),
        (["1.250.000"], 2, ","),
        (["1.250"], 0, ","),
        (["1,250"], 0, "."),
        (["7"], 2, "."),
        (["1.234", "2,50"], 2, ","),
    ],
)
def test_the_decimal_sign_is_recognised(values: list[str], digits: int, expected: str) -> None:
    assert decimal_sign(values, digits) == expected


@pytest.mark.parametrize(
    ("text", "decimal", "digits", "minor"),
    [("£1,200.50", ".", 2, 120_050), ("1.250.000 ₫", ",", 0, 1_250_000), ("22.2", ".", 2, 2220), ("-5", ".", 2, -500)],
)
def test_amounts_become_minor_units(text: str, decimal: str, digits: int, minor: int) -> None:
    assert amount_minor(text, decimal, digits) == minor


@pytest.mark.parametrize(
    ("values", "expected"),
    [(["2026-01-02"], "iso"), (["13/02/2026"], "%d/%m/%Y"), (["02/13/2026", "01/02/2026"], "%m/%d/%Y")],
)
def test_date_formats_are_recognised(values: list[str], expected: str) -> None:
    assert date_format(values) == expected


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real data are not at hand")
@pytest.mark.parametrize("backend", ["sqlite"])  # the other files land on both
async def test_real_invoices_land_to_the_penny(desk: Desk) -> None:
    columns = {"ref": "InvoiceNo", "customer": "CustomerID", "amount": "value", "at": "InvoiceDate"}
    path = SHARED / "online_retail_invoices.csv"
    report = await import_file(desk.database, ImportRequest(path, "sales", desk.team, NOW, columns))
    assert (report.landed, report.rejected) == (18_532, [])
    async with desk.database.read() as session:
        total = (await session.execute(select(func.sum(sales.c.base_minor)))).scalar_one()
        people = (await session.execute(select(func.count()).select_from(customers))).scalar_one()
    assert (int(total), people) == (891_140_790, 4338)
