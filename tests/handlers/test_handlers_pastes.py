"""A long paste is asked about first; what a small number means is remembered for the team."""

import pytest
from sqlalchemy import text

from handlers.base import Reply
from tests.handlers.office import Office

pytestmark = pytest.mark.usefixtures("lan")


@pytest.fixture
async def lan(office: Office) -> None:
    """A customer whom the rep knows."""
    await office.rep.say("/lead Lan 0912345678")


async def count(office: Office, table: str) -> int:
    async with office.database.read() as session:
        return int((await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


def data(reply: Reply, label: str) -> str:
    return next(str(button.data) for row in reply.buttons for button in row if label in button.text)


async def test_fifty_lines_are_logged_at_once(office: Office) -> None:
    reply = await office.rep.say("/call " + "\n".join(f"Lan {1 + n % 9}p" for n in range(50)))
    assert len(reply.text.splitlines()) == 50
    assert await count(office, "contacts") == 50


async def test_of_ten_thousand_lines_the_first_fifty_are_logged_after_asking(office: Office) -> None:
    asked = await office.rep.say("/call " + "\n".join(f"Lan {1 + n % 9}p" for n in range(10_000)))
    assert "10,000" in asked.text
    assert await count(office, "contacts") == 0
    payload = data(asked, "first 50")
    done = await office.rep.press(payload)
    assert len(done.text.splitlines()) == 50
    assert await count(office, "contacts") == 50
    again = await office.rep.press(payload)
    assert again.toast == "This was answered already."
    assert await count(office, "contacts") == 50


async def test_nobody_else_takes_a_paste_and_cancelling_records_nothing(office: Office) -> None:
    asked = await office.rep.say("/call " + "\n".join(["Lan 5p"] * 51))
    assert "Only the person" in ((await office.other_rep.press(data(asked, "first 50"))).toast or "")
    assert "nothing was recorded" in (await office.rep.press(data(asked, "Cancel"))).text
    assert "answered already" in ((await office.rep.press(data(asked, "first 50"))).toast or "")
    assert await count(office, "contacts") == 0


async def test_doubtful_lines_of_a_batch_are_asked_one_by_one(office: Office) -> None:
    lines = ["Lan 5p"] * 49 + ["Quỳnh 5p", "Lan 5p"]
    done = await office.rep.press(data(await office.rep.say("/call " + "\n".join(lines)), "first 50"))
    assert len(done.text.splitlines()) == 49
    assert [reply.text for reply in done.then] == ["I don't know “Quỳnh”. Is it a new customer?"]


async def test_a_manager_says_once_for_all_that_small_numbers_are_thousands(office: Office) -> None:
    asked = await office.manager.say("/sale Lan 500")
    done = await office.manager.press(data(asked, "always so in this team"))
    assert "₫500,000" in done.text
    assert "₫350,000" in (await office.rep.say("/sale Lan 350")).text
    assert "₫50,000" in (await office.rep.say("/sale Lan 50k")).text
    asked = await office.rep.say("/sale Lan 20000")
    assert asked.buttons, "a number that is no small one is still asked"
    async with office.database.read() as session:
        trail = (await session.execute(text("SELECT action FROM audit WHERE action = 'setting'"))).all()
    assert len(trail) == 1


async def test_the_manager_takes_it_back_in_the_settings(office: Office) -> None:
    await office.manager.press(data(await office.manager.say("/sale Lan 500"), "always so in this team"))
    assert "is thousands" in (await office.manager.say("/settings numbers")).text
    assert "is asked about" in (await office.manager.say("/settings numbers ask")).text
    assert (await office.rep.say("/sale Lan 350")).buttons[0][0].text == "₫350,000"
    await office.manager.say("/settings so nho nghìn")
    assert "₫350,000" in (await office.rep.say("/sale Lan 350")).text
    assert "For example: /settings numbers thousands" in (await office.manager.say("/settings numbers x")).text


async def test_a_rep_answers_only_for_the_one_sale(office: Office) -> None:
    asked = await office.rep.say("/sale Lan 500")
    assert not any("always" in button.text for row in asked.buttons for button in row)
