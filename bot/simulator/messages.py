"""Messages and the chats they stand in."""

from dataclasses import dataclass, field

from bot.simulator.errors import Json


@dataclass(slots=True)
class Message:
    """One message; `content` holds Telegram's own fields (text, entities, photo, caption …)."""

    message_id: int
    chat_id: int
    sender_id: int
    date: int
    content: Json
    reply_to: int | None = None
    markup: Json | None = None
    edited: int | None = None
    thread_id: int | None = None
    reactions: tuple[str, ...] = ()
    by_bot: bool = False

    @property
    def text(self) -> str:
        """The text or the caption."""
        return str(self.content.get("text") or self.content.get("caption") or "")

    @property
    def buttons(self) -> list[list[Json]]:
        """The rows of the inline keyboard below."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return list(rows)

    @property
    def file_id(self) -> str:
        """The id of the document, or of the largest size of the photo; empty without one."""
        if "photo" in self.content:
            return str(self.content["photo"][-1]["file_id"])
        return str(self.content.get("document", {}).get("file_id", ""))

    def button(self, *, row: int = 0, column: int = 0, data: str = "", text: str = "") -> Json:
        """A button by its place, its data or its text; KeyError when there is none."""
        for line in self.buttons:
            for button in line:
                if (data and button.get("callback_data") == data) or (text and button["text"] == text):
                    return dict(button)
        if data or text or row >= len(self.buttons) or column >= len(self.buttons[row]):
            raise KeyError(data or text or (row, column))
        return dict(self.buttons[row][column])


@dataclass(slots=True)
class Chat:
    """A private chat or a group, as far as it can change."""

    chat_id: int
    is_group: bool
    messages: dict[int, Message] = field(default_factory=dict)
    keyboard: Json | None = None
    started: bool = False
    blocked: bool = False
    migrated_to: int | None = None

    def after(self, message_id: int) -> list[Message]:
        """The messages later than the given one, in order."""
        return [message for message in self.messages.values() if message.message_id > message_id]
