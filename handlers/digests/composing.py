"""Writes a digest: one picture with its caption, and one text that says what changed, who, and what is left to do."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.base import Button, Painter, Photo, Reply
from handlers.buttons import running
from handlers.digests.late import Restated, restated
from handlers.digests.open_work import OpenWork, open_work
from handlers.digests.view import View
from handlers.figures.asked import BY_KEY
from metrics import kpi, targets
from metrics.answers.asking import ask
from metrics.answers.comparing import verdict, when, written
from metrics.answers.rendering import render
from metrics.answers.targets import aim_line
from metrics.base import Answer
from metrics.wording import Html, Say, Zoned
from store import Database, Session
from store.queues.digesting import anything

USUAL = ("revenue", "calls", "conversion")
"""The figures of a new digest."""
OFFERED = ("revenue", "calls", "aov", "conversion", "winrate", "retention", "response", "cac", "roi", "cycle")
"""The figures that can be chosen."""
_LEADERS = 3
_MISSED = 3


@dataclass(frozen=True, slots=True)
class Digest:
    """A composed digest: the answer that is drawn, its text, buttons, and the values that a later one compares with."""

    drawn: Answer
    text: str
    buttons: tuple[tuple[Button, ...], ...]
    values: Mapping[str, int | float | None]
    restated: Mapping[str, Mapping[str, Any]]


async def compose(database: Database, view: View, say: Say) -> Digest | None:
    """Gather and word a digest; None when nothing happened in its period."""
    async with database.remembering() as session:
        changed = await restated(session, view, say)
        if not changed.lines and not await anything(session, view.team.id, view.period.start, view.period.end):
            return None
        drawn, answers = await _figures(session, view)
        left = await open_work(session, view, say)
        parts = [part async for part in _sections(session, view, answers, changed, left, say)]
    values = {answer.metric.key: answer.value for answer in answers}
    text = "\n\n".join("\n".join(part) for part in parts if part)
    return Digest(drawn, text, _buttons(view, left, say), values, changed.values)


async def _figures(session: Session, view: View) -> tuple[Answer, tuple[Answer, ...]]:
    """Ask each figure, and what is drawn: all side by side, as /kpi shows them; a single one, or a rep's, alone."""
    asked = [BY_KEY[name] for name in _known(view)]
    if len(asked) < 2 or view.rep:
        answers = tuple([await ask(metric, session, view.scope(metric.key)) for metric in asked])
        return answers[0], answers
    kpis = [await kpi.figured(metric, session, view.scope(metric.key)) for metric in asked[: kpi.MOST]]
    rest = [await ask(metric, session, view.scope(metric.key)) for metric in asked[kpi.MOST :]]
    whole = replace(view.scope("kpi"), of=tuple(one.metric for one in kpis))
    return kpi.reported(kpis, whole), (*(one.answer for one in kpis), *rest)


def _known(view: View) -> list[str]:
    """The chosen metrics that there are, and that a rep's digest can carry."""
    return [name for name in view.metrics if name in BY_KEY and (not view.rep or "rep" in BY_KEY[name].filters)] or [
        USUAL[0]
    ]


async def pictured(digest: Digest, say: Say, painter: Painter) -> Reply:
    """Put the digest into two messages: the figures' picture with its caption, and the text."""
    picture = await render(digest.drawn, say, painter)
    photo = Photo(picture.png, picture.alt) if picture.png else None
    return Reply(picture.caption, photo=photo, then=(Reply(digest.text, digest.buttons),))


async def _sections(
    session: Session, view: View, answers: Sequence[Answer], changed: Restated, left: OpenWork, say: Say
) -> AsyncIterator[Sequence[str]]:
    """Yield the lines of each part: figures, their targets, what moved them and who leads, what is to do, the rest."""
    yield (
        say("<b>{team}</b> · {period}", team=view.team.name, period=when(answers[0])),
        *(_figure(one, say) for one in answers),
    )
    metrics = [one.metric for one in answers]
    yield [say(aim) for aim in await targets.ahead(session, view.scope(targets.REPORT.key), metrics)]
    yield [line for line in (await _why(session, view, say), await _leaders(session, view, say)) if line]
    yield left.lines
    yield changed.lines
    yield [*_missed(view, say), say("<i>Next: {at}</i>", at=Zoned(view.next_at.astimezone(view.team.zone)))]


def _missed(view: View, say: Say) -> list[str]:
    days = [due.astimezone(view.team.zone).date() for due in view.missed[-_MISSED:]]
    if len(view.missed) > _MISSED:
        return [say("Not sent: {days}, and others before. Why: /digest log", days=days)]
    return [say("Not sent: {days}. Why: /digest log", days=days)] if days else []


def _figure(answer: Answer, say: Say) -> str:
    """One figure in one line: value, change, target."""
    line = say("{label}: <b>{value}</b>", label=answer.metric.label, value=written(answer, answer.value))
    if answer.value is None:
        return say("{line}, {reason}", line=Html(line), reason=answer.reason or "")
    line = say("{line}, {change}", line=Html(line), change=verdict(answer))
    aim = aim_line(answer)
    return line if aim is None else say("{line}; {aim}", line=Html(line), aim=aim)


async def _why(session: Session, view: View, say: Say) -> str | None:
    """What the change of net revenue is made of; in a group without the names of who moved it."""
    if "revenue" not in view.metrics or view.rep:
        return None
    answer = await ask(BY_KEY["why"], session, view.scope("why"))
    if answer.value is None or answer.previous.value is None or not answer.change.value:
        return None
    told = answer.figure.told[:1] if view.group else answer.figure.told
    return say("What changed: {line}", line=Html(say.join(told, "; ")))


async def _leaders(session: Session, view: View, say: Say) -> str | None:
    """Who leads the team; a group hears the names in their order, not what each sold."""
    if view.rep:
        return None
    answer = await ask(BY_KEY["leaders"], session, view.scope("leaders"))
    lines = answer.figure.parts.get("leaders", ())
    placed = [line for line in lines if line["place"] is not None and line["value"].value]  # type: ignore[attr-defined]
    if len(placed) < 2:
        return None
    if view.group:
        return say("In front: {names}", names=[line["key"] for line in placed[:_LEADERS]])
    said = [say("{name} {value}", name=line["key"], value=written(answer, line["value"].value))
            for line in placed[:_LEADERS]]  # fmt: skip
    return say("In front: {names}", names=[Html(one) for one in said])


def _buttons(view: View, left: OpenWork, say: Say) -> tuple[tuple[Button, ...], ...]:
    """Ways on for whoever taps, who is looked at again then; none in a group, where all would read what one asks."""
    if view.group:
        return ()
    more = running(say.plain("What changed?"), f"why {_asked_again(view)}") if not view.rep else ()
    return (*left.buttons, (*more, *running(say.plain("My day"), "today")))


def _asked_again(view: View) -> str:
    """The period as it would be typed."""
    first, last = view.period.first_day, view.period.full_last_day
    return f"{first:%d/%m/%Y}-{last:%d/%m/%Y}" if first != last else f"{first:%d/%m/%Y}"
