"""Logging on a phone's screen: led by taps, corrected by buttons, a contact card, a reaction in the group."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.phone import GROUP, OTHER_REP, REP, Phone

pytestmark = pytest.mark.browser


async def tap(phone: Phone, text: str) -> None:
    """Tap the button of that text under the bot's last message, and wait for what follows."""
    told = await phone.bot_bubbles().all_inner_texts()
    await phone.bot_bubbles().last.get_by_role("button", name=text, exact=True).click()
    await phone.until_changed(told)


async def test_a_bare_call_is_logged_by_taps_and_corrected_by_buttons(phone: Phone) -> None:
    await phone.hold(OTHER_REP)
    await phone.say("/khachmoi Cô Tư Cầu Giấy 0987000111")
    asked = await phone.say("/goi")
    await expect(asked).to_contain_text("Khách nào?")
    await phone.shoot("led-customer")
    await tap(phone, "Cô Tư Cầu Giấy · …0111")
    await phone.shoot("led-outcome")
    await tap(phone, "quan tâm")
    await phone.shoot("led-duration")
    await tap(phone, "5 phút")
    await expect(phone.bot_bubbles().last).to_contain_text("gọi Cô Tư Cầu Giấy, 5 phút, quan tâm")
    await tap(phone, "Sửa")
    await phone.shoot("led-edit")
    await tap(phone, "Thời lượng")
    await tap(phone, "10 phút")
    await expect(phone.bot_bubbles().last).to_contain_text("10 phút")
    await phone.shoot("led-corrected")


async def test_a_contact_card_becomes_a_customer(phone: Phone) -> None:
    await phone.hold(OTHER_REP)
    before = await phone.bot_bubbles().count()
    phone.page.once("dialog", lambda dialog: dialog.accept("Chú Ba Bến Thành 0987000222"))
    await phone.page.get_by_test_id("more").click()
    await phone.page.get_by_test_id("action-card").click()
    made = await phone.next_bubble(before)
    await expect(made).to_contain_text("Chú Ba Bến Thành")
    await expect(made).to_contain_text("+84987000222")
    card = await phone.say("0987000222")
    await expect(phone.button(card, "hist")).to_be_visible()
    await phone.shoot("card")


async def test_a_written_out_call_in_the_group_gets_a_reaction(phone: Phone) -> None:
    await phone.hold(REP)
    await phone.say("/khachmoi Bà Sáu Chợ Lớn")
    await phone.hold(REP, GROUP)
    await phone.page.get_by_test_id("input").fill("/goi Bà Sáu Chợ Lớn 5p")
    await phone.page.get_by_test_id("send").click()
    await expect(phone.own_bubbles().last.get_by_test_id("reactions")).to_have_text(re.compile("✍"))
    await phone.shoot("reaction")
