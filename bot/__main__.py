"""The command line: ``python -m bot VERB``, installed as ``chot``; each verb's module is imported when it is used."""

import click

from bot.commandline.loading import loaded

VERBS = {
    "run": ("bot.commandline.starting", "run"),
    "demo": ("bot.commandline.demo", "demo"),
    "team": ("bot.commandline.teams", "team"),
    "import": ("bot.commandline.importing", "import_"),
    "export": ("bot.commandline.exporting", "export"),
    "ask": ("bot.commandline.asking", "ask"),
    "read": ("bot.commandline.reading", "read"),
    "migrate": ("bot.commandline.operations", "migrate"),
    "rebuild": ("bot.commandline.operations", "rebuild"),
    "backup": ("bot.commandline.operations", "backup"),
    "restore": ("bot.commandline.operations", "restore"),
    "doctor": ("bot.commandline.operations", "doctor"),
}
"""Each verb's module and command; a verb is added here and nowhere else."""


class Verbs(click.Group):
    """Loads only the verb that is asked for, so that ``run`` starts at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, as listed."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's module."""
        if cmd_name not in VERBS:
            return None
        module, name = VERBS[cmd_name]
        command: click.Command = loaded(module, name)
        return command


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="chot", prog_name="chot")
def main() -> None:
    """Chốt: a sales team's logbook and analyst inside Telegram."""


if __name__ == "__main__":
    main(prog_name="chot")
