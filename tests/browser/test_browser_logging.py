"""Logging on a phone's screen: led by taps, corrected by buttons, a contact card, a reaction in the group."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.phone import GROUP, OTHER_REP, REP, Phone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_bare_call_is_logged_by_taps_and_corrected_by_buttons(phone: Phone) -> None:
    await phone.hold(OTHER_REP)
    await phone.say("/khachmoi Cô Tư Cầu Giấy 0987000111")
    asked = await phone.say("/goi")
    await expect(asked).to_contain_text("Khách nào?")
    await phone.shoot("led-customer")
    await phone.tap("Cô Tư Cầu Giấy · …0111")
    await phone.shoot("led-outcome")
    await phone.tap("quan tâm")
    await phone.tap("Quay lại")
    await phone.tap("quan tâm")
    await phone.shoot("led-duration")
    await phone.tap("5 phút")
    await expect(phone.bot_bubbles().last).to_contain_text("gọi Cô Tư Cầu Giấy, 5 phút, quan tâm")
    await phone.tap("Sửa")
    await phone.shoot("led-edit")
    await phone.tap("Thời lượng")
    await phone.tap("10 phút")
    await expect(phone.bot_bubbles().last).to_contain_text("10 phút")
    await phone.shoot("led-corrected")
    await phone.say("/goi")
    await expect(await phone.tap("Hủy")).to_contain_text("chưa ghi gì")


async def test_a_mistyped_name_is_offered_and_what_comes_after_no_answer(phone: Phone) -> None:
    await phone.hold(OTHER_REP)
    await phone.say("/khachmoi Lưu Bích Phượng 0987000333")
    asked = await phone.say("gọi Lưu Bích Phương 5p không nghe")
    await expect(phone.button(asked, "pick").first).to_contain_text("Lưu Bích Phượng")
    await phone.shoot("suggested")
    await phone.button(asked, "pick").first.click()
    logged = phone.bot_bubbles().last
    await expect(logged).to_contain_text("gọi Lưu Bích Phượng, 5 phút, không nghe máy")
    await phone.shoot("no-answer")
    told = await phone.bot_bubbles().all_inner_texts()
    await logged.get_by_role("button", name="+2 giờ").click()
    await phone.until_changed(told)
    await expect(phone.bot_bubbles().last).to_contain_text("nhắc")
    await phone.shoot("next-try")


async def test_a_contact_card_becomes_a_customer(phone: Phone) -> None:
    await phone.hold(OTHER_REP)
    before = await phone.bot_bubbles().count()
    await phone.choose("card")
    await phone.page.get_by_test_id("card-name").fill("Chú Ba Bến Thành")
    await phone.shoot("card-sheet")
    await phone.page.get_by_test_id("card-phone").fill("0987 000 222")
    await phone.page.get_by_test_id("card-send").click()
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
    await phone.send("/goi Bà Sáu Chợ Lớn 5p")
    await expect(phone.own_bubbles().last.get_by_test_id("reactions")).to_have_text(re.compile("✍"))
    await phone.shoot("reaction")
