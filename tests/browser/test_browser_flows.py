"""What people do on the page, from the first tap to the picture."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.phone import ENGLISH_REP, GROUP, MANAGER, OTHER_REP, QUIET_REP, REP, STRANGER, Phone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


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
