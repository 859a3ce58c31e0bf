"""What a digest says is left to do: settled by one tap in a private chat, counted only in a group."""

from datetime import timedelta

from sqlalchemy import select

from handlers.replies import load
from metrics.wording import Percent, Say
from store.tables import followups, outbox
from tests.handlers.clocked import DAY, GROUP, Clocked, in_group, key, labels, make, rows
from tests.handlers.office import NOW, Office

DUE = NOW + timedelta(hours=17)


async def busy(office: Office, more: int = 0) -> None:
    """Two overdue follow-ups of Rosa, one of Tuan, and a deal (or ``more``) without a next step."""
    for name in ("Lan 0901234567", "Nga 0901234568", "Hoa 0901234569"):
        await office.rep.say(f"/lead {name}")
    await office.other_rep.say("/lead Binh 0901234570")
    await office.rep.say("/remind Nga in 1 hours call 0901234568 back")
    await office.rep.say("/remind Lan in 2 hours")
    await office.other_rep.say("/remind Binh in 3 hours quote")
    for number in range(more + 1):
        await office.rep.say(f"/deal Hoa {50 + number}tr")


async def digest(clocked: Clocked) -> tuple[str, list[str]]:
    """The text of the digest that comes next, and the labels of its buttons."""
    await clocked.tick(DUE)
    last = load((await rows(clocked.office.database, outbox))[-1].payload)
    return last.text, labels(last)


async def test_a_private_digest_names_what_is_overdue_with_a_tap_for_each(clocked: Clocked) -> None:
    await busy(clocked.office)
    await make(clocked.office.manager)
    text, buttons = await digest(clocked)
    lines = text.splitlines()
    at = lines.index("3 follow-ups are overdue (Rosa 2, Tuan 1)")
    assert lines[at + 1 : at + 5] == [
        "• Nga · call 0901234568 back, since 20 Nov 2026 (Rosa)",
        "• Lan, since 20 Nov 2026 (Rosa)",
        "• Binh · quote, since 20 Nov 2026 (Tuan)",
        "1 deal has no next step",
    ]
    assert buttons == [
        "Done: Nga", "+1 day: Nga", "Done: Lan", "+1 day: Lan", "Done: Binh", "+1 day: Binh", "Deal #5: Hoa",
        "What changed?", "My day",
    ]  # fmt: skip


async def test_a_tap_settles_a_follow_up_once_and_its_rep_hears_of_it(clocked: Clocked) -> None:
    office = clocked.office
    await busy(office)
    office.manager.now = DUE
    done = await office.manager.press("v1|late|1:ok")
    assert (done.text, done.edits) == ("Done: Nga · call 0901234568 back", False)
    assert (await office.manager.press("v1|late|1:ok")).text.startswith("That is done already: Nga")
    later = await office.manager.press("v1|late|2:d1")
    assert later.text.startswith("Later, 09:00 tomorrow")
    assert await clocked.said() == [
        "Minh marked your follow-up as done: Nga · call 0901234568 back",
        "Minh put your follow-up off by a day: Lan",
    ]
    assert {row.chat_id for row in await rows(office.database, outbox)} == {office.rep.telegram_id}
    async with office.database.read() as session:
        found = {row.id: row for row in await session.execute(select(followups))}
    assert found[1].done_at == DUE
    assert found[2].due_at == DUE.replace(hour=2) + DAY  # tomorrow at 9:00 in Vietnam


async def test_a_colleague_may_not_settle_anothers_follow_up(clocked: Clocked) -> None:
    await busy(clocked.office)
    assert "only they or a manager" in (await clocked.office.other_rep.press("v1|late|1:ok")).toast
    assert (await clocked.office.rep.press("v1|late|1:no")).toast
    own = await clocked.office.rep.press("v1|late|1:ok")
    assert own.text.startswith("Done: Nga")
    assert await clocked.said() == []


async def test_a_group_hears_counts_without_phones_names_or_buttons(clocked: Clocked) -> None:
    office, manager = clocked.office, in_group(clocked.office.manager)
    await busy(office)
    await manager.say("/link", chat_id=GROUP, chat_title="Đội")
    await manager.say("", data="v1|dg|0:d", chat_id=GROUP, chat_title="Đội")
    text, buttons = await digest(clocked)
    assert "3 follow-ups are overdue" in text.splitlines()
    assert buttons == []
    said = "\n".join(await clocked.said())
    assert not [name for name in ("Rosa", "Tuan", "Nga", "Lan", "Hoa", "Binh", "0901234568", "901234") if name in said]


