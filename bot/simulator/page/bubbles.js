// Draws messages. Everything people write goes in as text nodes, so nobody's words can become markup.

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function initials(name) {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words.at(-2), words.at(-1)] : [words[0]];
  return letters.map((word) => [...word][0] ?? "").join("").toUpperCase();
}

export function avatar(name, id, kind = "") {
  const mark = make("span", { class: `avatar tone-${Math.abs(id) % 7} ${kind}`, "aria-hidden": "true" });
  mark.append(kind === "bot" ? tick() : initials(name));
  return mark;
}

function tick() {
  const box = document.createElement("template");
  box.innerHTML = '<svg viewBox="0 0 32 32"><path d="M8.5 16.5l5 5 10-11.5"/></svg>'; // constant, nobody's text
  return box.content.firstChild;
}

export const clockTime = (unix) =>
  new Date(unix * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });

const WRAPPERS = {
  bold: "b",
  italic: "i",
  underline: "u",
  strikethrough: "s",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

function wrapper(entity, text, actions) {
  if (WRAPPERS[entity.type]) return make(WRAPPERS[entity.type]);
  const link = (onclick, extra = {}) => make("a", { href: "#", onclick: (event) => (event.preventDefault(), event.stopPropagation(), onclick()), ...extra });
  switch (entity.type) {
    case "code":
    case "pre":
      return make(entity.type, { title: actions.words.copy, role: "button", tabindex: "0", onclick: (event) => (event.stopPropagation(), actions.copy(text)) });
    case "text_link":
      return link(() => actions.open(entity.url), { "data-url": entity.url });
    case "url":
      return link(() => actions.open(text), { "data-url": text });
    case "bot_command":
      return link(() => actions.say(text), { class: "command" });
    case "spoiler":
      return make("span", { class: "spoiler", onclick: (event) => (event.stopPropagation(), event.currentTarget.classList.add("shown")) });
    case "mention":
    case "hashtag":
    case "text_mention":
    case "email":
      return make("span", { class: "tag" });
    default:
      return make("span");
  }
}

// Entities nest properly and come sorted by start, the longer first; offsets are UTF-16, as in JavaScript.
export function formatted(text, entities, actions, from = 0, to = text.length) {
  const out = document.createDocumentFragment();
  let at = from;
  let rest = [...(entities ?? [])];
  while (rest.length) {
    const entity = rest.shift();
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < at || end <= entity.offset) continue;
    out.append(text.slice(at, entity.offset));
    const inner = rest.filter((other) => other.offset < end);
    rest = rest.filter((other) => other.offset >= end);
    const node = wrapper(entity, text.slice(entity.offset, end), actions);
    node.append(formatted(text, inner, actions, entity.offset, end));
    out.append(node);
    at = end;
  }
  out.append(text.slice(at, to));
  return out;
}

export function preview(message, words) {
  const text = message.text ?? message.caption;
  if (text) return text.split("\n")[0];
  if (message.photo) return "🖼";
  return message.document?.file_name ?? message.contact?.first_name ?? words.file;
}

function photo(message, actions) {
  const size = message.photo.at(-1);
  const address = `/sim/files/${encodeURIComponent(size.file_id)}`;
  const label = preview(message, actions.words);
  const image = make("img", { src: address, alt: label, width: size.width, height: size.height, draggable: "false" });
  const open = (event) => (event.stopPropagation(), actions.enlarge(address, label));
  return make("button", { type: "button", class: "photo", "data-testid": "picture", "aria-label": `${actions.words.open}: ${label}`, onclick: open }, image);
}

function fileSize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const tenths = (size) => size.toLocaleString(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return bytes < 1024 * 1024 ? `${tenths(bytes / 1024)} KB` : `${tenths(bytes / 1024 / 1024)} MB`;
}

function documentRow(file) {
  const extension = (file.file_name.split(".").at(-1) ?? "").slice(0, 4).toUpperCase();
  const address = `/sim/files/${encodeURIComponent(file.file_id)}?download=1`;
  const text = make("span", {}, make("b", {}, file.file_name), make("small", {}, fileSize(file.file_size)));
  return make("a", { class: "document", "data-testid": "document", href: address, download: file.file_name, onclick: (event) => event.stopPropagation() }, make("span", { class: "extension" }, extension), text);
}

function contactRow(contact) {
  const name = [contact.first_name, contact.last_name].filter(Boolean).join(" ");
  return make("span", { class: "document contact" }, avatar(name, contact.user_id ?? 3), make("span", {}, make("b", {}, name), make("small", {}, contact.phone_number)));
}

function quote(original, words) {
  return make("span", { class: `quote tone-${Math.abs(original.from.id) % 7}` }, make("b", {}, fullName(original.from)), make("span", {}, preview(original, words)));
}

export const fullName = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ");

function inlineKeyboard(message, actions) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  const box = make("div", { class: "inline", "data-testid": "inline-keyboard" });
  rows.forEach((row, r) => {
    const line = make("div", { class: "inline-row" });
    row.forEach((button, c) => {
      const press = (event) => actions.press(message, button, r, c, event.currentTarget);
      const mark = button.url ? "↗" : button.copy_text ? "⧉" : null;
      line.append(make("button", { type: "button", "data-testid": "inline-button", "data-data": button.callback_data, onclick: press }, make("span", {}, button.text), mark && make("small", { "aria-hidden": "true" }, mark)));
    });
    box.append(line);
  });
  return box;
}

function body(message, from, actions, inGroup) {
  const text = message.text ?? message.caption ?? "";
  const entities = message.entities ?? message.caption_entities;
  const box = make("div", { class: "bubble", tabindex: "0", onclick: (event) => actions.menu(message, event), onkeydown: (event) => event.key === "Enter" && event.target === event.currentTarget && actions.menu(message, event) });
  if (inGroup && from !== "me") box.append(make("span", { class: `sender tone-${Math.abs(message.from.id) % 7}` }, fullName(message.from)));
  if (message.reply_to_message) box.append(quote(message.reply_to_message, actions.words));
  if (message.photo) box.append(photo(message, actions));
  if (message.document) box.append(documentRow(message.document));
  if (message.contact) box.append(contactRow(message.contact));
  const time = make("span", { class: "time" }, message.edit_date ? make("span", { class: "edited", "data-testid": "edited" }, actions.words.edited) : null, clockTime(message.date), from === "me" ? make("span", { class: "ticks", "aria-hidden": "true" }, "✓✓") : null);
  const reactions = message.reactions?.length ? make("span", { class: "reactions", "data-testid": "reactions" }, ...message.reactions) : null;
  if (text) box.append(make("div", { class: "text", dir: "auto", "data-testid": "text" }, formatted(text, entities, actions)));
  const last = make("span", { class: "last" });
  if (reactions) last.append(reactions);
  last.append(time);
  box.append(last);
  box.classList.toggle("bare", !text && Boolean(message.photo) && !reactions);
  return box;
}

export function bubble(message, me, actions, inGroup) {
  const from = message.by_bot ? "bot" : message.from.id === me ? "me" : "other";
  const row = make("article", { class: `row ${from}`, "data-testid": "bubble", "data-message-id": message.message_id, "data-from": from, "data-sender": message.from.id });
  const column = make("div", { class: message.photo ? "column wide" : "column" }, body(message, from, actions, inGroup), inlineKeyboard(message, actions));
  if (inGroup && from !== "me") row.append(avatar(fullName(message.from), message.from.id, from === "bot" ? "bot" : ""));
  row.append(column);
  return row;
}
