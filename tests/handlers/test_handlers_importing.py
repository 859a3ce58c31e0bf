"""A file sent in chat: recognised, asked about, shown, imported once, taken back whole."""

import io
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import xlsxwriter
from sqlalchemy import func, select, text

from handlers.base import Attached, FileGone, Reply
from handlers.dispatch import answer
from handlers.imports.chat.working import job_of, work
from handlers.imports.columns import fields_by_heading, kind_of
from store import Database
from store.customers.editing import change_customer
from store.customers.merging import merge
from store.derived.refreshing import rebuild
from store.people.team import team_of
from store.queues.outbox import claim as posted
from store.records import importing
from store.records.corrections import restore
from store.records.entries import Clock, DealEntry, Origin
from store.records.writing import log_deal
from store.tables import audit, customers, deals, journeys, outbox, records, refunds, sale_days, sales
from tests.handlers.office import NOW, Chat, Office

SALES = "Khách hàng;Thành tiền;Ngày bán;Ghi chú\nLan;12.000.000 đ;05/11/2026;a\nHoa;3.500.000;13/11/2026;b\n"


@dataclass
class Desk:
    """An owner who sends files, and whoever works in the background."""

    database: Database
    chat: Chat

    async def send(self, text: str | bytes, name: str = "don hang.csv", caption: str = "") -> Reply:
        content = text.encode() if isinstance(text, str) else text
        request = await self.chat.request(caption, document=Attached("f", name, len(content)))

        async def fetch(_file_id: str) -> bytes:
            return content

        return await answer(replace(request, fetch=fetch))

    async def tap(self, reply: Reply, label: str) -> Reply:
        keys = [key for row in reply.buttons for key in row]
        found = [key for key in keys if label in key.text]
        assert found, [key.text for key in keys]
        return await self.chat.press(found[0].data)

    async def work(self) -> list[Mapping[str, object]]:
        """Do what waits, and return what is then told."""
        async with self.database.begin() as session:
            row = await importing.claim(session, NOW, NOW + timedelta(minutes=1))
        assert row is not None
        await work(self.database, await job_of(self.database, row), NOW, lambda _done: None)
        async with self.database.begin() as session:
            return [one.payload for one in await posted(session, NOW, NOW, 9)]

    async def count(self, table: object, *conditions: object) -> int:
        async with self.database.read() as session:
            query = select(func.count()).select_from(table).where(*conditions)  # type: ignore[arg-type]
            return int((await session.execute(query)).scalar_one())


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office.database, office.owner)


async def test_a_file_is_shown_then_imported_once_and_taken_back_whole(desk: Desk) -> None:
    shown = await desk.send(SALES)
    assert "2 new rows · ₫15,500,000 in all" in shown.text
    assert "2 customers are new" in shown.text
    assert await desk.count(sales) == 0
    begun = await desk.tap(shown, "Import 2 rows")
    assert begun.edits
    told = await desk.work()
    assert "2 new rows of sales" in str(told[0]["text"])
    assert await desk.count(sales, sales.c.counted) == 2
    again = await desk.send(SALES, "renamed.csv")
    assert "imported on" in again.text
    assert "nothing is added" in again.text
    undone = await desk.tap(again, "Undo all 2 rows")
    assert undone.edits
    await desk.work()
    assert await desk.count(sales, sales.c.counted) == 0
    assert await desk.count(audit, audit.c.action == "remove") == 2
    assert await desk.count(audit, audit.c.action.in_(("import", "undo import"))) == 2
    assert "2 new rows" in (await desk.send(SALES)).text


async def test_the_trail_of_a_record_names_its_file_and_undoing_says_what_stays(desk: Desk, office: Office) -> None:
    await office.owner.say("/lead Lan 0901234567")
    goods = SALES.replace("Ghi chú", "Sản phẩm").replace(";a\n", ";Lọc nước\n").replace(";b\n", ";Lõi lọc\n")
    await desk.tap(await desk.send(goods), "Import 2 rows")
    await desk.work()
    numbers = await _numbers(desk)
    trail = (await office.owner.say(f"/audit {numbers[0]}")).text
    assert "Imported from the file <b>don hang.csv</b>." in trail
    assert "file" not in (await office.owner.say("/audit 1")).text
    async with desk.database.begin() as session:
        await session.execute(text("INSERT INTO products (team_id, name, key) VALUES (1, 'Khác', 'khac')"))
    await office.owner.say("/sale Lan 350k Lõi lọc")
    await desk.tap(await desk.chat.say("/import"), "Undo all 2 rows")
    await desk.work()
    async with desk.database.read() as session:
        told = (await session.execute(select(outbox.c.payload).order_by(outbox.c.id.desc()))).scalars().first()
    assert told is not None
    assert str(told["text"]).splitlines()[1:] == [
        "1 customer of the file stays, without a record.",
        "1 product of the file stays, without a record: /products",
    ]
    assert "undone" in (await office.owner.say(f"/audit {numbers[0]}")).text


