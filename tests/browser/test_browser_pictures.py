"""The README's pictures: taken in every run into ./screenshots, and into docs/screenshots by `make screenshots`."""

import os

import pytest
from playwright.async_api import expect

from tests.browser.phone import ROOT, SHOTS, WAIT_MS, Phone

pytestmark = pytest.mark.browser
FOLDER = ROOT / "docs" / "screenshots" if os.environ.get("CHOT_RETAKE") else SHOTS / "docs"


async def test_a_rep_at_work(phone: Phone) -> None:
    await phone.hold(1006)
    await phone.say("/khachmoi Nguyễn Thị Sáu 0905123456 #zalo")
    await phone.say("gọi Nguyễn Thị Sáu 5p quan tâm")
    await phone.say("bán Nguyễn Thị Sáu 1tr25 2x Lõi RO")
    await phone.change("bán Nguyễn Thị Sáu 1tr3 2x Lõi RO")
    await phone.shoot("log", FOLDER)


async def test_a_manager_asking(phone: Phone) -> None:
    await phone.hold(1002)
    answer = await phone.say("/doanhso tháng trước")
    await phone.settled(answer)
    await phone.shoot("ask", FOLDER)
    told = await phone.bot_bubbles().all_inner_texts()
    await phone.button(answer, "how").click()
    await phone.until_changed(told)
    await expect(phone.page.get_by_test_id("scroll-down")).to_be_hidden(timeout=WAIT_MS)
    await phone.shoot("how", FOLDER)
