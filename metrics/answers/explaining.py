"""Explains an answer (*How?*): its formula in words, the same with its numbers, its period, and what was left out."""

from metrics.answers.parts import part_name
from metrics.base import Answer, Part, quantity
from metrics.wording import Phrase, Say, Zoned, phrase


def explain(answer: Answer, say: Say) -> str:
    """Return the explanation as HTML, one thing a line."""
    scope, metric = answer.scope, answer.metric
    said: list[Phrase] = [
        phrase("<b>{label}</b> = {formula}", label=metric.label, formula=metric.formula),
    ]
    result = quantity(answer.value, metric.unit, scope.team.currency)
    if answer.figure.numbers is not None and answer.value is not None:
        said.append(phrase("= {numbers} = <b>{value}</b>", numbers=answer.figure.numbers, value=result))
    else:
        said.append(phrase("= <b>{value}</b>", value=result))
    if (parts := _parts(answer)) is not None:
        said.append(parts)
    if answer.reason is not None:
        said.append(phrase("Not known: {reason}", reason=answer.reason))
    said.append(_when(answer))
    if answer.filter_names:
        said.append(phrase("Only {filters}", filters=list(answer.filter_names)))
    said += _small_numbers(answer)
    said += answer.figure.explained
    if metric.benchmark is not None:
        said.append(
            phrase("Guides on CRM quote {benchmark}: their figure, not measured here", benchmark=metric.benchmark)
        )
    said += [phrase("Left out: {count} {what}", count=left.count, what=left.what) for left in answer.figure.excluded]
    said.append(phrase("Never counted: removed records and customers marked internal"))
    return say.join(said)


def _parts(answer: Answer) -> Phrase | None:
    """The parts that are single numbers and known, each with its name."""
    currency = answer.scope.team.currency
    said = [
        phrase("{name} {value}", name=name, value=quantity(part.value, part.unit, currency))
        for key, part in answer.figure.parts.items()
        if isinstance(part, Part) and part.value is not None and (name := part_name(answer.metric.key, key)) is not None
    ]
    return phrase("Parts: {parts}", parts=said) if said else None


def _when(answer: Answer) -> Phrase:
    """The period with its ends on the team's clock."""
    zone, period = answer.scope.team.zone, answer.scope.period
    return phrase(
        "Period: {period}, from {start} until before {end}",
        period=period,
        start=Zoned(period.start.astimezone(zone)),
        end=Zoned(period.end.astimezone(zone)),
    )


def _small_numbers(answer: Answer) -> list[Phrase]:
    """By which methods the interval and the verdict were found."""
    said: list[Phrase] = []
    if answer.metric.bounded:
        said.append(phrase("Interval: Wilson, 95 %; change: Newcombe's hybrid score, 95 %"))
    elif answer.figure.interval is not None and answer.figure.interval_by is not None:
        said.append(answer.figure.interval_by)
    elif answer.figure.interval is not None:
        said.append(phrase("Interval: order statistics that cover the median with at least 95 %"))
    if not answer.metric.bounded and answer.change.clear is not None:
        said.append(phrase("Change: 2,000 bootstrap draws of days, 95 %"))
    return said
