"""Follow-ups in the chat: set by a line or a button, told at their time, done, put off, or given up with a reason."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers.base import LEADERS, LOGGERS, Button, Handler, Reply, Request, Team, UserError, team_of
from handlers.buttons import STALE, data, id_of, in_rows, parts_of
from handlers.clockwork.hours import LATER, later
from handlers.clockwork.telling import tell_member
from handlers.dialogues.asking import Told
from handlers.parsing import Reading
from handlers.records import echo
from handlers.records.entries import customer_of
from handlers.records.lines import Line, Source
from handlers.records.receipts import frame, permit
from metrics.wording import Html, Phrase, Say, phrase
from store import NotFound, Session
from store.customers import followups
from store.customers.followups import FollowUp
from store.records.corrections import RecordView, record

WIDEST = 3
_GIVE_UP, _DONE, _UNDO, _SHOW, _NEXT_DAY = "no", "ok", "x", "s", "d1"
_MISSED = frozenset({"no_answer", "callback", "busy"})
"""Outcomes after which the next try is offered at once."""


async def set_one(session: Session, request: Request, line: Line, source: Source, reading: Reading) -> Told:
    """Keep the follow-up that a line asks for; the same line edited moves it."""
    customer_id = await customer_of(session, request, reading)
    if reading.at is None:
        raise UserError(phrase("When? For example: /remind Lan friday 9am"))
    key = f"m:{source.chat_id}:{source.message_id}:{line.index}"
    text = " ".join((reading.note or "").split())[:500]
    made = await followups.plan(
        session, team_of(request).id, request.member.id, reading.at, request.now,
        origin="remind", text=text, customer_id=customer_id, key=key,
    )  # fmt: skip
    kept = await followups.follow_up(session, team_of(request).id, made)
    return Told(_set(request, kept), ((_button(request.say.plain("Undo"), made, _UNDO),),))


def _set(request: Request, kept: FollowUp) -> str:
    when = echo.moment(request.say, kept.due_at, frame(request))
    return request.say("I will remind you {when}: {what}", when=Html(when), what=Html(what(request.say, kept)))


def what(say: Say, kept: FollowUp) -> str:
    """Say what a follow-up is about: the customer, and the text."""
    parts = [part for part in (kept.customer, kept.text) if part]
    return say.join(parts, " · ") if parts else say("follow-up")


def taken_back(say: Say, followup_id: int) -> Button:
    """Return the button that takes a follow-up back."""
    return _button(say.plain("Undo"), followup_id, _UNDO)


async def ahead(session: Session, request: Request, customer_id: int | None) -> Phrase | None:
    """Return when the customer's next follow-up is due, as a part of a receipt; None when none is set."""
    if customer_id is None or not request.message.private:
        return None
    due = await followups.next_of(session, team_of(request).id, customer_id, request.now)
    return None if due is None else phrase("next {when}", when=echo.moment(request.say.plain, due, frame(request)))


def offered(say: Say, record_id: int, outcome: str | None) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons for the next try, under a record after which one is due."""
    if outcome not in _MISSED:
        return ()
    return later_rows(say, "rem", record_id)


def with_remind(say: Say, record_id: int, rows: tuple[tuple[Button, ...], ...]) -> tuple[tuple[Button, ...], ...]:
    """Put *Remind* beside a record's last own buttons, where there is room, else below."""
    button = Button(say.plain("Remind"), data("rem", record_id, "?"))
    if rows and len(rows[-1]) < WIDEST:
        return (*rows[:-1], (*rows[-1], button))
    return (*rows, (button,))


def later_rows(say: Say, verb: str, of: int, *more: Button) -> tuple[tuple[Button, ...], ...]:
    """Return the times to choose from, and *Give up*."""
    times = tuple(Button(say.plain(words), data(verb, of, choice)) for choice, words in LATER.items())
    return (times, (*more, Button(say.plain("Give up"), data(verb, of, _GIVE_UP))))


def told(say: Say, kept: FollowUp) -> Reply:
    """Word a follow-up at its time, with what can be done about it."""
    title = say("⏰ <b>{what}</b>", what=Html(what(say, kept)))
    phone = f"\n{say.value(kept.phone)}" if kept.phone else ""
    return Reply(f"{title}{phone}", later_rows(say, "fu", kept.id, _button(say.plain("Done"), kept.id, _DONE)))


def overdue_row(say: Say, kept: FollowUp) -> tuple[Button, ...]:
    """Return the buttons that settle an overdue follow-up by one tap and leave the message that carries them."""
    about = (kept.customer or kept.text or say.plain("follow-up"))[:20]
    done, later_ = say.plain("Done: {about}", about=about), say.plain("+1 day: {about}", about=about)
    return Button(done, data("late", kept.id, _DONE)), Button(later_, data("late", kept.id, _NEXT_DAY))


def _button(label: str, followup_id: int, act: str) -> Button:
    return Button(label, data("fu", followup_id, act))


