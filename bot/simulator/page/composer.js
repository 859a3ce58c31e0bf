// The input field: sending, replying, editing, attaching, and the command menu with type-ahead.

import { make } from "./bubbles.js";

const $ = (id) => document.getElementById(id);
const TALLEST = 160;

export class Composer {
  constructor(act) {
    this.act = act;
    this.commands = [];
    this.words = null;
    this.target = null;
    this.address = "";
    this.chosen = -1;
    $("composer").addEventListener("submit", (event) => (event.preventDefault(), this.submit()));
    $("input").addEventListener("input", () => (this.grow(), this.suggest()));
    $("input").addEventListener("keydown", (event) => this.key(event));
    $("menu").addEventListener("click", (event) => (event.stopPropagation(), this.toggleMenu()));
    $("attach").addEventListener("click", () => $("file").click());
    $("file").addEventListener("change", () => this.attach());
    $("context-close").addEventListener("click", () => this.cancel());
  }

  reset(commands, words, address) {
    this.words = words;
    this.address = address;
    this.setCommands(commands);
    $("input-label").textContent = words.placeholder;
    $("menu").lastElementChild.textContent = words.menu;
    $("menu").setAttribute("aria-label", words.menu);
    this.cancel();
    this.hide();
    if (matchMedia("(pointer: fine)").matches) $("input").focus({ preventScroll: true });
  }

  setCommands(commands) {
    this.commands = commands;
  }

  put(text) {
    $("input").value = text;
    this.grow();
    this.suggest();
    $("input").focus();
    $("input").setSelectionRange(text.length, text.length);
  }

  grow() {
    const field = $("input");
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, TALLEST)}px`;
    $("composer").classList.toggle("filled", field.value.trim() !== "");
  }

  async submit() {
    const text = $("input").value.trim();
    if (!text) return;
    const target = this.target;
    this.hide();
    this.cancel();
    $("input").value = "";
    this.grow();
    const done = target?.editing ? await this.act.edit(target.id, text) : await this.act.send(text, target?.id);
    if (!done && !$("input").value) this.put(text);
  }

  key(event) {
    if (event.isComposing) return;
    const options = [...$("suggest").querySelectorAll("button")];
    const open = !$("suggest").hidden && options.length > 0;
    if (open && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      return this.choose(options, (this.chosen + step + options.length) % options.length);
    }
    if (open && event.key === "Tab") return event.preventDefault(), options[Math.max(this.chosen, 0)].click();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (open && this.chosen >= 0) return options[this.chosen].click();
      return this.submit();
    }
    if (event.key === "Escape") return this.hide();
    if (event.key === "ArrowUp" && !$("input").value) {
      const own = this.act.lastOwn();
      if (own) event.preventDefault(), this.edit(own, own.text);
    }
  }

  choose(options, place) {
    this.chosen = place;
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === place)));
    options[place]?.scrollIntoView({ block: "nearest" });
  }

  suggest() {
    const typed = $("input").value;
    if (!/^\/[\w@]*$/.test(typed)) return this.hide();
    this.list(this.commands.filter((one) => `/${one.command}`.startsWith(typed.toLowerCase().split("@")[0])), false);
  }

  toggleMenu() {
    if (!$("suggest").hidden) return this.hide();
    if (!this.commands.length) return this.act.toast(this.words.noCommands);
    this.list(this.commands, true);
  }

  // From the menu a command is sent at once, as on a phone; from type-ahead it is put in, to be finished.
  list(commands, atOnce) {
    this.chosen = -1;
    const option = (one) => {
      const text = `/${one.command}${this.address ? `@${this.address}` : ""}`;
      const pick = () => (this.hide(), atOnce ? this.act.send(text) : this.put(`${text} `));
      return make("button", { type: "button", role: "option", "aria-selected": "false", "data-testid": "suggestion", onclick: pick }, make("b", {}, `/${one.command}`), make("span", {}, one.description));
    };
    $("suggest").replaceChildren(...commands.map(option));
    $("suggest").hidden = commands.length === 0;
  }

  hide() {
    $("suggest").hidden = true;
    this.chosen = -1;
  }

  context(title, text) {
    $("context-title").textContent = title;
    $("context-text").textContent = text;
    $("context").hidden = false;
    $("input").focus();
  }

  replyTo(message, name, text) {
    this.target = { id: message.message_id, editing: false };
    this.context(`${this.words.reply} · ${name}`, text);
  }

  edit(message, text) {
    this.target = { id: message.message_id, editing: true };
    this.context(this.words.edit, text);
    this.put(text);
  }

  cancel() {
    if (this.target?.editing) $("input").value = "";
    this.target = null;
    $("context").hidden = true;
    this.grow();
  }

  async attach() {
    const [file] = $("file").files;
    if (!file) return;
    const caption = $("input").value.trim();
    const target = this.target?.editing ? null : this.target?.id;
    $("file").value = "";
    if (await this.act.upload(file, caption, target)) {
      $("input").value = "";
      this.cancel();
    }
  }
}
