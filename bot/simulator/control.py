"""The control API: JSON over HTTP under `/sim/`, for the chat page and for tests in other processes.

Reading
    GET  /sim/state                     bot, people, groups, chats' states, session, last event number
    GET  /sim/chats/{chat}/messages     ?after=ID → {messages, keyboard}; a private chat bears the person's id
    GET  /sim/commands                  ?person=ID&chat=ID → {commands}: the menu that this person sees there
    GET  /sim/files/{file_id}           the bytes (?download=1 as an attachment)
    GET  /sim/events                    ?after=N → server-sent events; kinds: message, changed, removed, keyboard,
                                        answer, action, people, commands, call, poll
    GET  /sim/updates                   {pending, polling}
    GET  /sim/calls                     ?method=M&after=N → {calls: [{method, values, code}], next}
    GET  /sim/violations                {violations}: calls that the Bot API schema does not allow

What people do (`chat` may be left out for the private chat); each answers {message} unless noted
    POST /sim/send                      {person, chat, text, reply_to, thread}
    POST /sim/send_many                 {messages: [{person, chat, text}, …]} → {message_ids}; unknown persons are made
    POST /sim/edit                      {person, chat, message_id, text}
    POST /sim/press                     {person, chat, message_id, row, column | data | text, timeout} → {answer}:
                                        {text, show_alert, url} or null when the bot gave none in `timeout` seconds
    POST /sim/contact                   {person, chat, phone, first_name, last_name, user_id, vcard, forwarded_from}
    POST /sim/upload                    multipart: person, chat, caption, reply_to, kind=photo|document, file
    POST /sim/block                     {person, blocked} → {}
    POST /sim/membership                {group, inside} → {}: the bot is removed from a group, or put back

Setting the scene
    POST /sim/people                    {id, first_name, last_name, username, language_code, title, …} → {}
    POST /sim/groups                    {id, title, members, admins, kind, is_forum, bot_is_admin} → {}
    GET, POST /sim/clock                {offset_seconds}, {advance_seconds} or {hour, minute, weekday}: on to the
                                        next such time by the simulator's zone; or {next} → {now, offset_seconds, came}
    GET, POST /sim/limits               {enabled} → {enabled}
    GET, POST, DELETE /sim/faults       the fields of a Fault → {faults}

What nobody could do in Telegram (an unknown person, a button that is not there) answers 409 {error}.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from datetime import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.simulator.botapi import read_arguments
from bot.simulator.errors import ApiError, Json, SimulationError
from bot.simulator.faults import Fault
from bot.simulator.files import Upload
from bot.simulator.messages import Message
from bot.simulator.people import Group, Person
from bot.simulator.simulator import WAIT_SECONDS, Simulator

Handler = Callable[[Request], Awaitable[Response]]
SAFE_TO_SHOW = ("image/png", "image/jpeg", "image/gif", "image/webp")
IDLE_SECONDS = 15.0


def _polite(handler: Callable[[Request], Awaitable[Json]]) -> Handler:
    """Turns a handler's value into JSON and its refusals into 409s."""

    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await handler(request))
        except (SimulationError, ApiError) as error:
            return JSONResponse({"error": str(error)}, 409)
        except (KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)

    return answer


def _place(body: Json) -> Json:
    """Where somebody writes, as the simulator's verbs take it."""
    known = {"chat": "chat_id", "reply_to": "reply_to", "thread": "thread_id"}
    return {name: int(body[key]) for key, name in known.items() if body.get(key) not in (None, "")}


