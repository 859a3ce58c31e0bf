"""An owner sends a spreadsheet: from the upload to the refused rows, the second sending and the undoing."""

import io
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.simulator import Message
from bot.simulator.files import MOST_DOWNLOAD_BYTES, Upload
from handlers.imports.files import rows_of
from store import Database
from store.tables import sales
from tests.conversations.conftest import Chat, words

FILE = (
    "Tên khách hàng,Thành tiền,Ngày bán,Sản phẩm\n"
    "Nguyễn Thị Lan,12.000.000,15/10/2026,Máy lọc\nTrần Hoa,3.500.000,16/10/2026,Lõi RO\nBa,nhiều,16/10/2026,Lõi RO\n"
)


async def upload(owner: Chat, name: str, content: bytes, caption: str = "") -> Message:
    sent = owner.simulator.send_file(owner.person, Upload(name, content, "text/csv"), caption=caption)
    return await owner.simulator.reply(owner.chat_id, sent.message_id)


async def counted(database: Database) -> int:
    async with database.read() as session:
        return int((await session.execute(select(func.count()).where(sales.c.counted))).scalar_one())


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_spreadsheet_from_the_upload_to_the_undoing(owner: Chat, database: Database, tmp_path: Path) -> None:
    shown = await upload(owner, "don hang.csv", FILE.encode())
    assert "2 dòng mới" in words(shown)
    assert "tổng 15.500.000 ₫" in words(shown)
    assert "dòng 3: không phải số tiền: nhiều" in words(shown)
    await owner.press(shown, "Nhập 2 dòng")
    told = await owner.simulator.reply(owner.chat_id, shown.message_id, timeout_seconds=20)
    assert "thêm 2 dòng bán hàng" in words(told)
    refused = await owner.simulator.reply(owner.chat_id, told.message_id, timeout_seconds=20)
    file = owner.simulator.world.files.by_id[refused.content["document"]["file_id"]]
    assert file.upload.name == "don hang - bị từ chối.xlsx"
    path = tmp_path / "refused.xlsx"
    path.write_bytes(file.upload.content)
    assert [row["Tên khách hàng"] for row in rows_of(path)] == ["Ba"]
    assert await counted(database) == 2
    await owner.simulator.until(lambda: "đã nhập xong" in words(shown))

    again = await upload(owner, "don hang (2).csv", FILE.encode(), caption="/import")
    assert "đã nhập ngày" in words(again)
    await owner.press(told, "Hoàn tác cả 2 dòng")
    undone = await owner.simulator.reply(owner.chat_id, again.message_id, timeout_seconds=20)
    assert "Đã hoàn tác" in words(undone)
    assert await counted(database) == 0


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_reply_to_a_file_imports_it_and_a_large_one_is_refused(owner: Chat) -> None:
    sent = owner.simulator.send_file(owner.person, Upload("a.csv", FILE.encode(), "text/csv"), caption="")
    await owner.simulator.reply(owner.chat_id, sent.message_id)
    asked = owner.simulator.send(owner.person, "/nhapdulieu", reply_to=sent.message_id)
    shown = await owner.simulator.reply(owner.chat_id, asked.message_id)
    assert "2 dòng mới" in words(shown)
    large = io.BytesIO(b"x" * (MOST_DOWNLOAD_BYTES + 1)).getvalue()
    assert "tối đa 20 MB" in words(await upload(owner, "b.csv", large))
