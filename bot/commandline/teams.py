"""``chot team create`` and ``chot team list``."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click

from bot.commandline.ground import WrongUse, asynchronous, opened, settings_of
from bot.settings import is_zone
from store.people.membership import make_invite
from store.people.team import create_team, list_teams

LONGEST_WINDOW = 3650


@click.group()
def team() -> None:
    """Make a team, list the teams."""


@team.command()
@click.argument("name")
@click.option("--timezone", help="the zone that days are cut in, such as Asia/Ho_Chi_Minh")
@click.option("--currency", help="three letters, such as VND")
@click.option("--locale", type=click.Choice(["vi", "en"]), help="the team's language")
@click.option("--window", type=click.IntRange(1, LONGEST_WINDOW), default=90, help="days that make a customer active")
@asynchronous
async def create(name: str, timezone: str | None, currency: str | None, locale: str | None, window: int) -> None:
    """Make the team NAME and print its claim code: whoever sends it to the bot becomes the owner."""
    settings = settings_of()
    zone, money = timezone or settings.default_timezone, (currency or settings.default_currency).upper()
    if not name.strip():
        raise WrongUse("NAME: must not be empty")
    if not is_zone(zone):
        raise WrongUse(f"--timezone: no such zone: {zone} (such as Asia/Ho_Chi_Minh)")
    if not _is_currency(money):
        raise WrongUse(f"--currency: no such currency: {money} (such as VND)")
    now = datetime.now(UTC)
    async with opened(settings) as database, database.begin() as session:
        if any(known.name.casefold() == name.strip().casefold() for known in await list_teams(session)):
            raise WrongUse(f"NAME: there is a team {name.strip()!r} already")
        team_id = await create_team(
            session,
            name=name,
            zone=zone,
            currency=money,
            locale=locale or settings.default_locale,
            window_days=window,
            now=now,
        )
        code = await make_invite(session, team_id, "owner", None, now)
    click.echo(f"Made the team {name.strip()} ({zone}, {money}).")
    click.echo(f"Claim code, for one owner: send the bot  /start {code}")


@team.command("list")
@click.option("--json", "as_json", is_flag=True, help="one JSON array")
@asynchronous
async def list_(as_json: bool) -> None:
    """List the teams with their members and records."""
    async with opened(settings_of()) as database, database.read() as session:
        teams = await list_teams(session)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in teams], ensure_ascii=False))
    elif not teams:
        click.echo("There is no team yet. Make one: chot team create NAME")
    for one in () if as_json else teams:
        about = f"{one.zone}, {one.currency}, {one.locale}, {one.members} members, {one.records} records"
        click.echo(f"{one.name}  ({about})")


def _is_currency(code: str) -> bool:
    from babel import Locale

    return code in Locale("en").currencies