class Control:
    """The endpoints over one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._world = simulator.world

    def routes(self) -> list[Route]:
        """Where the control API stands."""
        read: dict[str, Callable[[Request], Awaitable[Json]]] = {
            "state": self.state,
            "chats/{chat}/messages": self.messages,
            "commands": self.commands,
            "updates": self.updates,
            "calls": self.calls,
            "violations": self.violations,
        }
        act: dict[str, Callable[[Request], Awaitable[Json]]] = {
            "send": self.send,
            "send_many": self.send_many,
            "edit": self.edit,
            "press": self.press,
            "contact": self.contact,
            "upload": self.upload,
            "block": self.block,
            "membership": self.membership,
            "people": self.people,
            "groups": self.groups,
        }
        both = {"clock": self.clock, "limits": self.limits, "faults": self.faults}
        raw = [Route("/sim/events", self.events), Route("/sim/files/{file_id}", self.file)]
        return [
            *raw,
            *(Route(f"/sim/{path}", _polite(handler)) for path, handler in read.items()),
            *(Route(f"/sim/{path}", _polite(handler), methods=["POST"]) for path, handler in act.items()),
            *(
                Route(f"/sim/{path}", _polite(handler), methods=["GET", "POST", "DELETE"])
                for path, handler in both.items()
            ),
        ]

    async def state(self, _request: Request) -> Json:
        """Who is there."""
        chats = [
            {"id": chat.chat_id, "is_group": chat.is_group, "started": chat.started, "blocked": chat.blocked}
            for chat in self._world.chats.values()
        ]
        return {
            "session": self._simulator.session,
            "bot": self._world.account.user(),
            "examples": self._simulator.examples,
            "people": [asdict(person) for person in self._world.people.values()],
            "groups": [asdict(group) for group in self._world.groups.values()],
            "chats": chats,
            "seq": self._world.events.last,
            "now": self._world.clock.unix(),
            "zone": self._simulator.zone.key,
            "comes": self._simulator.coming is not None,
        }

    async def messages(self, request: Request) -> Json:
        """What stands in a chat."""
        chat_id = int(request.path_params["chat"])
        found = self._simulator.messages(chat_id, int(request.query_params.get("after", 0)))
        shown = [self._world.page_json(message) for message in found]
        return {"messages": shown, "keyboard": self._world.chats[chat_id].keyboard}

    async def commands(self, request: Request) -> Json:
        """The command menu of a person in a chat."""
        person = self._world.person(int(request.query_params["person"]))
        group = self._world.groups.get(int(request.query_params.get("chat", person.id)))
        return {"commands": self._world.menus.seen_by(person.id, person.language_code, group)}

    async def updates(self, _request: Request) -> Json:
        """What waits for the bot."""
        updates = self._world.updates
        return {"pending": len(updates.pending), "polling": updates.polling}

    async def calls(self, request: Request) -> Json:
        """What the bot has called."""
        method = request.query_params.get("method")
        calls = list(self._world.calls)
        wanted = calls[int(request.query_params.get("after", 0)) :]
        shown = [asdict(call) for call in wanted if method in (None, call.method)]
        return {"calls": shown, "next": len(calls)}

    async def violations(self, _request: Request) -> Json:
        """What the schema does not allow."""
        return {"violations": self._simulator.violations}

    def _shown(self, message: Message) -> Json:
        return {"message": self._world.page_json(message)}

    async def send(self, request: Request) -> Json:
        """A person sends a text."""
        body = await request.json()
        return self._shown(self._simulator.send(int(body["person"]), body["text"], **_place(body)))

    async def send_many(self, request: Request) -> Json:
        """Many people send many texts."""
        ids = []
        for body in (await request.json())["messages"]:
            person = int(body["person"])
            if person not in self._world.people:
                self._simulator.add_person(Person(person, f"Person {person}"))
            ids.append(self._simulator.send(person, body["text"], **_place(body)).message_id)
        return {"message_ids": ids}

    async def edit(self, request: Request) -> Json:
        """A person edits an own message."""
        body = await request.json()
        where = _place(body)
        return self._shown(self._simulator.edit(int(body["person"]), int(body["message_id"]), body["text"], **where))

    async def press(self, request: Request) -> Json:
        """A person taps a button."""
        body = await request.json()
        which = {name: body[name] for name in ("row", "column", "data", "text") if name in body}
        answer = await self._simulator.press(
            int(body["person"]),
            int(body["message_id"]),
            timeout_seconds=float(body.get("timeout", WAIT_SECONDS)),
            **which,
            **_place(body),
        )
        return {"answer": asdict(answer) if answer else None}

    async def contact(self, request: Request) -> Json:
        """A person shares a contact."""
        body = await request.json()
        extra = {name: body[name] for name in ("last_name", "user_id", "vcard", "forwarded_from") if body.get(name)}
        name = body["first_name"]
        message = self._simulator.send_contact(int(body["person"]), body["phone"], name, **extra, **_place(body))
        return self._shown(message)

    async def upload(self, request: Request) -> Json:
        """A person sends a picture or a file."""
        arguments = await read_arguments(request)
        body, upload = arguments.values, arguments.files["file"]
        send = self._simulator.send_photo if body.get("kind") == "photo" else self._simulator.send_file
        upload = Upload(upload.name, upload.content, upload.mime)
        message = send(int(body["person"]), upload, caption=arguments.text("caption"), **_place(body))
        return self._shown(message)

    async def block(self, request: Request) -> Json:
        """A person blocks the bot, or no longer."""
        body = await request.json()
        act = self._simulator.block if body.get("blocked", True) else self._simulator.unblock
        act(self._world.person(int(body["person"])).id)
        return {}

    async def membership(self, request: Request) -> Json:
        """The bot is removed from a group, or put back."""
        body = await request.json()
        act = self._simulator.invite if body.get("inside") else self._simulator.kick
        act(int(body["group"]))
        return {}

    async def people(self, request: Request) -> Json:
        """Somebody new."""
        self._simulator.add_person(Person(**await request.json()))
        return {}

    async def groups(self, request: Request) -> Json:
        """A new group."""
        body = await request.json()
        lists: dict[str, Any] = {name: tuple(body.get(name, ())) for name in ("members", "admins")}
        self._simulator.add_group(Group(**body | lists))
        return {}

    async def clock(self, request: Request) -> Json:
        """Tells the time, and moves it."""
        clock = self._simulator.clock
        body = await request.json() if request.method == "POST" else {}
        if "offset_seconds" in body:
            clock.set_offset(float(body["offset_seconds"]))
        clock.advance(float(body.get("advance_seconds", 0)))
        if "hour" in body:
            at = time(int(body["hour"]), int(body.get("minute", 0)))
            clock.go_to(at, self._simulator.zone, body.get("weekday"))
        came = await self._simulator.go_on() if body.get("next") else True
        return {"now": clock.now().isoformat(), "offset_seconds": clock.offset_seconds, "came": came}

    async def limits(self, request: Request) -> Json:
        """Tells whether sending is limited, and switches it."""
        if request.method == "POST":
            self._simulator.limits.enabled = bool((await request.json())["enabled"])
        return {"enabled": self._simulator.limits.enabled}

    async def faults(self, request: Request) -> Json:
        """Tells what will go wrong, adds to it, or clears it."""
        faults = self._simulator.faults
        if request.method == "POST":
            faults.add(Fault(**await request.json()))
        elif request.method == "DELETE":
            faults.clear()
        return {"faults": [asdict(fault) for fault in faults.waiting]}

    async def file(self, request: Request) -> Response:
        """A file's bytes; only plain pictures are shown in place, so that no sent page can run."""
        stored = self._world.files.by_id.get(request.path_params["file_id"])
        if stored is None:
            return Response(status_code=404)
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=86400"}
        mime = stored.upload.mime
        if stored.kind != "photo" or mime not in SAFE_TO_SHOW or "download" in request.query_params:
            headers["Content-Disposition"] = "attachment"
            mime = "application/octet-stream"
        return Response(stored.upload.content, media_type=mime, headers=headers)

    async def events(self, request: Request) -> Response:
        """What happens, as server-sent events."""
        after = request.headers.get("last-event-id") or request.query_params.get("after", "0")
        return StreamingResponse(self._stream(int(after)), media_type="text/event-stream")

    async def _stream(self, after: int) -> AsyncIterator[str]:
        yield ": hello\n\n"
        async for batch in self._world.events.follow(after, IDLE_SECONDS):
            lines = [f"id: {event['seq']}\ndata: {json.dumps(event)}\n\n" for event in batch]
            yield "".join(lines) or ": idle\n\n"