async def test_a_digest_about_one_rep_speaks_of_their_work_alone(clocked: Clocked) -> None:
    await busy(clocked.office)
    made = await make(clocked.office.manager)
    await clocked.office.manager.press(key(await clocked.office.manager.press(key(made, "About whom")), "Tuan"))
    text, buttons = await digest(clocked)
    assert text.splitlines()[0] == "<b>Shop</b> · 20 Nov 2026 · @Tuan"
    assert "1 follow-up is overdue" in text.splitlines()
    assert "• Binh · quote, since 20 Nov 2026" in text.splitlines()
    assert "deal" not in text
    assert buttons == ["Done: Binh", "+1 day: Binh", "My day"]


async def test_every_deal_without_a_next_step_is_counted_and_the_largest_have_buttons(clocked: Clocked) -> None:
    await busy(clocked.office, more=4)
    await make(clocked.office.manager)
    text, buttons = await digest(clocked)
    assert "5 deals have no next step" in text
    assert [label for label in buttons if "Deal" in label] == ["Deal #9: Hoa", "Deal #8: Hoa", "Deal #7: Hoa"]


async def test_the_data_line_says_what_quality_says(clocked: Clocked) -> None:
    office = clocked.office
    await office.rep.say("/lead Lan 0901234567")
    await office.rep.say("/lead Nga")
    await make(office.manager)
    text, _ = await digest(clocked)
    office.manager.now = clocked.now
    asked = (await office.manager.say("/quality 20/11/2026")).text
    share = Say("en").value(Percent(0.5))
    assert share in asked
    worst = "incomplete customers: 1 (ask for the phone and add it: /find)"
    assert worst in asked
    assert next(line for line in text.splitlines() if line.startswith("Data: ")) == f"Data: {share} clean; {worst}"


async def test_a_full_digest_stays_one_picture_with_a_short_caption_and_one_text(clocked: Clocked) -> None:
    office = clocked.office
    await busy(office, more=6)
    await office.rep.say("/sale Lan 12tr")
    made = await make(office.manager)
    chosen = await office.manager.press(key(made, "Figures"))
    for label in labels(chosen):
        if not label.startswith(("✓", "Back")):
            chosen = await office.manager.press(key(chosen, label))
    await clocked.tick(DUE)
    picture, text = await rows(office.database, outbox)
    assert picture.picture
    assert len(picture.payload["text"].splitlines()) <= 6
    assert len(picture.payload["text"]) <= 1024
    assert len(text.payload["text"]) <= 4096


async def test_a_weekly_digest_holds_figures_against_targets_says_what_changed_and_who_leads(clocked: Clocked) -> None:
    office = clocked.office
    await make(office.manager, "weekly")
    await office.manager.say("/target revenue 10tr week")
    await office.manager.say("/target conversion 80% week")
    office.rep.now = office.other_rep.now = NOW - 7 * DAY
    await office.rep.say("/lead Nga")
    await office.rep.say("/sale Nga 2tr")
    office.rep.now = office.other_rep.now = NOW
    await office.rep.say("/lead Mai")
    await office.rep.say("/sale Nga 4tr")
    await office.other_rep.say("/lead Hoa")
    await office.other_rep.say("/sale Hoa 2tr")
    await clocked.tick(NOW + 3 * DAY - timedelta(hours=7))
    _, text = await clocked.said()
    lines = text.splitlines()
    assert lines[0] == "<b>Shop</b> · week 16–22 Nov 2026"
    assert lines[1].startswith("Net revenue: <b>₫6,000,000</b>, +200 % against week 9–15 Nov")
    assert lines[1].endswith("; target 10M: 60 % reached")
    assert lines[3].startswith("Conversion: <b>50 %</b>")
    assert lines[3].endswith("; target 80 %: not reached"), "a share is reached or not, never 62 % of the way"
    assert lines[4] == ""
    assert lines[5].startswith("What changed: customers +")
    assert "In front: Rosa ₫4,000,000, Tuan ₫2,000,000" in lines


async def test_a_digest_at_night_waits_for_the_end_of_the_quiet_hours(clocked: Clocked) -> None:
    office = clocked.office
    reply = await make(office.manager)
    await office.manager.press(key(await office.manager.press(key(reply, "Hour")), "17:00"))
    await office.owner.say("/settings quiet 16:00-9:00")
    await office.rep.say("/lead Nga")
    await clocked.tick(NOW + DAY + timedelta(hours=2))
    made = await rows(office.database, outbox)
    assert made
    assert {row.due_at for row in made} == {NOW + DAY + timedelta(hours=18)}, "due at 17:00, said at 9:00"
