"""What a leader sets up on the page, which comes when the page moves the clock.

On both databases: what comes by itself is claimed and sent by statements that differ between them.
"""

import re
import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.async_api import expect

from tests.browser.conftest import demonstrated
from tests.browser.phone import MANAGER, OWNER, REP, WAIT_MS, Phone
from tests.conftest import BACKENDS, emptied

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module", params=BACKENDS)
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo on either database."""
    if request.param == "sqlite":
        yield _on_tuesday(request.getfixturevalue("demo_on_sqlite"))
        return
    url = request.getfixturevalue("postgres_url")
    with demonstrated(tmp_path_factory.mktemp("demo"), "--database", url) as address:
        yield _on_tuesday(address)
    emptied(url)


def _on_tuesday(address: str) -> str:
    """Move the clock to a Tuesday at nine, after a Monday with a call.

    So, whatever day and hour it is, a preview has a day to tell of, and the mornings to come follow working days.
    """
    _post(address, "clock", hour=9, weekday=0)
    _post(address, "send", person=REP, text="/khachmoi Ông Ba Cần Thơ")
    _post(address, "send", person=REP, text="gọi Ông Ba Cần Thơ 5p")
    until = time.monotonic() + WAIT_MS / 1000
    while httpx.get(f"{address}/sim/updates").json()["pending"]:
        assert time.monotonic() < until, "the bot does not take what was sent"
        time.sleep(0.1)
    _post(address, "clock", hour=9, weekday=1)
    return address


def _post(address: str, path: str, **body: str | int) -> None:
    httpx.post(f"{address}/sim/{path}", json=body).raise_for_status()


async def test_a_digest_is_built_previewed_and_arrives_as_the_clock_moves(phone: Phone) -> None:
    await phone.hold(OWNER)
    await phone.say("/caidat ngày lễ off")
    await phone.hold(MANAGER)
    await phone.say("/khachmoi Cô Bảy Sa Đéc")
    await phone.say("gọi Cô Bảy Sa Đéc 5p")
    await phone.say("/digest")
    managed = await phone.tap("Mới: hằng ngày")
    await expect(managed).to_contain_text("Báo cáo")
    await phone.shoot("digest-built")
    before = await phone.bot_bubbles().count()
    await managed.get_by_role("button", name="Xem thử").click()
    preview = await phone.next_bubble(before)
    await expect(preview.get_by_test_id("picture")).to_be_visible()
    await phone.shoot("digest-preview")
    pictures = await phone.page.get_by_test_id("picture").count()
    await phone.choose("later-morning")
    await expect(phone.page.get_by_test_id("toast")).to_contain_text("Bây giờ là")
    figures = phone.bot_bubbles().filter(has_text=re.compile(r"Nước Sạch An Bình · \d+/\d+/\d+"))
    await expect(figures).to_have_count(2)
    await expect(phone.page.get_by_test_id("picture")).to_have_count(pictures + 1)
    await phone.shoot("digest-arrived")


async def test_an_alert_is_set_changed_by_buttons_that_fit_and_told_in_the_morning(phone: Phone) -> None:
    await phone.hold(MANAGER)
    await phone.say("/canhbao doanhso < 900tr")
    shown = await phone.tap("Sửa")
    await expect(shown).to_contain_text("ví dụ: /canhbao 1 doanhso <")
    log = phone.page.locator("#log")
    assert await log.evaluate("log => log.scrollWidth - log.clientWidth") == 0, (
        "a row of amounts is wider than the phone"
    )
    await phone.shoot("alert-shown")
    await phone.tap("1,1 tỷ")
    await phone.say("/canhbao cuộc gọi < 90 theo nhân viên")
    await phone.choose("later-morning")
    told = phone.bot_bubbles().filter(has_text="Cuộc gọi")
    told = told.filter(has_text="dưới 90:")
    await expect(told).to_contain_text("dưới 1.100.000.000 ₫")
    await expect(told).to_contain_text(re.compile(r"Nguyễn Văn Hùng: \d+"))
    await phone.shoot("alert-told")
