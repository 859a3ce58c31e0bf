"""The chat page in a real browser, with a bot that answers."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import telegram
from playwright.async_api import Page, async_playwright, expect

from bot.simulator import Simulator
from tests.simulator.cast import EMMA, GROUP, LAN, MINH, keys, png

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists() and not os.environ.get("CI"), reason="no Chromium here"),
]


@pytest.fixture
async def page(url: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        errors: list[Exception] = []
        page.on("pageerror", lambda error: errors.append(error))  # noqa: PLW0108 - Playwright marks its handlers
        await page.goto(f"{url}/#{LAN}/{LAN}")
        await page.wait_for_selector("body[data-ready]")
        yield page
        await browser.close()
        assert errors == []


async def say(page: Page, text: str) -> None:
    await page.get_by_test_id("input").fill(text)
    await page.get_by_test_id("send").click()


async def test_typing_editing_and_replying(page: Page, simulator: Simulator) -> None:
    await say(page, "bán Lan 12tr <b>x</b>")
    mine = page.locator('[data-testid=bubble][data-from="me"]')
    await expect(mine.get_by_test_id("text")).to_have_text("bán Lan 12tr <b>x</b>")
    await mine.locator(".bubble").click(position={"x": 8, "y": 8})
    await page.get_by_test_id("action-edit").click()
    await page.get_by_test_id("input").fill("bán Lan 12tr5")
    await page.keyboard.press("Enter")
    await expect(mine.get_by_test_id("edited")).to_have_text("đã sửa")
    await mine.locator(".bubble").click(position={"x": 8, "y": 8})
    await page.get_by_test_id("action-reply").click()
    await say(page, "#zalo")
    await expect(mine.last).to_contain_text("bán Lan 12tr5")
    first, second = simulator.messages(LAN)
    assert (first.text, second.reply_to) == ("bán Lan 12tr5", first.message_id)


async def test_buttons_answer_with_a_toast_or_an_alert(page: Page, bot: telegram.Bot) -> None:
    await bot.send_message(LAN, "?", reply_markup=keys("a", "b"))

    async def answer(offset: int, alert: bool) -> int:
        [update] = await bot.get_updates(offset=offset, timeout=10)
        assert update.callback_query is not None
        await update.callback_query.answer(f"đã bấm {update.callback_query.data}", show_alert=alert)
        return update.update_id + 1

    answering = asyncio.create_task(answer(0, alert=False))
    await page.get_by_test_id("inline-button").first.click()
    await expect(page.get_by_test_id("toast")).to_have_text("đã bấm a")
    answering = asyncio.create_task(answer(await answering, alert=True))
    await page.get_by_test_id("inline-button").last.click()
    await expect(page.get_by_test_id("alert")).to_contain_text("đã bấm b")
    await page.get_by_test_id("alert-close").click()
    await answering


async def test_a_picture_opens_large(page: Page, bot: telegram.Bot) -> None:
    await bot.send_photo(LAN, png(400, 500), caption="ROI")
    await page.get_by_test_id("picture").click()
    await expect(page.get_by_test_id("lightbox")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("lightbox")).to_be_hidden()


async def test_a_start_link_opens_the_bot(page: Page, bot: telegram.Bot, simulator: Simulator) -> None:
    await bot.send_message(LAN, '<a href="https://t.me/chot_bot?start=tok">mời</a>', parse_mode="HTML")
    await page.get_by_text("mời").click()
    await expect(page.locator('[data-from="me"] [data-testid=text]')).to_have_text("/start tok")
    assert simulator.messages(LAN)[-1].text == "/start tok"


async def test_somebody_else_reads_the_group(page: Page, bot: telegram.Bot, simulator: Simulator) -> None:
    simulator.send(MINH, "/goi Hùng 3p", chat_id=GROUP)
    await bot.send_message(GROUP, "#1 · Hùng")
    await page.get_by_test_id("me").click()
    await expect(page.get_by_test_id(f"person-{EMMA}").get_by_test_id("unread")).to_have_text("2")
    await page.get_by_test_id(f"person-{EMMA}").click()
    await page.get_by_test_id("me").click()
    await page.get_by_test_id(f"chat-{GROUP}").click()
    await expect(page.get_by_test_id("bubble")).to_have_count(2)
    await expect(page.locator("[data-from=other]")).to_contain_text("Trần Minh")
    await expect(page.get_by_test_id("chat-note")).to_have_text("4 members")


async def test_the_menu_and_type_ahead(page: Page, bot: telegram.Bot, simulator: Simulator) -> None:
    await bot.set_my_commands([("goi", "Ghi cuộc gọi"), ("roi", "Lợi nhuận")])
    await page.get_by_test_id("menu").click()
    await expect(page.get_by_test_id("suggestion")).to_have_count(2)
    await page.get_by_test_id("suggestion").last.click()
    await expect(page.locator('[data-from="me"]')).to_contain_text("/roi")
    await page.get_by_test_id("input").press_sequentially("/g")
    await page.keyboard.press("Tab")
    await expect(page.get_by_test_id("input")).to_have_value("/goi ")
    assert simulator.messages(LAN)[0].text == "/roi"


async def test_blocking_and_a_file(page: Page, simulator: Simulator) -> None:
    await page.get_by_test_id("file").set_input_files(
        {"name": "khách.csv", "mimeType": "text/csv", "buffer": b"name\nLan"}
    )
    await expect(page.get_by_test_id("document")).to_contain_text("khách.csv")
    await page.get_by_test_id("more").click()
    await page.get_by_test_id("action-block").click()
    await page.get_by_test_id("unblock").click()
    await expect(page.get_by_test_id("input")).to_be_visible()
    kinds = [list(waiting.json)[1] for waiting in simulator.updates.pending]
    assert kinds == ["message", "my_chat_member", "my_chat_member"]
