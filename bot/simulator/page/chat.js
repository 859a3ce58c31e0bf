// The chat page: who you are, which chat is open, what was said, and what you do about it.

import { avatar, bubble, fullName, make, preview } from "./bubbles.js";
import { Composer } from "./composer.js";
import { titleFor, wordsFor } from "./words.js";

const $ = (id) => document.getElementById(id);
const NEAR_BOTTOM = 80;
const TYPING_MS = 5000;

const state = {
  bot: null,
  session: "",
  examples: {},
  zone: "UTC",
  people: [],
  groups: [],
  chats: new Map(),
  me: null,
  chat: null,
  messages: new Map(),
  keyboards: new Map(),
  unread: new Map(),
  scroll: new Map(),
  typing: new Map(),
  missed: 0,
};

export const words = () => wordsFor(state.me?.language_code);

export async function ask(path, body) {
  const options = body === undefined ? {} : body instanceof FormData ? { method: "POST", body } : { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const answer = await fetch(`/sim/${path}`, options).catch(() => null);
  if (!answer) return toast(words().offline), null;
  const value = await answer.json();
  if (!answer.ok) return toast(`${words().failed}: ${value.error}`), null;
  return value;
}

// --- who and where ---------------------------------------------------------------------------------------------

const nameOf = (person) => fullName(person);
const groupOf = (id) => state.groups.find((group) => group.id === id);
const groupsOf = (person) => state.groups.filter((group) => [...group.members, ...group.admins].includes(person.id));
const unreadKey = (person, chat) => `${person}:${chat}`;
const unreadOf = (person, chat) => state.unread.get(unreadKey(person, chat)) ?? 0;

function badge(count) {
  return count ? make("span", { class: "badge", "data-testid": "unread" }, count > 99 ? "99+" : String(count)) : null;
}

function chatRow(person, chatId) {
  const group = groupOf(chatId);
  const chosen = state.chat === chatId;
  const name = group?.title ?? state.bot.first_name;
  return make("button", { type: "button", class: "chat-row", "data-testid": `chat-${chatId}`, "aria-current": chosen ? "true" : null, onclick: () => open(person.id, chatId) }, avatar(name, chatId, group ? "" : "bot"), make("span", { class: "name" }, name), badge(unreadOf(person.id, chatId)));
}

function personRow(person) {
  const mine = person.id === state.me?.id;
  const chats = [person.id, ...groupsOf(person).map((group) => group.id)];
  const unread = chats.reduce((sum, chat) => sum + unreadOf(person.id, chat), 0);
  const text = make("span", { class: "name" }, nameOf(person), make("small", {}, titleFor(person.title, state.me?.language_code)));
  const label = unread ? `${nameOf(person)}, ${person.title}, ${unread}` : null;
  const row = make("button", { type: "button", class: "person", "data-testid": `person-${person.id}`, "aria-pressed": mine ? "true" : "false", "aria-label": label, onclick: () => open(person.id, person.id) }, avatar(nameOf(person), person.id), text, mine ? null : badge(unread));
  if (!mine || chats.length < 2) return [row];
  return [row, make("div", { class: "chats" }, ...chats.map((chat) => chatRow(person, chat)))];
}

function drawPeople() {
  $("people-list").replaceChildren(...state.people.flatMap(personRow));
  const waiting = [...state.unread].some(([key, count]) => count && key !== unreadKey(state.me.id, state.chat));
  $("me").replaceChildren(avatar(nameOf(state.me), state.me.id), ...(waiting ? [make("span", { class: "dot" })] : []));
}

function drawer(shown) {
  document.body.classList.toggle("drawer", shown);
  $("shade").hidden = !shown;
  $("me").setAttribute("aria-expanded", String(shown));
}

export async function open(personId, chatId) {
  if (state.chat !== null) state.scroll.set(unreadKey(state.me.id, state.chat), atBottom() ? null : $("log").scrollTop);
  state.me = state.people.find((person) => person.id === personId) ?? state.people[0];
  state.chat = groupsOf(state.me).some((group) => group.id === chatId) ? chatId : state.me.id;
  history.replaceState(null, "", `#${state.me.id}/${state.chat}`);
  state.unread.set(unreadKey(state.me.id, state.chat), 0);
  state.missed = 0;
  drawer(false);
  const [told, menu] = await Promise.all([ask(`chats/${state.chat}/messages`), ask(`commands?person=${state.me.id}&chat=${state.chat}`)]);
  if (!told) return;
  state.messages.set(state.chat, new Map(told.messages.map((message) => [message.message_id, message])));
  state.keyboards.set(state.chat, told.keyboard);
  composer.reset(menu?.commands ?? [], words(), groupOf(state.chat) ? state.bot.username : "");
  drawAll();
}

function drawWords() {
  const say = words();
  document.documentElement.lang = state.me.language_code === "vi" ? "vi" : "en";
  $("people-title").textContent = say.who;
  $("people-note").textContent = say.note;
  for (const [id, text] of [["more", say.more], ["send", say.send], ["attach", say.attach], ["down", say.down], ["context-close", say.cancel]]) $(id).setAttribute("aria-label", text);
  $("me").setAttribute("aria-label", say.switch(nameOf(state.me)));
  $("unblock").textContent = say.unblock;
  for (const [id, text] of [["card-title", say.card], ["card-name-label", say.cardName], ["card-phone-label", say.cardPhone], ["card-cancel", say.cancel], ["card-send", say.send]]) $(id).textContent = text;
  $("lightbox-save").textContent = say.save;
  $("lightbox-close").textContent = say.close;
}

function drawHeader() {
  const group = groupOf(state.chat);
  const name = group?.title ?? state.bot.first_name;
  $("chat-avatar").replaceWith(Object.assign(avatar(name, state.chat, group ? "" : "bot"), { id: "chat-avatar" }));
  $("chat-title").textContent = name;
  document.title = name;
  const typing = (state.typing.get(state.chat) ?? 0) > Date.now();
  $("chat-note").textContent = typing ? words().typing : group ? words().members(new Set([...group.members, ...group.admins]).size + 1) : words().bot;
  $("chat-note").classList.toggle("busy", typing);
  const blocked = Boolean(state.chats.get(state.chat)?.blocked);
  $("composer").hidden = blocked;
  $("unblock").hidden = !blocked || Boolean(group);
}

// --- what was said ---------------------------------------------------------------------------------------------

const shown = () => [...(state.messages.get(state.chat) ?? new Map()).values()];
const atBottom = () => $("log").scrollHeight - $("log").scrollTop - $("log").clientHeight < NEAR_BOTTOM;

function toBottom(smooth = false) {
  $("log").scrollTo({ top: $("log").scrollHeight, behavior: smooth ? "smooth" : "instant" });
  state.missed = 0;
  drawDown();
}

function drawDown() {
  $("down").hidden = atBottom();
  $("down-count").textContent = state.missed || "";
}

const dayOf = (unix) => new Date(unix * 1000).toDateString();

function dayName(unix) {
  const now = Date.now();
  if (dayOf(unix) === new Date(now).toDateString()) return words().today;
  if (dayOf(unix) === new Date(now - 86_400_000).toDateString()) return words().yesterday;
  return new Date(unix * 1000).toLocaleDateString(state.me.language_code, { day: "numeric", month: "long" });
}

function drawMessages() {
  const rows = [];
  let before = null;
  const group = Boolean(groupOf(state.chat));
  for (const message of shown()) {
    if (!before || dayOf(before.date) !== dayOf(message.date)) rows.push(make("div", { class: "day" }, dayName(message.date)));
    const row = bubble(message, state.me.id, actions(), group);
    if (before && before.from.id === message.from.id && message.date - before.date < 300) row.classList.add("follows");
    rows.push(row);
    before = message;
  }
  $("bubbles").replaceChildren(...rows);
  $("empty").hidden = rows.length > 0;
  if (!rows.length) drawEmpty(group);
}

function drawEmpty(group) {
  const say = words();
  const examples = state.examples[state.me.language_code] ?? state.examples.en ?? [];
  const texts = group ? composer.commands.slice(0, 3).map((command) => `/${command.command}`) : ["/start", ...examples.slice(0, 4)];
  const chips = texts.map((text) => make("button", { type: "button", class: "chip", "data-testid": "example", onclick: () => (text === "/start" ? say_(text) : composer.put(text)) }, text));
  const title = make("h3", {}, group ? groupOf(state.chat).title : state.bot.first_name);
  const note = make("p", {}, group ? say.emptyGroup(state.bot.username) : say.emptyText);
  $("empty").replaceChildren(avatar(title.textContent, state.chat, group ? "" : "bot"), title, note, make("div", { class: "chips" }, ...chips));
}

function drawKeys() {
  const keyboard = state.keyboards.get(state.chat);
  const rows = keyboard?.keyboard ?? [];
  $("keys").hidden = !rows.length;
  const key = (button) => make("button", { type: "button", "data-testid": "reply-button", onclick: () => pressKey(button) }, button.text);
  $("keys").replaceChildren(...rows.map((row) => make("div", {}, ...row.map(key))));
  $("input").placeholder = keyboard?.input_field_placeholder ?? words().placeholder;
}

function drawAll() {
  drawWords();
  drawPeople();
  drawHeader();
  drawMessages();
  drawKeys();
  const kept = state.scroll.get(unreadKey(state.me.id, state.chat));
  if (typeof kept === "number") $("log").scrollTop = kept;
  else toBottom();
  drawDown();
}

// --- what you do -----------------------------------------------------------------------------------------------

const where = () => ({ person: state.me.id, chat: state.chat });

async function say_(text, extra = {}) {
  toBottom();
  return ask("send", { ...where(), text, ...extra });
}

async function pressKey(button) {
  if (!button.request_contact) return say_(button.text);
  return shareContact();
}

function shareContact() {
  const me = state.me;
  return ask("contact", { ...where(), phone: me.phone || "+84900000000", first_name: me.first_name, last_name: me.last_name, user_id: me.id });
}

// Somebody from the phone's book, as a contact card.
function cardSheet() {
  $("card-form").reset();
  $("card").showModal();
  $("card-name").focus();
}

function sendCard(event) {
  event.preventDefault();
  const [name, phone] = ["card-name", "card-phone"].map((id) => $(id).value.trim());
  if (!name) return $("card-name").focus();
  $("card").close();
  toBottom();
  return ask("contact", { ...where(), phone, first_name: name, vcard: `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\nEND:VCARD` });
}

async function pressInline(message, button, row, column, node) {
  if (button.url) return openLink(button.url);
  if (button.copy_text) return copy(button.copy_text.text);
  node.classList.add("busy");
  const told = await ask("press", { ...where(), message_id: message.message_id, row, column });
  node.classList.remove("busy");
  if (!told) return;
  if (!told.answer) return toast(words().noAnswer);
  const { text, show_alert: alert } = told.answer;
  if (text && alert) showAlert(text);
  else if (text) toast(text);
}

function openLink(address) {
  const full = /^[a-z]+:/i.test(address) ? address : `https://${address}`;
  let url;
  try {
    url = new URL(full);
  } catch {
    return;
  }
  const start = url.searchParams.get("start");
  const toBot = url.hostname === "t.me" && url.pathname.slice(1).toLowerCase() === state.bot.username.toLowerCase();
  if (toBot) return open(state.me.id, state.me.id).then(() => say_(start ? `/start ${start}` : "/start"));
  if (["http:", "https:"].includes(url.protocol)) window.open(url, "_blank", "noopener,noreferrer");
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = make("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(words().copied);
}

function enlarge(address, label) {
  $("lightbox-image").src = address;
  $("lightbox-image").alt = label;
  $("lightbox-save").href = `${address}?download=1`;
  $("lightbox").showModal();
}

function showAlert(text) {
  $("alert-text").textContent = text;
  $("alert").showModal();
}

let toastTimer;
export function toast(text) {
  clearTimeout(toastTimer);
  $("toast").textContent = text;
  $("toast").hidden = false;
  toastTimer = setTimeout(() => ($("toast").hidden = true), 3500);
}

function popup(items, event) {
  const box = $("popup");
  const item = ([id, label, act]) => make("button", { type: "button", role: "menuitem", "data-testid": `action-${id}`, onclick: () => (closePopup(), act()) }, label);
  box.replaceChildren(...items.map(item));
  box.hidden = false;
  const phone = box.parentElement.getBoundingClientRect();
  const at = event.clientX ? { x: event.clientX, y: event.clientY } : event.currentTarget.getBoundingClientRect();
  box.style.left = `${Math.max(8, Math.min(at.x - phone.left, phone.width - box.offsetWidth - 8))}px`;
  box.style.top = `${Math.max(8, Math.min(at.y - phone.top, phone.height - box.offsetHeight - 8))}px`;
  box.querySelector("button").focus({ preventScroll: true });
  event.stopPropagation();
}

const closePopup = () => ($("popup").hidden = true);

function bubbleMenu(message, event) {
  if (String(window.getSelection())) return;
  if (!$("popup").hidden) return closePopup();
  const say = words();
  const text = message.text ?? message.caption ?? "";
  const items = [["reply", say.reply, () => composer.replyTo(message, fullName(message.from), preview(message, say))]];
  if (text) items.push(["copy", say.copy, () => copy(text)]);
  if (message.from.id === state.me.id && (text || message.photo || message.document)) items.push(["edit", say.edit, () => composer.edit(message, text)]);
  popup(items, event);
}

function moreMenu(event) {
  const say = words();
  const dark = document.documentElement.dataset.theme === "dark" || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  const items = [
    ["theme", dark ? say.light : say.dark, () => setTheme(dark ? "light" : "dark")],
    ["contact", say.contact, shareContact],
    ["card", say.card, cardSheet],
  ];
  const blocked = state.chats.get(state.chat)?.blocked;
  if (!groupOf(state.chat)) items.push(["block", blocked ? say.unblock : say.block, () => ask("block", { person: state.me.id, blocked: !blocked })]);
  const times = [["hour", { advance_seconds: 3600 }], ["morning", MORNING], ["monday", { ...MORNING, weekday: 0 }]];
  if (state.comes) times.push(["next", { next: true }]);
  for (const [id, move] of times) items.push([`later-${id}`, say[`later_${id}`], () => moveClock(move)]);
  popup(items, event);
}

// What comes by the clock, such as a digest, arrives as soon as the clock is there; it is everybody's. It stops soon after
// what comes in the morning (digests at 8:00, alerts at 8:05, targets at 8:10, birthdays at 8:30): what a leap has passed
// by hours is as late as it would be after a night without the bot.
const MORNING = { hour: 8, minute: 35 };

async function moveClock(move) {
  const told = await ask("clock", move);
  if (!told) return;
  if (!told.came) return toast(words().nothing_comes);
  const language = state.me.language_code === "vi" ? "vi-VN" : "en-GB";
  toast(words().now(new Date(told.now).toLocaleString(language, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: state.zone })));
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("theme", theme);
}

const actions = () => ({ words: words(), copy, open: openLink, say: say_, enlarge, press: pressInline, menu: bubbleMenu });

// --- what happens ----------------------------------------------------------------------------------------------

function countUnread(message, chatId) {
  for (const person of state.people) {
    const inChat = chatId === person.id || groupsOf(person).some((group) => group.id === chatId);
    const seen = person.id === state.me.id && chatId === state.chat && !document.hidden;
    if (!inChat || seen || message.from.id === person.id) continue;
    state.unread.set(unreadKey(person.id, chatId), unreadOf(person.id, chatId) + 1);
  }
  drawSoon(drawPeople);
}

const soon = new Set();
function drawSoon(draw) {
  if (!soon.size) requestAnimationFrame(() => [...soon].forEach((one) => (soon.delete(one), one())));
  soon.add(draw);
}

function redraw() {
  const stay = atBottom();
  drawMessages();
  if (stay) toBottom();
  drawDown();
}

const handlers = {
  message({ chat_id: chat, message }) {
    if (message.by_bot) state.typing.delete(chat);
    countUnread(message, chat);
    state.messages.get(chat)?.set(message.message_id, message);
    if (chat !== state.chat) return;
    if (!atBottom()) state.missed += 1;
    drawSoon(redraw);
    drawSoon(drawHeader);
  },
  changed({ chat_id: chat, message }) {
    state.messages.get(chat)?.set(message.message_id, message);
    if (chat === state.chat) drawSoon(redraw);
  },
  removed({ chat_id: chat, message_id: id }) {
    state.messages.get(chat)?.delete(id);
    if (chat === state.chat) drawSoon(redraw);
  },
  keyboard({ chat_id: chat, keyboard }) {
    state.keyboards.set(chat, keyboard);
    if (chat === state.chat) drawSoon(drawKeys);
  },
  action({ chat_id: chat }) {
    state.typing.set(chat, Date.now() + TYPING_MS);
    drawSoon(drawHeader);
    setTimeout(() => drawSoon(drawHeader), TYPING_MS + 50);
  },
  async people() {
    await look();
    drawSoon(drawPeople);
    drawSoon(drawHeader);
  },
  async commands() {
    const menu = await ask(`commands?person=${state.me.id}&chat=${state.chat}`);
    composer.setCommands(menu?.commands ?? []);
    if (!$("empty").hidden) drawMessages();
  },
};

async function look() {
  const told = await ask("state");
  if (!told) return null;
  Object.assign(state, { bot: told.bot, people: told.people, groups: told.groups, examples: told.examples, zone: told.zone, comes: told.comes });
  if (state.session && state.session !== told.session) location.reload();
  state.session = told.session;
  state.chats = new Map(told.chats.map((chat) => [chat.id, chat]));
  return told;
}

function listen(seq) {
  const source = new EventSource(`/sim/events?after=${seq}`);
  let lost = false;
  source.onmessage = (event) => {
    const told = JSON.parse(event.data);
    handlers[told.kind]?.(told);
  };
  source.onerror = () => (lost = true);
  // A simulator started anew counts its events from one: begin again with it.
  source.onopen = () => lost && look().then(() => open(state.me.id, state.chat));
}

const composer = new Composer({
  send: (text, replyTo) => say_(text, replyTo ? { reply_to: replyTo } : {}),
  edit: (id, text) => ask("edit", { ...where(), message_id: id, text }),
  upload(file, caption, replyTo) {
    const form = new FormData();
    const picture = ["image/png", "image/jpeg", "image/webp"].includes(file.type);
    const fields = { ...where(), caption, kind: picture ? "photo" : "document", ...(replyTo ? { reply_to: replyTo } : {}) };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", file);
    return ask("upload", form);
  },
  lastOwn: () => shown().findLast((message) => message.from.id === state.me.id && message.text),
  toast,
});

function wire() {
  $("me").onclick = () => drawer(!document.body.classList.contains("drawer"));
  $("shade").onclick = () => drawer(false);
  $("more").onclick = moreMenu;
  $("down").onclick = () => toBottom(true);
  $("unblock").onclick = () => ask("block", { person: state.me.id, blocked: false });
  $("log").addEventListener("scroll", () => (atBottom() && (state.missed = 0), drawDown()), { passive: true });
  for (const id of ["lightbox", "lightbox-close"]) $(id).addEventListener("click", (event) => event.target.id !== "lightbox-save" && $("lightbox").close());
  $("card-form").addEventListener("submit", sendCard);
  $("card-cancel").onclick = () => $("card").close();
  $("card").addEventListener("click", (event) => event.target === $("card") && $("card").close());
  document.addEventListener("click", closePopup);
  document.addEventListener("keydown", (event) => event.key === "Escape" && (closePopup(), drawer(false), composer.cancel()));
  new ResizeObserver(() => drawDown()).observe($("log"));
}

async function begin() {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
  const told = await look();
  if (!told) return setTimeout(begin, 1500);
  wire();
  const [person, chat] = location.hash.slice(1).split("/").map(Number);
  await open(person || state.people[0]?.id, chat || person || state.people[0]?.id);
  document.body.dataset.ready = "true";
  listen(told.seq);
}

begin();