async def _press_record(request: Request) -> Reply:
    """Set the next try for a record's customer, or give the customer up."""
    number, choice = parts_of(request.argument, 2)
    team = team_of(request)
    async with request.begin() as session:
        view = await _record(session, request, id_of(number))
        if choice == "?":
            rows = later_rows(request.say, "rem", view.id)[:1]
            return await request.settle(session, Reply(request.say("Remind you when?"), rows))
        dropped = choice.startswith(_GIVE_UP)
        reason = _reason(team, choice) if dropped else None
        if dropped and reason is None:
            return await request.settle(session, _reasons(request, team, "rem", view.id))
        due = request.now if dropped else _chosen(team, choice, request.now)
        made = await followups.plan(
            session, team.id, request.member.id, due, request.now, origin="record", customer_id=view.customer_id,
            record_id=view.id, key=f"r:{view.id}:{request.member.id}",
        )  # fmt: skip
        if dropped:
            await followups.finish(session, team.id, made, request.now, reason=reason)
            said = request.say(
                "Given up: {name} ({reason})",
                name=view.customer_name or "",
                reason=Html(echo.term(request.say, reason or "")),
            )
            return await request.settle(session, Reply(said))
        kept = await followups.follow_up(session, team.id, made)
        return await request.settle(
            session, Reply(_set(request, kept), ((_button(request.say.plain("Undo"), made, _UNDO),),))
        )


async def _press(request: Request) -> Reply:
    """Do something about a follow-up: done, later, given up, taken back, shown."""
    number, act = parts_of(request.argument, 2)
    team = team_of(request)
    async with request.begin() as session:
        kept = await _own(session, request, id_of(number))
        return await request.settle(session, await _acted(session, request, team, kept, act))


async def _acted(session: Session, request: Request, team: Team, kept: FollowUp, act: str) -> Reply:
    say, subject = request.say, Html(what(request.say, kept))
    if act == _SHOW:
        return told(say, kept)
    if act.startswith(_GIVE_UP) and (reason := _reason(team, act)) is None:
        return _reasons(request, team, "fu", kept.id)
    if act in LATER:
        due = later(team, act, request.now)
        await followups.put_off(session, team.id, kept.id, due)
        when = echo.moment(say, due, frame(request))
        return Reply(say("Later, {when}: {what}", when=Html(when), what=subject), edits=True)
    if act == _DONE:
        await followups.finish(session, team.id, kept.id, request.now)
        return Reply(say("Done: {what}", what=subject), edits=True)
    if act == _UNDO:
        await followups.finish(session, team.id, kept.id, request.now, reason="undone")
        return Reply(say("Taken back: no reminder for {what}", what=subject), edits=True)
    if not act.startswith(_GIVE_UP):
        raise UserError(STALE)
    await followups.finish(session, team.id, kept.id, request.now, reason=reason)
    return Reply(
        say("Given up: {name} ({reason})", name=subject, reason=Html(echo.term(request.say, reason or ""))), edits=True
    )


async def _press_overdue(request: Request) -> Reply:
    """Settle an overdue follow-up from a list that stays as it is; whose it is hears what a manager did with it."""
    number, act = parts_of(request.argument, 2)
    team = team_of(request)
    if act not in {_DONE, _NEXT_DAY}:
        raise UserError(STALE)
    async with request.begin() as session:
        kept = await _own(session, request, id_of(number))
        if kept.done_at is not None:
            said = request.say("That is done already: {what}", what=Html(what(request.say, kept)))
            return await request.settle(session, Reply(said))
        reply = await _acted(session, request, team, kept, act)
        if kept.member_id != request.member.id:
            await tell_member(
                session, team.id, kept.member_id, lambda say: Reply(_settled(say, request, kept, act)),
                key=f"followup:{kept.id}:{kept.rounds}:{act}:{request.inbox_id}", now=request.now, kind="reminder",
            )  # fmt: skip
        return await request.settle(session, replace(reply, edits=False))


def _settled(say: Say, request: Request, kept: FollowUp, act: str) -> str:
    subject = Html(what(say, kept))
    if act == _DONE:
        return say("{name} marked your follow-up as done: {what}", name=request.member.name, what=subject)
    return say("{name} put your follow-up off by a day: {what}", name=request.member.name, what=subject)


def _reasons(request: Request, team: Team, verb: str, of: int) -> Reply:
    keys = [
        Button(echo.term(request.say.plain, reason), data(verb, of, f"{_GIVE_UP}{number}"))
        for number, reason in enumerate(_lost(team))
    ]
    return Reply(request.say("Why? It is kept for your team's figures."), in_rows(keys), edits=verb == "fu")


def _lost(team: Team) -> Sequence[str]:
    reasons: Any = team.settings["lost_reasons"]
    return [str(reason) for reason in reasons]


def _reason(team: Team, act: str) -> str | None:
    """The reason that a button names; None when one has to be chosen."""
    number = act.removeprefix(_GIVE_UP)
    if not number:
        return None
    reasons = _lost(team)
    at = id_of(number)
    if at >= len(reasons):
        raise UserError(STALE)
    return reasons[at]


def _chosen(team: Team, choice: str, now: datetime) -> datetime:
    if choice not in LATER:
        raise UserError(STALE)
    return later(team, choice, now)


async def _record(session: Session, request: Request, record_id: int) -> RecordView:
    if request.member.role not in LOGGERS:
        raise UserError(phrase("Reminders are for those who log. You can send: /revenue"))
    try:
        view = await record(session, team_of(request).id, record_id)
    except NotFound:
        raise UserError(phrase("That record is not in your team.")) from None
    await permit(session, request, view)
    return view


async def _own(session: Session, request: Request, followup_id: int) -> FollowUp:
    try:
        kept = await followups.follow_up(session, team_of(request).id, followup_id)
    except NotFound:
        raise UserError(STALE) from None
    if kept.member_id != request.member.id and request.member.role not in LEADERS:
        raise UserError(phrase("That is a colleague's reminder: only they or a manager can change it."))
    return kept


BUTTONS: dict[str, Handler] = {"rem": _press_record, "fu": _press, "late": _press_overdue}
