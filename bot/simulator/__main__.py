"""Runs the simulator alone: `python -m bot.simulator --port 8765 --token 1:abc`."""

import argparse
import asyncio
import signal
import sys

from bot.simulator.people import Group, Person
from bot.simulator.server import serve
from bot.simulator.simulator import DEFAULT_TOKEN, Simulator

PEOPLE = (
    Person(1001, "Nguyễn", "Thu Hà", "thuha", "vi", "owner"),
    Person(1002, "Trần", "Minh Quân", "minhquan", "vi", "manager"),
    Person(1003, "Lê", "Ngọc Anh", "ngocanh", "vi", "rep"),
    Person(1004, "Emma", "Wilson", "emmaw", "en", "rep"),
    Person(1009, "Người", "Lạ", "", "vi", "stranger"),
)
GROUPS = (Group(-2001, "Đội bán hàng", (1001, 1002, 1003, 1004), (1001,)),)


async def run(simulator: Simulator, host: str, port: int) -> None:
    """Serves until interrupted."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serve(simulator, host, port) as url:
        sys.stdout.write(f"Telegram simulator: {url} (TELEGRAM_API_URL={url})\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m bot.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--token", default=DEFAULT_TOKEN)
    parser.add_argument("--limits", action="store_true", help="Telegram's limits on sending")
    options = parser.parse_args()
    simulator = Simulator(token=options.token, people=PEOPLE, groups=GROUPS, limits=options.limits)
    asyncio.run(run(simulator, options.host, options.port))


if __name__ == "__main__":
    main()
