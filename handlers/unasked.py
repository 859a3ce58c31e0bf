"""The commands that set what comes by itself: alerts, digests, the groups they go to, sequences after a sale."""

from collections.abc import Mapping

from handlers.alerts import managing as alerts
from handlers.alerts import pressing
from handlers.base import LEADERS, Command, Handler
from handlers.digests import linking, managing
from handlers.reminders import sequences
from metrics.wording import phrase

COMMANDS = (
    Command(
        "alert", "canhbao", LEADERS, phrase("hear when a figure crosses a limit, or something waits"),
        "/alert revenue < 10tr", alerts.alert, "team", example_vi="/canhbao doanhso < 10tr",
        usage=phrase(
            "/alert figure < or > value, or figure unusual [by rep] [weekly] · lead 4h · ticket 30m · deal [14 days]"
        ),
    ),
    Command(
        "digest", "baocao", LEADERS, phrase("figures that come by themselves"), "/digest", managing.digest, "team",
        example_vi="/baocao", usage=phrase("/digest, or /digest log"),
    ),
    Command(
        "link", "lienket", LEADERS, phrase("let digests come to this group or topic"), "/link", linking.link, "team",
        example_vi="/lienket", usage=phrase("/link in the group, or /link off"),
    ),
    Command(
        "sequence", "sauban", LEADERS, phrase("the follow-ups that come with every sale"), "/sequence on",
        sequences.sequence, "team", example_vi="/sauban bật", usage=phrase("/sequence [on|off|days text; days text]"),
    ),
)  # fmt: skip
"""Made by managers and owners only."""

BUTTONS: Mapping[str, Handler] = {**pressing.BUTTONS, **managing.BUTTONS}
"""The buttons that these answer."""
