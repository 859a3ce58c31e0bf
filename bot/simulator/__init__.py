"""A Telegram of one's own: the Bot API over HTTP on loopback, people to play, and a chat page to watch."""

from bot.simulator.clock import Clock
from bot.simulator.errors import SimulationError
from bot.simulator.faults import Fault
from bot.simulator.files import Upload
from bot.simulator.messages import Message
from bot.simulator.people import Group, Person
from bot.simulator.schema import Schema
from bot.simulator.server import app, serve
from bot.simulator.simulator import CallbackAnswer, Simulator

__all__ = [
    "CallbackAnswer",
    "Clock",
    "Fault",
    "Group",
    "Message",
    "Person",
    "Schema",
    "SimulationError",
    "Simulator",
    "Upload",
    "app",
    "serve",
]
