"""The chat page as somebody holds it: who they are, what they type, tap and see."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Locator, Page, expect

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "screenshots"
OWNER, MANAGER, REP, OTHER_REP, QUIET_REP, ENGLISH_REP, STRANGER = 1001, 1002, 1003, 1004, 1005, 1008, 1009
GROUP = -2001
WAIT_MS = 20_000
NEWS = re.compile("🎯|🎉")
expect.set_options(timeout=WAIT_MS)


@dataclass(slots=True)
class Phone:
    """The page in somebody's hand."""

    page: Page
    address: str

    async def hold(self, person: int, chat: int | None = None) -> None:
        """Become a person, in their private chat or a group."""
        await self.page.goto("about:blank")
        await self.page.goto(f"{self.address}/#{person}/{chat or person}")
        await expect(self.page.locator("body[data-ready=true]")).to_be_attached()

    async def set_language(self, person: int, code: str) -> None:
        """Set the language of a person's Telegram, which the page's own words are in from the next ``hold``."""
        told = await self.page.request.get(f"{self.address}/sim/state")
        known = next(one for one in (await told.json())["people"] if one["id"] == person)
        set_ = await self.page.request.post(f"{self.address}/sim/people", data={**known, "language_code": code})
        assert set_.ok, await set_.text()

    async def say(self, text: str) -> Locator:
        """Type a message, send it, and return the bot's next bubble."""
        before = await self.bot_bubbles().count()
        await self.send(text)
        return await self.next_bubble(before)

    async def next_bubble(self, before: int) -> Locator:
        """Wait for the bot's bubble after so many."""
        bubble = self.bot_bubbles().nth(before)
        await expect(bubble).to_be_visible()
        await self.settled(bubble)
        return bubble

    async def send(self, text: str) -> None:
        """Type a message and send it, waiting for nothing."""
        await self.page.get_by_test_id("input").fill(text)
        await self.page.get_by_test_id("send").click()

    async def tap(self, text: str) -> Locator:
        """Tap the button of that text under the bot's last message; returns the last message once something changed."""
        told = await self.bot_bubbles().all_inner_texts()
        await self.bot_bubbles().last.get_by_role("button", name=text, exact=True).click()
        await self.until_changed(told)
        return self.bot_bubbles().last

    async def choose(self, action: str) -> None:
        """Choose from the page's own menu."""
        await self.page.get_by_test_id("more").click()
        await self.page.get_by_test_id(f"action-{action}").click()

    async def change(self, text: str) -> Locator:
        """Edit the last own message through its menu; returns the bot's next bubble."""
        before = await self.bot_bubbles().count()
        await self.own_bubbles().last.locator(".bubble").click()
        await self.page.get_by_test_id("action-edit").click()
        await self.send(text)
        return await self.next_bubble(before)

    def bot_bubbles(self) -> Locator:
        """What the bot answered in the open chat; news of a target comes by itself, at any moment."""
        return self.page.locator('[data-testid=bubble][data-from="bot"]').filter(has_not_text=NEWS)

    def own_bubbles(self) -> Locator:
        """What the person wrote."""
        return self.page.locator('[data-testid=bubble][data-from="me"]')

    def button(self, bubble: Locator, verb: str) -> Locator:
        """The buttons under a bubble that do one thing, whatever their language."""
        return bubble.locator(f'[data-data^="v1|{verb}|"]')

    async def until_changed(self, told: list[str]) -> None:
        """Wait until what the bot has written, here and now, is no longer this."""
        bubbles = self.bot_bubbles()
        await expect(bubbles).not_to_have_text(told, use_inner_text=True)

    async def settled(self, bubble: Locator) -> None:
        """Wait for the pictures of a bubble."""
        picture = bubble.get_by_test_id("picture").locator("img")
        if await picture.count():
            await expect(picture).to_have_js_property("complete", True)

    async def shoot(self, name: str, folder: Path = SHOTS) -> None:
        """Take a picture of the page."""
        await self.page.screenshot(path=folder / f"{name}.png", animations="disabled", caret="hide")
