"""Things that go wrong on purpose, for tests."""

from dataclasses import dataclass, replace
from typing import Literal

from bot.simulator.errors import ApiError

Kind = Literal["error", "drop", "lose", "delay"]


@dataclass(frozen=True, slots=True)
class Fault:
    """The next `count` calls of a method (after `skip` good ones, in one chat or all) go wrong.

    `error`: answered with code, description and retry_after, without doing the work;
    `drop`: the connection breaks and nothing is done; `lose`: the work is done and the answer lost;
    `delay`: all goes well, `seconds` later. `method` may be `*`.
    """

    method: str = "*"
    kind: Kind = "error"
    count: int = 1
    skip: int = 0
    chat_id: int | None = None
    code: int = 500
    description: str = "Internal Server Error"
    retry_after: int = 0
    seconds: float = 0.0

    def error(self) -> ApiError:
        """The answer of an `error` fault."""
        extra = {"retry_after": self.retry_after} if self.retry_after else {}
        return ApiError(self.code, self.description, **extra)


class Faults:
    """The faults still to come, first in first out."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Lets another thing go wrong."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """Lets all go well again."""
        self.waiting.clear()

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that this call meets, counted down; None when it goes well."""
        for place, fault in enumerate(self.waiting):
            if fault.method not in ("*", method) or fault.chat_id not in (None, chat_id):
                continue
            if fault.skip > 0:
                self.waiting[place] = replace(fault, skip=fault.skip - 1)
                return None
            self.waiting[place] = replace(fault, count=fault.count - 1)
            if fault.count <= 1:
                del self.waiting[place]
            return fault
        return None
