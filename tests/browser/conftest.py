"""A phone in headless Chromium: the demo as its own process, and its chat page at a phone's size."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import ConsoleMessage, async_playwright

from tests.browser.phone import ROOT, Phone

WIDTH, HEIGHT = 390, 844
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Debian's Chromium is; without it the browser's tests are left out, except in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine: the browser's tests are left out (Debian: apt install chromium)")
    assert found is not None, "CI needs Chromium"
    return found


@pytest.fixture(scope="session")
def demo_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of ``chot demo``, run as a person runs it."""
    folder = tmp_path_factory.mktemp("demo")
    with demonstrated(folder, "--data", str(folder)) as address:
        yield address


@pytest.fixture(scope="session")
def demo(demo_on_sqlite: str) -> str:
    """The address of the demo that a module's phone opens."""
    return demo_on_sqlite


@contextlib.contextmanager
def demonstrated(folder: Path, *options: str) -> Iterator[str]:
    """Run the demo as its own process, its log in a folder; nothing may have gone wrong when it ends."""
    command = [sys.executable, "-m", "bot", "demo", "--port", "0", *options]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found is not None, line + (folder / "log").read_text()
        yield found[0]
        process.terminate()
        process.wait(10)
        process.stdout.read()
    assert "Traceback" not in (folder / "log").read_text(), (folder / "log").read_text()[-3000:]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held(chromium: str, demo: str) -> AsyncIterator[Phone]:
    """A module's phone: one browser with one page, which its tests hand on."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = await browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=2, has_touch=True, color_scheme="light",
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh",
        )  # fmt: skip
        yield Phone(await context.new_page(), demo)
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def phone(held: Phone) -> AsyncIterator[Phone]:
    """The module's phone; anything that the page complains of fails the test."""
    complaints: list[str] = []

    def failed(error: object) -> None:
        complaints.append(str(error))

    def spoke(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    held.page.on("pageerror", failed)
    held.page.on("console", spoke)
    yield held
    held.page.remove_listener("pageerror", failed)
    held.page.remove_listener("console", spoke)
    assert not complaints, complaints
