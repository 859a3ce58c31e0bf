"""Log lines: JSON (or readable on a terminal), never with a secret, a phone number or a message's text in them."""

import logging
import re
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Any
from urllib.parse import quote

import structlog
from structlog.typing import EventDict, Processor

HIDDEN = "[hidden]"
_TOKEN_LIKE = re.compile(r"\d{5,20}(?::|%3[aA])[A-Za-z0-9_-]{20,128}")
_CHATTY = ("httpx", "httpcore", "telegram", "asyncio", "aiosqlite", "psycopg", "uvicorn", "matplotlib", "alembic")


class Redaction(logging.Formatter):
    """Wraps a formatter and takes every secret out of the finished line, tracebacks included."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        forms = {form for secret in secrets if len(secret) >= 4 for form in (secret, quote(secret, safe=""))}
        self._secrets = sorted(forms, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without secrets; a record that cannot be formatted becomes a short note."""
        try:
            line = self._inner.format(record)
        except (TypeError, ValueError) as error:
            line = f"a log line could not be formatted: {type(error).__name__} in {record.name}"
        return self.redact(line)

    def redact(self, line: str) -> str:
        """Return ``line`` with secrets, and whatever looks like a bot token, hidden."""
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return _TOKEN_LIKE.sub(HIDDEN, line)


def configure(level: str, secrets: Iterable[str] = (), *, stream: Any = None, console: bool | None = None) -> None:
    """Send all log lines of the process, the libraries' too, to ``stream`` (standard error) through `Redaction`.

    The chat library's own loggers are held at WARNING at every level: at DEBUG they print addresses with the token
    and whole messages.
    """
    stream = stream or sys.stderr
    readable = stream.isatty() if console is None else console
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Redaction(_formatter(shared, readable), secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught


def logger(name: str) -> Any:
    """Return the structured logger of a module."""
    return structlog.get_logger(name)


def _formatter(shared: list[Processor], readable: bool) -> logging.Formatter:
    last: list[Processor]
    if readable:
        last = [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    else:
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[remove, _named, *last])


def _named(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Put the event first, so that lines read alike."""
    return {"event": event.pop("event", ""), **event}


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("chot").critical("stopped by an error", exc_info=(kind, error, trace))
