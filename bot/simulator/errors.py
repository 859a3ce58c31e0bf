"""Telegram's error answers."""

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A request that Telegram refuses: its code, its text and, for some, what to do about it."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def json(self) -> Json:
        """The body of the answer."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class SimulationError(Exception):
    """A person was asked to do what a person cannot do in Telegram."""


def bad_request(text: str, **parameters: int) -> ApiError:
    """A 400 with Telegram's prefix."""
    return ApiError(400, f"Bad Request: {text}", **parameters)


def forbidden(text: str) -> ApiError:
    """A 403 with Telegram's prefix."""
    return ApiError(403, f"Forbidden: {text}")


def conflict(text: str) -> ApiError:
    """A 409 with Telegram's prefix."""
    return ApiError(409, f"Conflict: {text}")


def too_many_requests(seconds: int) -> ApiError:
    """A 429 that says after how many seconds to try again."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