async def test_one_record_of_an_undone_import_is_restored_unless_its_row_was_imported_again(
    desk: Desk, office: Office
) -> None:
    await desk.tap(await desk.send(SALES), "Import 2 rows")
    await desk.work()
    first, second = await _numbers(desk)
    await desk.tap(await desk.chat.say("/import"), "Undo all 2 rows")
    await desk.work()
    trail = await office.owner.say(f"/audit {first}")
    assert "It is undone" in trail.text
    ids = {number: key async for number, key in _ids(desk)}
    assert f"Restored #{first}" in (await office.owner.press(f"v1|restore|{ids[first]}")).text
    shown = await desk.send(SALES)
    await desk.tap(shown, "Import 1 row")  # the restored one is there already
    await desk.work()
    third = (await _numbers(desk))[-1]
    refused = await office.owner.press(f"v1|restore|{ids[second]}")
    assert refused.toast == f"#{second} stays undone: the same row was imported again, as #{third}."
    assert await desk.count(sales, sales.c.counted) == 2
    await office.owner.say(f"/undo {third}")
    assert f"Restored #{second}" in (await office.owner.press(f"v1|restore|{ids[second]}")).text
    assert await desk.count(sales, sales.c.counted) == 2


LEADS = (
    "Tên khách,Ngày,Người giới thiệu\nLan,05/11/2026,Hoa\nMai,06/11/2026,Hoa\nVy,07/11/2026,Sơn\nHoa,18/11/2026,Hoa\n"
)


async def test_who_sent_a_known_customer_is_audited_and_taken_back_with_the_file(desk: Desk, office: Office) -> None:
    for name in ("Lan", "Hoa", "Vy", "Tú"):
        await office.owner.say(f"/lead {name}")
    shown = await desk.send(LEADS, "khach.csv")
    assert "2 customers are new" in shown.text
    await desk.tap(shown, "Import 4 rows")
    await desk.work()
    assert await _sent(desk) == {"Lan": "Hoa", "Mai": "Hoa", "Vy": "Sơn"}
    assert await desk.count(customers) == 6
    assert await desk.count(audit, audit.c.action == "customer", audit.c.member_id == 1) == 3
    trail = (await office.owner.say("/audit 5")).text
    assert "Olga: customer changed Referred by: — → Hoa" in trail
    people = {name: id_ for id_, name in (await _people(desk)).items()}
    async with desk.database.begin() as session:
        clock, changes = Clock.of(await team_of(session, 1)), {"referred_by_id": people["Tú"]}
        await change_customer(session, clock, people["Vy"], changes, 1, NOW, None)
    async with desk.database.begin() as session:
        await merge(session, clock, people["Hoa"], people["Tú"], 1, NOW, None)
    await desk.tap(await desk.chat.say("/import"), "Undo all 4 rows")
    await desk.work()
    assert await _sent(desk) == {"Vy": "Tú"}
    assert "Referred by: Tú → —" in (await office.owner.say("/audit 5")).text
    await desk.tap(await desk.send(LEADS.replace("Hoa\n", "Sơn\n"), "khach.csv"), "Import 4 rows")
    await desk.work()
    assert await _sent(desk) == {"Lan": "Sơn", "Mai": "Sơn", "Vy": "Tú", "Hoa": "Sơn"}
    await desk.tap(await desk.chat.say("/import"), "Undo all 4 rows")
    await desk.work()
    assert await _sent(desk) == {"Vy": "Tú"}
    async with desk.database.begin() as session:  # one of the rows is brought back by itself
        removed = records.c.import_key.is_not(None), records.c.customer_id == people["Lan"]
        last = select(func.max(records.c.id)).where(*removed)
        await restore(session, clock, (await session.execute(last)).scalar_one(), 1, NOW, None)
    assert await _sent(desk) == {"Vy": "Tú", "Lan": "Sơn"}


async def _people(desk: Desk) -> dict[int, str]:
    async with desk.database.read() as session:
        return {row.id: row.name for row in await session.execute(select(customers.c.id, customers.c.name))}


async def _sent(desk: Desk) -> dict[str, str]:
    """Who is known to have sent whom."""
    names = await _people(desk)
    async with desk.database.read() as session:
        found = await session.execute(
            select(customers.c.name, customers.c.referred_by_id).where(customers.c.referred_by_id.is_not(None))
        )
        return {name: names[by] for name, by in found}


async def _numbers(desk: Desk) -> list[int]:
    async with desk.database.read() as session:
        found = select(records.c.number).where(records.c.import_key.is_not(None)).order_by(records.c.number)
        return list((await session.execute(found)).scalars())


