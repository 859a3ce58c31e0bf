"""The README's pictures: taken in every run into ./screenshots, and into docs/screenshots by `make screenshots`."""

import os

import pytest
from playwright.async_api import expect

from tests.browser.phone import ENGLISH_REP, OWNER, ROOT, SHOTS, Phone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
FOLDER = ROOT / "docs" / "screenshots" if os.environ.get("CHOT_RETAKE") else SHOTS / "docs"


async def test_a_rep_at_work(phone: Phone) -> None:
    await phone.hold(ENGLISH_REP)
    await phone.say("/lead Mary Collins 0905123456 #zalo")
    await phone.say("call Mary Collins 5 min interested")
    await phone.say("sold Mary Collins 3.5m 2x Lõi RO")
    await phone.change("sold Mary Collins 3.8m 2x Lõi RO")
    await expect(phone.bot_bubbles().last).to_contain_text("3,800,000")
    await phone.shoot("log", FOLDER)


async def test_an_owner_asking(phone: Phone) -> None:
    await phone.set_language(OWNER, "en")
    await phone.hold(OWNER)
    await phone.say("/lang en")
    await expect(phone.page.get_by_test_id("input")).to_have_attribute("placeholder", "Message")
    answer = await phone.say("/roi last month")
    await phone.settled(answer)
    await phone.shoot("ask", FOLDER)
    told = await phone.bot_bubbles().all_inner_texts()
    await phone.button(answer, "how").click()
    await phone.until_changed(told)
    await expect(phone.page.get_by_test_id("scroll-down")).to_be_hidden()
    await phone.shoot("how", FOLDER)
    await phone.say("/lang vi")
    await phone.set_language(OWNER, "vi")
