"""Words what figures have to say: a line for each crossing, the farthest first, with buttons for what can be done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from handlers.alerts.holding import Finding, Held
from handlers.alerts.kinds import Alert
from handlers.alerts.things import SNOOZES
from handlers.alerts.usual import when
from handlers.base import Button, Reply, Team
from handlers.buttons import data, in_rows, running
from metrics.answers.comparing import short, written
from metrics.answers.unrated import unrated_of
from metrics.base import Answer
from metrics.wording import Html, Phrase, Say, phrase, plural_phrase

SHOWN = 10
"""So many reps of one alert stand in a message; the others behind a button."""
_CROSSED = phrase("⚠️ {what}: <b>{value}</b>, {limit}")
_BACK = phrase("✓ {what}: <b>{value}</b>, no longer {limit}")


def together(say: Say, team: Team, figures: Sequence[Finding]) -> Reply:
    """Word all that figures have to say to a chat."""
    lines = [line for one in figures for line in _lines(one, say)]
    return Reply("\n".join(lines), _buttons(say, figures))


def _buttons(say: Say, figures: Sequence[Finding]) -> tuple[tuple[Button, ...], ...]:
    """For one alert its own buttons, for several one each that leads to them."""
    rows = _all(say, figures)
    if len(figures) == 1:
        return (*rows, *acts(say, figures[0]))
    keys = [Button(say.plain("{number}. {metric}", number=str(one.alert.id), metric=one.answer.metric.label),
                   data("al", one.alert.id, "m")) for one in _each(figures)]  # fmt: skip
    return (*rows, *in_rows(keys))


def among(say: Say, figures: Sequence[Finding]) -> tuple[tuple[Button, ...], ...]:
    """The buttons of figures in a message that lists other things by number: each leads to its alert, by its name."""
    named = ((Button(say.plain("Alert {number}: {metric}", number=str(one.alert.id), metric=one.answer.metric.label),
                     data("al", one.alert.id, "m")),) for one in _each(figures))  # fmt: skip
    closer = (_closer(say, figures[0]),) if len(figures) == 1 else ()
    return (*_all(say, figures), *closer, *named)


def _each(figures: Sequence[Finding]) -> list[Finding]:
    """One finding of each alert, of which several mornings may be told."""
    return list({one.alert.id: one for one in figures}.values())


def _all(say: Say, figures: Sequence[Finding]) -> tuple[tuple[Button, ...], ...]:
    """A button for each list of reps that is cut."""
    return tuple(
        (Button(say.plain("See all {n}: {metric}", n=len(one.crossed), metric=one.answer.metric.label),
                seen_all(one.alert, one.answer)),)
        for one in figures if len(one.crossed) > SHOWN
    )  # fmt: skip


def seen_all(alert: Alert, answer: Answer) -> str:
    """The payload that shows everybody who stands crossed in the period of an answer."""
    return data("al", alert.id, f"a{answer.scope.period.first_day:%Y%m%d}")


def acts(say: Say, one: Finding) -> tuple[tuple[Button, ...], ...]:
    """What can be done about one alert: look closer, have it quiet for a while, remove it."""
    quiet = tuple(Button(say.plain(_QUIET[name]), data("al", one.alert.id, name)) for name in SNOOZES)
    return (_closer(say, one), quiet, (Button(say.plain("Remove the alert"), data("al", one.alert.id, "x")),))


def _closer(say: Say, one: Finding) -> tuple[Button, ...]:
    period = one.answer.scope.period
    span = f"{period.first_day:%d/%m/%Y}"
    if period.full_last_day != period.first_day:
        span += f"-{period.full_last_day:%d/%m/%Y}"
    return running(say.plain("Look closer"), f"{one.alert.metric} {span}")


_QUIET: Mapping[str, Phrase] = {"d1": phrase("Quiet for a day"), "w1": phrase("Quiet for a week")}


def _lines(one: Finding, say: Say) -> Iterator[str]:
    """What has crossed, with the reasons that are known, and what is back; several reps as a list under one title.

    Then what the figure leaves out for want of an exchange rate: it may be why it is low.
    """
    for crossed, whose in ((True, one.crossed), (False, one.back)):
        if len(whose) > 1:
            yield _title(one, say, crossed=crossed)
        for held in whose[:SHOWN]:
            yield _line(one, held, say, crossed=crossed) if len(whose) == 1 else _named(one, held, say)
            yield from (say(reason) for reason in (one.why.get(held.key, ()) if crossed else ()))
        if len(whose) > SHOWN:
            yield say(replace(_MORE, params={"n": len(whose) - SHOWN}))
    for left in unrated_of([one.answer.figure]) if one.crossed or one.back else ():
        yield say("left out: {count} {what}", count=left.count, what=left.what)


_MORE = plural_phrase("… and {n} more rep", "… and {n} more reps")
_CROSSED_EACH = phrase("⚠️ {label}, {period}, {limit}:")
_BACK_EACH = phrase("✓ {label}, {period}, no longer {limit}:")


def _title(one: Finding, say: Say, *, crossed: bool) -> str:
    words = _CROSSED_EACH if crossed else _BACK_EACH
    return say(replace(words, params=_about(one.alert, one.answer)))


def _about(alert: Alert, answer: Answer) -> dict[str, object]:
    """What a list of reps is about."""
    return {"label": answer.metric.label, "period": answer.scope.period, "limit": limit(alert, answer)}


def _named(one: Finding, held: Held, say: Say) -> str:
    params = {"name": held.name, "value": written(one.answer, held.value)}
    if held.usual is None:
        return say("{name}: <b>{value}</b>", **params)
    return say("{name}: <b>{value}</b> (usually {low} to {high})", **params, **_range(one, held))


def _line(one: Finding, held: Held, say: Say, *, crossed: bool) -> str:
    params = {"what": Html(_what(one.answer, held.name, say)), "value": written(one.answer, held.value)}
    if held.usual is not None:
        return say(replace(_UNUSUAL if crossed else _USUAL, params=params | _range(one, held)))
    return say(replace(_CROSSED if crossed else _BACK, params={**params, "limit": limit(one.alert, one.answer)}))


def _what(answer: Answer, name: str, say: Say) -> str:
    label, period = answer.metric.label, answer.scope.period
    if not name:
        return say("{label}, {period}", label=label, period=period)
    return say("{label} of {name}, {period}", label=label, name=name, period=period)


def limit(alert: Alert, answer: Answer) -> Phrase:
    """Say a limit: ``below 10 tr``, or what stands for one."""
    if alert.kind == "unusual":
        return phrase("out of the usual")
    value = written(answer, alert.limit)
    return phrase("below {value}", value=value) if alert.below else phrase("above {value}", value=value)


def everybody(say: Say, alert: Alert, answer: Answer, out: Sequence[Held]) -> Reply:
    """Word all who stand crossed in a period."""
    about = _about(alert, answer)
    if not out:
        return Reply(say("Nobody is {limit} any more, {period}.", **about))
    lines = [say("{number}. {name}: <b>{value}</b>", number=str(number), name=one.name,
                 value=written(answer, one.value)) for number, one in enumerate(out, 1)]  # fmt: skip
    return Reply("\n".join([say("{label}, {period}, {limit}:", **about), *lines]))


_UNUSUAL = phrase("⚠️ {what}: <b>{value}</b>, unusual for {when} (usually {low} to {high}, judging by {n} weeks)")
_USUAL = phrase("✓ {what}: <b>{value}</b>, usual again for {when} ({low} to {high}, judging by {n} weeks)")


def _range(one: Finding, held: Held) -> dict[str, object]:
    """The usual range of a figure, and what it is the range of."""
    if held.usual is None:
        return {}
    low, high = (short(one.answer, end) for end in (held.usual.low, held.usual.high))
    on = one.answer.scope.period.first_day
    return {"when": when(one.alert, on), "low": low, "high": high, "n": held.usual.n}