async def _ids(desk: Desk) -> AsyncIterator[tuple[int, int]]:
    async with desk.database.read() as session:
        for row in await session.execute(select(records.c.number, records.c.id)):
            yield row.number, row.id


async def test_undoing_leaves_what_a_recount_leaves(desk: Desk, office: Office) -> None:
    """An imported sale that won a deal and was partly refunded by hand: nothing derived may remember it."""
    await office.owner.say("/lead Lan 0901234567")
    async with desk.database.begin() as session:
        team = await team_of(session, office.team_id)
        lan = (await session.execute(select(customers.c.id))).scalar_one()
        opened = DealEntry(lan, None, NOW - timedelta(days=60), 12_000_000, "VND")
        await log_deal(session, Clock.of(team), opened, Origin(None, NOW))
    await desk.tap(await desk.send(SALES), "Import 2 rows")
    await desk.work()
    assert await desk.count(deals, deals.c.outcome == "won") == 1
    async with desk.database.read() as session:
        number = (await session.execute(select(records.c.number).where(records.c.kind == "sale"))).scalars().first()
    await office.owner.say(f"/refund {number} 500k")
    assert await desk.count(refunds) == 1
    await desk.tap(await desk.chat.say("/import"), "Undo all 2 rows")
    await desk.work()
    assert await desk.count(refunds, refunds.c.counted) == 0
    assert await desk.count(deals, deals.c.outcome.is_not(None)) == 0
    before = await _derived(desk)
    async with desk.database.begin() as session:
        await rebuild(session, office.team_id, 90)
    assert await _derived(desk) == before


async def _derived(desk: Desk) -> list[object]:
    async with desk.database.read() as session:
        lasting = await session.execute(select(customers.c.name, customers.c.last_purchase_at).order_by(customers.c.id))
        days = await session.execute(select(sale_days).order_by(sale_days.c.split, sale_days.c.day, sale_days.c.key))
        gone = await session.execute(select(journeys.c.customer_id, journeys.c.outcome).order_by(journeys.c.id))
        return [lasting.all(), days.all(), gone.all()]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_an_import_that_dies_half_way_goes_on_and_counts_right(desk: Desk) -> None:
    text = "Khách hàng;Thành tiền;Ngày bán\n" + "".join(f"K{n % 5};{n}.000;13/11/2026\n" for n in range(1, 901))
    await desk.tap(await desk.send(text), "Import 900 rows")
    async with desk.database.begin() as session:
        row = await importing.claim(session, NOW, NOW)
    assert row is not None

    def dies(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await work(desk.database, await job_of(desk.database, row), NOW, dies)
    assert await desk.count(sales) == 400
    async with desk.database.begin() as session:
        await importing.release(session)
    told = await desk.work()
    assert "900 new rows" in str(told[0]["text"])
    assert "already" not in str(told[0]["text"])
    assert await desk.count(sales) == 900


async def test_what_cannot_be_guessed_is_asked(desk: Desk) -> None:
    asked = await desk.send("Ai;Bao nhiêu;Lúc\nLan;1.250.000;03/04/2026\n", "so lieu.csv")
    assert "What are its rows?" in asked.text
    asked = await desk.tap(asked, "sales")
    assert "Which column is the customer?" in asked.text
    asked = await desk.tap(asked, "Ai · Lan")
    asked = await desk.tap(asked, "Bao nhiêu")
    asked = await desk.tap(asked, "Lúc")
    assert "Dates such as 03/04/2026" in asked.text
    shown = await desk.tap(asked, "Day first")
    assert "3 Apr 2026" in shown.text
    stale = await desk.tap(asked, "Month first")
    assert "answered already" in stale.toast
    changed = await desk.tap(await desk.tap(shown, "Other columns"), "note ← none")
    assert "Which column is: note?" in changed.text
    assert "Cancelled" in (await desk.tap(shown, "Cancel")).text
    assert await desk.count(sales) == 0


async def test_refused_rows_come_back_as_a_file_that_can_be_corrected(desk: Desk) -> None:
    text = "Khách hàng;Thành tiền;Ngày bán\nLan;12tr;13/11/2026\nHoa;3.500.000;13/11/2026\n;1.000;13/11/2026\n"
    shown = await desk.send(text)
    assert "2 rows are refused" in shown.text
    assert "row 1: not an amount: 12tr" in shown.text
    assert "row 3: Khách hàng is empty" in shown.text
    await desk.tap(shown, "Import 1 row")
    told = await desk.work()
    assert [part.get("file") for part in told] == [None]  # one a chat at a time: the file waits for its turn
    async with desk.database.read() as session:
        kept = await session.execute(select(outbox.c.payload, outbox.c.picture))
        file = next(row for row in kept if "file" in (row.payload or {}))
    again = await desk.send(file.picture, str(file.payload["file"]))
    assert "2 rows are refused" in again.text
    assert "Not used: ⚠ why it was refused" in again.text
    assert "nothing to import" in again.text


async def test_only_owners_import_and_only_in_private(desk: Desk, office: Office) -> None:
    refused = await Desk(desk.database, office.manager).send(SALES)
    assert "by owners" in refused.text
    assert "for owners" in (await office.rep.say("/import")).text
    shown = await desk.send(SALES)
    keys = [key for row in shown.buttons for key in row]
    assert "by owners" in (await office.manager.press(keys[0].data)).toast


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "no rows"),
        (b"nothing", "a.xlsx", "cannot open"),
        (b"x", "a.pdf", "CSV and Excel"),
        (("a;b\n" + "1;2\n" * 50_001).encode(), "a.csv", "at most 20 MB, 50,000 rows"),
    ],
)
async def test_what_cannot_be_read_is_said_in_a_sentence(desk: Desk, content: bytes, name: str, said: str) -> None:
    assert said in (await desk.send(content, name)).text


