"""Who is in the simulated Telegram: the bot's account, people and groups."""

from dataclasses import dataclass, field

from bot.simulator.errors import Json


@dataclass(frozen=True, slots=True)
class BotAccount:
    """The bot as Telegram knows it; `user_id` is the number before the colon of its token."""

    user_id: int
    name: str = "Chốt"
    username: str = "chot_bot"

    def user(self) -> Json:
        """The bot as a Telegram `User`."""
        return {"id": self.user_id, "is_bot": True, "first_name": self.name, "username": self.username}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a Telegram account; `title` (owner, rep …) is shown on the page only.

    `started`: has written to the bot before, so the bot may write first.
    """

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "vi"
    title: str = ""
    phone: str = ""
    started: bool = False

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def _named(self) -> Json:
        names = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {key: value for key, value in names.items() if value or key == "first_name"}

    def user(self) -> Json:
        """The person as a Telegram `User`."""
        user = {"id": self.id, "is_bot": False, **self._named()}
        return user | ({"language_code": self.language_code} if self.language_code else {})

    def chat(self) -> Json:
        """The private chat with the bot as a Telegram `Chat`; it bears the person's id."""
        return {"id": self.id, **self._named(), "type": "private"}


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people with the bot in it; `id` is negative, `members` and `admins` are people's ids."""

    id: int
    title: str
    members: tuple[int, ...]
    admins: tuple[int, ...] = ()
    kind: str = "group"
    is_forum: bool = False
    bot_is_admin: bool = field(default=False)

    def chat(self) -> Json:
        """The group as a Telegram `Chat`."""
        chat: Json = {"id": self.id, "title": self.title, "type": self.kind}
        if self.kind == "group":
            chat["all_members_are_administrators"] = False
        return chat | ({"is_forum": True} if self.is_forum else {})


FULL_INFO: Json = {
    "accent_color_id": 0,
    "max_reaction_count": 11,
    "accepted_gift_types": {
        "unlimited_gifts": False,
        "limited_gifts": False,
        "unique_gifts": False,
        "premium_subscription": False,
        "gifts_from_channels": False,
    },
}
"""What `getChat` tells beyond the chat itself."""

ADMIN_RIGHTS: Json = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": True,
    "can_restrict_members": True,
    "can_promote_members": False,
    "can_change_info": True,
    "can_invite_users": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "can_pin_messages": True,
}
"""The rights of an ordinary group administrator."""


def member(user: Json, status: str) -> Json:
    """A Telegram `ChatMember` of the given status."""
    extra: Json = {}
    if status == "administrator":
        extra = ADMIN_RIGHTS
    elif status == "creator":
        extra = {"is_anonymous": False}
    elif status == "kicked":
        extra = {"until_date": 0}
    return {"user": user, "status": status, **extra}


def status_in(group: Group, person_id: int) -> str:
    """What a person is in a group: the first administrator is its creator."""
    if group.admins and person_id == group.admins[0]:
        return "creator"
    if person_id in group.admins:
        return "administrator"
    return "member" if person_id in group.members else "left"
