"""What people do on the page, from the first tap to the picture."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.phone import ENGLISH_REP, GROUP, MANAGER, OTHER_REP, OWNER, QUIET_REP, REP, STRANGER, Phone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
FILE = (
    "Tên khách hàng,Thành tiền,Ngày bán\nBà Tám Vĩnh Long,4.500.000,15/10/2026\nChú Út Bạc Liêu,ba triệu,16/10/2026\n"
)


async def number_in(bubble: Locator) -> str:
    found = re.search(r"#\d+", await bubble.inner_text())
    assert found is not None, await bubble.inner_text()
    return found[0]


async def test_a_rep_logs_corrects_by_editing_and_undoes(phone: Phone) -> None:
    await phone.hold(REP)
    await phone.say("/lead Trần Thị Bảy #facebook")
    call = await phone.say("/call Trần Thị Bảy 5p quan tâm")
    await expect(call).to_contain_text("gọi Trần Thị Bảy, 5 phút, quan tâm")
    sale = await phone.say("bán Trần Thị Bảy 3tr5")
    await expect(sale).to_contain_text("3.500.000 ₫")
    number = await number_in(sale)
    corrected = await phone.change("bán Trần Thị Bảy 3tr8")
    await expect(corrected).to_contain_text("3.800.000 ₫")
    assert await number_in(corrected) == number
    await phone.shoot("rep-corrected")
    await phone.button(corrected, "undo").click()
    await expect(phone.page.locator('[data-data^="v1|restore|"]')).to_be_visible()
    await phone.shoot("rep-undone")
    card = await phone.say("/find Trần Thị Bảy")
    assert number not in await card.inner_text()


async def test_a_doubtful_line_is_asked_and_recorded_by_the_tap(phone: Phone) -> None:
    await phone.hold(OTHER_REP)
    asked = await phone.say("gọi Bà Năm Sa Đéc 5p")
    await expect(phone.button(asked, "pick").first).to_be_visible()
    await phone.shoot("asked")
    before = await phone.bot_bubbles().count()
    await phone.button(asked, "pick").last.click()
    await expect(phone.page.get_by_text(re.compile("Đã ghi #"))).to_be_visible()
    assert await phone.bot_bubbles().count() <= before + 1
    await phone.shoot("asked-and-recorded")


@pytest.mark.parametrize("question", ["/roi", "/cycle tháng trước"])
async def test_a_manager_asks_and_looks_into_the_figure(phone: Phone, question: str) -> None:
    await phone.hold(MANAGER)
    name = f"ask-{question.split(maxsplit=1)[0][1:]}"
    answer = await phone.say(question)
    await answer.get_by_test_id("picture").click()
    image = phone.page.locator("#lightbox-image")
    await expect(image).to_be_visible()
    await expect(image).to_have_js_property("naturalWidth", 1080)
    await phone.shoot(f"{name}-large")
    await phone.page.get_by_test_id("lightbox-close").click()
    caption = await answer.get_by_test_id("text").inner_text()
    assert len(caption.splitlines()) <= 5
    await phone.button(answer, "period").first.click()
    await expect(answer.get_by_test_id("text")).not_to_have_text(caption)
    await phone.settled(answer)
    await phone.shoot(f"{name}-before")
    documents = await phone.page.get_by_test_id("document").count()
    await phone.button(answer, "rows").click()
    await expect(phone.page.get_by_test_id("document")).to_have_count(documents + 1)
    await expect(phone.page.get_by_test_id("document").last).to_contain_text(".xlsx")
    told = await phone.bot_bubbles().all_inner_texts()
    await phone.button(answer, "how").click()
    await phone.until_changed(told)
    await phone.shoot(f"{name}-how")


async def test_each_reads_their_own_language(phone: Phone) -> None:
    await phone.hold(ENGLISH_REP)
    await expect(await phone.say("/lead Jane Miller")).to_contain_text("Jane Miller")
    await expect(await phone.say("call Jane Miller 3 min no answer")).to_contain_text("Recorded #")
    await phone.shoot("english")
    await phone.hold(QUIET_REP)
    await expect(await phone.say("/khachmoi Lý Thị Chín")).to_contain_text("Lý Thị Chín")
    await expect(await phone.say("goi Lý Thị Chín 3p kng")).to_contain_text("Đã ghi")
    await phone.shoot("vietnamese")


async def test_a_stranger_learns_how_to_get_in_and_nothing_else(phone: Phone) -> None:
    await phone.hold(STRANGER)
    for text in ("/roi", "/call Lan 5p", "<b>hello</b>"):
        answer = await phone.say(text)
        await expect(answer).to_contain_text("/start")
        await expect(answer.get_by_test_id("picture")).to_have_count(0)
    await phone.shoot("stranger")


async def test_in_the_group_the_bot_hears_commands_only(phone: Phone) -> None:
    await phone.hold(MANAGER, GROUP)
    await phone.send("trưa nay ăn gì mọi người")
    answer = await phone.say("/calls")
    await expect(answer.get_by_test_id("picture")).to_be_visible()
    assert await phone.bot_bubbles().count() == 1
    await phone.shoot("group")


async def test_a_spreadsheet_is_attached_imported_and_taken_back(phone: Phone) -> None:
    await phone.hold(OWNER)
    file = {"name": "don hang.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    await phone.page.get_by_test_id("file").set_input_files(file)  # type: ignore[arg-type]
    shown = phone.bot_bubbles().filter(has_text="don hang.csv")
    await expect(shown).to_contain_text("1 dòng mới · tổng 4.500.000 ₫")
    await expect(shown).to_contain_text("dòng 2: không phải số tiền: ba triệu")
    await phone.shoot("import-shown")
    await shown.get_by_role("button", name="Đổi cột").click()
    await expect(shown).to_contain_text("Mỗi mục lấy từ cột nào?")
    await phone.shoot("import-columns")
    await shown.get_by_role("button", name="Quay lại").click()
    await shown.get_by_role("button", name="Nhập 1 dòng").click()
    told = phone.bot_bubbles().filter(has_text="thêm 1 dòng bán hàng")
    await expect(told).to_be_visible()
    await expect(phone.page.get_by_test_id("document").last).to_contain_text("bị từ chối.xlsx")
    await phone.shoot("import-done")
    await told.get_by_role("button", name="Hoàn tác cả 1 dòng").click()
    await expect(phone.bot_bubbles().filter(has_text="Đã hoàn tác: don hang.csv")).to_be_visible()


async def test_a_digest_of_the_evening_comes_by_one_tap_that_goes_on_to_it(phone: Phone) -> None:
    await phone.hold(OWNER)
    await phone.say("/caidat ngày lễ off")
    await phone.say("/khachmoi Chú Tám Bến Tre")
    await phone.say("gọi Chú Tám Bến Tre 5p")
    await phone.say("/digest")
    await phone.tap("Mới: hằng ngày")
    await phone.tap("Giờ gửi")
    managed = await phone.tap("18:00")
    await expect(managed).to_contain_text("18:00")
    figures = phone.bot_bubbles().filter(has_text=re.compile(r"Nước Sạch An Bình · \d+/\d+/\d+"))
    toast = phone.page.get_by_test_id("toast")
    await phone.choose("later-morning")
    await expect(toast).to_contain_text("08:35")
    before = await figures.count()
    await phone.page.get_by_test_id("more").click()
    await phone.shoot("clock-menu")
    await phone.page.get_by_test_id("action-later-next").click()
    await expect(toast).to_contain_text("18:00")
    await expect(figures).to_have_count(before + 1)
    await phone.shoot("evening-digest")