async def test_a_file_that_telegram_keeps_is_asked_for_again(desk: Desk) -> None:
    large = await answer(await desk.chat.request("", document=Attached("f", "a.csv", 21 * 2**20)))
    assert "at most 20 MB" in large.text
    lost = await answer(await desk.chat.request("", document=Attached("f", "a.csv", 10)))
    assert "send it again" in lost.text
    with pytest.raises(FileGone):
        await (await desk.chat.request("")).fetch("f")


async def test_a_caption_that_logs_still_logs(desk: Desk) -> None:
    await desk.chat.say("/lead Lan 0901234567")
    logged = await desk.send(b"%PDF", "receipt.pdf", caption="sold Lan 12tr")
    assert "Recorded #" in logged.text


async def test_a_workbook_with_a_title_and_repeated_order_numbers(desk: Desk) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["BÁO CÁO BÁN HÀNG THÁNG 10"])
        sheet.write_row(1, 0, ["Mã hoá đơn", "Tên khách hàng", "SĐT", "Ngày bán", "Thành tiền"])
        for line in (
            ["HD1", "Lan", 901234567, "2026-10-02", 500_000],
            ["HD1", "Lan", 901234567, "2026-10-02", 250_000],
        ):
            sheet.write_row(1 + line[4] // 250_000, 0, line)  # type: ignore[operator]
    shown = await desk.send(out.getvalue(), "doanh so T10.xlsx")
    assert "2 new rows · ₫750,000" in shown.text
    assert "Not used: Mã hoá đơn" in shown.text
    await desk.tap(shown, "Import 2 rows")
    await desk.work()
    async with desk.database.read() as session:
        assert (await session.execute(select(customers.c.name, customers.c.phone))).all() == [("Lan", "+84901234567")]


@pytest.mark.parametrize(
    ("heads", "name", "kind", "some"),
    [
        (["Mã đơn", "Tên KH", "SĐT", "Ngày bán", "Thành tiền (VNĐ)", "NV"], "doanh_so_T10", "sales",
         {"ref": "Mã đơn", "customer": "Tên KH", "amount": "Thành tiền (VNĐ)", "at": "Ngày bán", "rep": "NV"}),
        (["Khách hàng", "Ngày gọi", "Kết quả", "Thời lượng (giây)"], "x", "calls", {"duration_s": "Thời lượng (giây)"}),
        (["Khách hàng", "Ngày gọi", "Thời lượng (phút)"], "cuoc goi", "calls", {"at": "Ngày gọi"}),
        (["Customer", "Date", "Amount", "Product", "Qty"], "book1", "sales", {"quantity": "Qty"}),
        (["Ngày", "Loại chi phí", "Số tiền", "Kênh"], "t10", "costs", {"from": "Ngày", "kind": "Loại chi phí"}),
        (["Họ tên", "Điện thoại", "Nguồn", "Ngày tạo"], "leads", "leads", {"name": "Họ tên", "channel": "Nguồn"}),
        (["Khách hàng", "Số tiền", "Ngày"], "book1", None, {}),
        (["Khách hàng", "Ngày", "Tổng tiền", "Thành tiền"], "don hang", "sales", {"customer": "Khách hàng"}),
    ],
)  # fmt: skip
def test_columns_are_recognised_by_their_headings(
    heads: list[str], name: str, kind: str | None, some: dict[str, str]
) -> None:
    assert kind_of(heads, [name]) == kind
    found = fields_by_heading(kind or "sales", heads)
    assert some.items() <= found.items()
    assert "duration_s" in some or "duration_s" not in found  # minutes are no seconds
    if "Tổng tiền" in heads:
        assert "amount" not in found
