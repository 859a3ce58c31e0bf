"""Says what of a target is reached, and to whom: a rep's own to the rep, the team's where its digests go.

Without such a digest, or where none of its chats can be reached, the managers hear of the team's target.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from handlers.base import Reply, Team
from handlers.buttons import running
from handlers.clockwork.hours import quiet_hours
from handlers.clockwork.telling import Place, Word, may_hear, tell, tell_leaders, tell_member
from handlers.digests.sending import KIND as DIGEST
from handlers.digests.sending import place_of
from handlers.figures.asked import BY_KEY
from metrics.answers.rendering import caveats
from metrics.base import Answer, quantity
from metrics.periods import Period
from metrics.periods.timetable import out_of
from metrics.wording import Percent, Phrase, Say, phrase
from store import Session
from store.catalogue.targets import Target
from store.queues import schedules

_REACHED: Mapping[bool, Phrase] = {
    True: phrase("🎉 {metric}, {period}: your target of {target} is reached, with {value}."),
    False: phrase("🎉 {metric}, {period}: the team's target of {target} is reached, with {value}."),
}
_ON_THE_WAY: Mapping[bool, Phrase] = {
    True: phrase("🎯 {metric}, {period}: {value}, {share} of your target of {target}; {left} to go."),
    False: phrase("🎯 {metric}, {period}: {value}, {share} of the team's target of {target}; {left} to go."),
}
_ENDED: Mapping[bool, Phrase] = {
    True: phrase("🎉 {metric}, {period}: {value} ({made_of}); your target of {target} was reached."),
    False: phrase("🎉 {metric}, {period}: {value} ({made_of}); the team's target of {target} was reached."),
}


async def tell_whose(session: Session, team: Team, target: Target, word: Word, *, key: str, now: datetime) -> None:
    """Say something of a target once, outside quiet hours: to whom the target is of."""
    due_at = out_of(quiet_hours(team), team.zone, now)
    if target.member_id is not None:
        await tell_member(session, team.id, target.member_id, word, key=key, now=now, due_at=due_at)
        return
    places = await _places(session, team.id)
    told = [await tell(session, place, word, key=f"{key}:{place.chat_id}:{place.thread_id}", now=now, due_at=due_at)
            for place in places]  # fmt: skip
    if not any(told):
        await tell_leaders(session, team.id, word, key=key, now=now, due_at=due_at)


async def _places(session: Session, team_id: int) -> list[Place]:
    """Where the digests of the whole team go."""
    held = [one for one in await schedules.of_kind(session, team_id, DIGEST) if one.paused_at is None]
    places = {place_of(one): None for one in held if one.chat_id and not one.what.get("rep")}
    return [place for place in places if await may_hear(session, place)]


def on_the_way(team: Team, target: Target, period: Period, value: float) -> Word:
    """Say how much of a sum's target is reached, and what is left of it."""
    left = _quantity(team, target, (target.value or 0) - value)
    share = Percent(value / target.value) if target.value else "—"
    return _word(team, target, period, _ON_THE_WAY, value=value, share=share, left=left)


def reached(team: Team, target: Target, period: Period, value: float) -> Word:
    """Say that all of a sum's target is reached."""
    return _word(team, target, period, _REACHED, value=value)


def ended(team: Team, target: Target, answer: Answer) -> Word:
    """Say that a period has ended with its target reached, what the figure is made of, and what must be known of it."""
    figure = answer.figure
    made_of = figure.counted or figure.numbers or phrase("n = {n}", n=figure.n)
    return _word(team, target, answer.scope.period, _ENDED, caveats(answer), value=figure.value or 0, made_of=made_of)


def _word(
    team: Team, target: Target, period: Period, words: Mapping[bool, Phrase], more: list[Phrase] | None = None, *,
    value: float, **about: object,
) -> Word:  # fmt: skip
    metric = BY_KEY[target.metric]
    aim = _quantity(team, target, target.value or 0)
    about |= {
        "metric": metric.label,
        "period": replace(period, end=period.full_end, running=False),
        "value": _quantity(team, target, value),
        "target": phrase("at most {target}", target=aim) if metric.better == "down" else aim,
    }
    told = (replace(words[target.member_id is not None], params=about), *(more or ()))

    def word(say: Say) -> Reply:
        return Reply("\n".join(map(say, told)), (running(say.plain("Targets"), "targets"),))

    return word


def _quantity(team: Team, target: Target, amount: float) -> object:
    metric = BY_KEY[target.metric]
    return quantity(round(amount) if metric.additive else amount, metric.unit, team.currency)
