"""What people do in the simulated Telegram: they write, edit, tap, block the bot or remove it."""

import secrets
from dataclasses import replace

from bot.simulator.entities import commands, formatted, mentions
from bot.simulator.errors import Json, SimulationError
from bot.simulator.files import Upload
from bot.simulator.formatting import utf16_length
from bot.simulator.messages import Chat, Message
from bot.simulator.people import Group, member
from bot.simulator.world import Query, World


class Actions:
    """The verbs of people over one world; each raises SimulationError for what nobody could do."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock, self.events, self.updates = world.clock, world.events, world.updates

    def send(
        self,
        person_id: int,
        text: str,
        *,
        chat_id: int | None = None,
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """A person sends a text, to the bot or into a group."""
        content = _text_content(text)
        return self._say(person_id, content, chat_id, reply_to, thread_id)

    def send_photo(
        self,
        person_id: int,
        upload: Upload,
        *,
        caption: str = "",
        chat_id: int | None = None,
        reply_to: int | None = None,
    ) -> Message:
        """A person sends a picture."""
        content = {"photo": self.world.files.add_photo(upload)} | _caption(caption)
        return self._say(person_id, content, chat_id, reply_to)

    def send_file(
        self,
        person_id: int,
        upload: Upload,
        *,
        caption: str = "",
        chat_id: int | None = None,
        reply_to: int | None = None,
    ) -> Message:
        """A person sends a file as a document."""
        content = {"document": self.world.files.add_document(upload)} | _caption(caption)
        return self._say(person_id, content, chat_id, reply_to)

    def send_contact(
        self,
        person_id: int,
        phone: str,
        first_name: str,
        *,
        last_name: str = "",
        user_id: int | None = None,
        vcard: str = "",
        forwarded_from: str = "",
        chat_id: int | None = None,
    ) -> Message:
        """A person shares a contact: with `user_id` that of a Telegram account, else of the phone's book.

        `forwarded_from` names somebody without an account who sent it first.
        """
        if len(vcard.encode()) > 2048:
            raise SimulationError("a vCard has at most 2048 bytes")
        contact: Json = {"phone_number": phone, "first_name": first_name}
        extra = {"last_name": last_name, "user_id": user_id, "vcard": vcard}
        contact |= {key: value for key, value in extra.items() if value}
        content: Json = {"contact": contact}
        if forwarded_from:
            origin = {"type": "hidden_user", "date": self.clock.unix(), "sender_user_name": forwarded_from}
            content["forward_origin"] = origin
        return self._say(person_id, content, chat_id, None)

    def _say(
        self,
        person_id: int,
        content: Json,
        chat_id: int | None,
        reply_to: int | None,
        thread_id: int | None = None,
    ) -> Message:
        chat = self.world.chat_of(person_id, chat_id)
        if chat.blocked:
            raise SimulationError("the bot is blocked here or was removed")
        if reply_to is not None and reply_to not in chat.messages:
            raise SimulationError(f"no message {reply_to} to reply to")
        chat.started = True
        message = Message(
            message_id=self.world.new_message_id(),
            chat_id=chat.chat_id,
            sender_id=person_id,
            date=self.clock.unix(),
            content=content,
            reply_to=reply_to,
            thread_id=thread_id,
        )
        self.world.post(message)
        self._press_once(chat)
        if self._reaches_bot(chat, message):
            self.updates.publish("message", self.world.message_json(message))
        return message

    def _press_once(self, chat: Chat) -> None:
        """A one-time keyboard goes away once it was used."""
        if chat.keyboard and (chat.keyboard.get("one_time_keyboard") or "force_reply" in chat.keyboard):
            chat.keyboard = None
            self.events.add("keyboard", chat_id=chat.chat_id, keyboard=None)

    def _reaches_bot(self, chat: Chat, message: Message) -> bool:
        """Privacy mode: in a group the bot gets commands, mentions and replies to it, unless it is an admin."""
        group = self.world.groups.get(chat.chat_id)
        if group is None or group.bot_is_admin or "migrate_to_chat_id" in message.content:
            return True
        original = chat.messages.get(message.reply_to or 0)
        username = self.world.account.username
        if (original is not None and original.by_bot) or mentions(message.text, username):
            return True
        found = commands(message.text) if message.text.startswith("/") else []
        address = found[0].partition("@")[2].lower() if found else None
        return address in ("", username.lower())

    def edit(self, person_id: int, message_id: int, text: str, *, chat_id: int | None = None) -> Message:
        """A person edits an own message: its text, or its caption."""
        chat = self.world.chat_of(person_id, chat_id)
        message = chat.messages.get(message_id)
        if message is None or message.sender_id != person_id:
            raise SimulationError(f"no own message {message_id}")
        if chat.blocked:
            raise SimulationError("the bot is blocked here or was removed")
        if "text" in message.content:
            message.content = _text_content(text)
        else:
            kept = {k: v for k, v in message.content.items() if not k.startswith("caption")}
            message.content = kept | _caption(text)
        message.edited = self.clock.unix()
        self.world.changed(message)
        if self._reaches_bot(chat, message):
            self.updates.publish("edited_message", self.world.message_json(message))
        return message

    def tap(
        self,
        person_id: int,
        message_id: int,
        *,
        row: int = 0,
        column: int = 0,
        data: str = "",
        text: str = "",
        chat_id: int | None = None,
    ) -> str:
        """A person taps an inline button, named by place, data or text; gives the query's id at once."""
        chat = self.world.chat_of(person_id, chat_id)
        message = chat.messages.get(message_id)
        if message is None:
            raise SimulationError(f"no message {message_id}")
        try:
            button = message.button(row=row, column=column, data=data, text=text)
        except KeyError as missing:
            raise SimulationError(f"no button {missing}") from None
        return self._query(person_id, message, str(button.get("callback_data", "")))

    def _query(self, person_id: int, message: Message, data: str) -> str:
        query = Query(str(secrets.randbits(62)), person_id, self.clock.unix())
        self.world.queries[query.query_id] = query
        payload = {
            "id": query.query_id,
            "from": self.world.user(person_id),
            "message": self.world.message_json(message),
            "chat_instance": str(abs(message.chat_id) * 7919),
            "data": data,
        }
        self.updates.publish("callback_query", payload)
        return query.query_id

    def block(self, person_id: int) -> None:
        """A person blocks the bot."""
        self._membership(person_id, self.world.chats[person_id], blocked=True)

    def unblock(self, person_id: int) -> None:
        """A person lets the bot write again."""
        self._membership(person_id, self.world.chats[person_id], blocked=False)

    def kick(self, group_id: int, *, by: int | None = None) -> None:
        """The bot is removed from a group."""
        self._membership(by or self._anyone(group_id), self.world.chats[group_id], blocked=True)

    def invite(self, group_id: int, *, by: int | None = None) -> None:
        """The bot is put back into a group."""
        self._membership(by or self._anyone(group_id), self.world.chats[group_id], blocked=False)

    def _anyone(self, group_id: int) -> int:
        group = self.world.groups[group_id]
        return (*group.admins, *group.members)[0]

    def _membership(self, person_id: int, chat: Chat, *, blocked: bool) -> None:
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        bot = self.world.account.user()
        change = {
            "chat": self.world.chat_json(chat.chat_id),
            "from": self.world.user(person_id),
            "date": self.clock.unix(),
            "old_chat_member": member(bot, before),
            "new_chat_member": member(bot, after),
        }
        self.updates.publish("my_chat_member", change)
        self.events.add("people")

    def migrate(self, group_id: int) -> Group:
        """Telegram makes a supergroup of a group, under a new id, and tells the bot in both."""
        old = self.world.groups[group_id]
        new = replace(old, id=-1_000_000_000_000 + group_id, kind="supergroup")
        self.world.add_group(new)
        self._say(self._anyone(group_id), {"migrate_to_chat_id": new.id}, group_id, None)
        self.world.chats[group_id].migrated_to = new.id
        return new


def _text_content(text: str) -> Json:
    shown, entities = formatted(text)
    if not shown:
        raise SimulationError("nothing to send")
    if utf16_length(shown) > 4096:
        raise SimulationError("longer than 4096 characters")
    return {"text": shown, "entities": entities}


def _caption(caption: str) -> Json:
    shown, entities = formatted(caption)
    return {"caption": shown, "caption_entities": entities} if shown else {}
