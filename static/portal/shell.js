// frontend/portal/shell/keys.js
var WAIT_MS = 1500;
var FIELDS = "input, textarea, select, [contenteditable], [role=textbox], [role=combobox]";
var FILTER = "main form[role=search] :is(input:not([type=hidden]), select)";
var html = document.documentElement;
var began = 0;
function open(id) {
  const dialog2 = document.getElementById(id);
  if (dialog2.open) return;
  dialog2.showModal();
  dialog2.dispatchEvent(new Event("opened"));
}
function isTyping(event) {
  return event.composedPath()[0].closest?.(FIELDS) || document.querySelector("dialog[open]:modal");
}
function single(key) {
  if (began && performance.now() - began < WAIT_MS) {
    began = 0;
    const link2 = document.querySelector(`.side [data-go="${CSS.escape(key)}"]`);
    link2?.click();
    return link2 !== null;
  }
  began = 0;
  if (key === "g") began = performance.now();
  else if (key === "?") open("shortcuts");
  else if (key === "/") document.querySelector(FILTER)?.focus();
  return key === "/" || key === "?";
}
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open("palette");
  } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat && html.dataset.singleKeys !== "off") {
    if (!isTyping(event) && single(event.key)) event.preventDefault();
  }
});
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) open(opener.dataset.opens);
  if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
});
function reveal(id) {
  for (const button2 of document.querySelectorAll(`button[data-opens=${id}]`)) button2.hidden = false;
}
reveal("shortcuts");
if (/^(Mac|iP)/.test(navigator.platform)) {
  for (const key of document.querySelectorAll("[data-command]")) key.textContent = key.textContent.replace("Ctrl ", "\u2318");
}

// frontend/portal/shell/palette.js
var dialog = document.getElementById("palette");
var field = document.getElementById("palette-q");
var found = document.getElementById("palette-found");
var count = document.getElementById("palette-count");
var chosen = -1;
function options() {
  return [...found.querySelectorAll("[role=option]")];
}
function choose(index) {
  const all = options();
  chosen = all.length ? (index + all.length) % all.length : -1;
  all.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
  if (chosen < 0) return field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-activedescendant", all[chosen].id);
  all[chosen].scrollIntoView({ block: "nearest" });
}
function shown() {
  const { length } = options();
  field.setAttribute("aria-expanded", String(length > 0));
  if (length) field.setAttribute("aria-controls", "palette-list");
  else field.setAttribute("aria-controls", "palette-found");
  count.textContent = field.value ? `${length} found` : "";
  choose(0);
}
dialog.addEventListener("opened", () => {
  field.value = "";
  found.replaceChildren();
  shown();
  field.dispatchEvent(new Event("opened"));
});
found.addEventListener("htmx:afterSwap", shown);
field.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    choose(chosen + step);
  } else if (event.key === "Enter") {
    event.preventDefault();
    options()[chosen]?.click();
  } else if (event.key === "Escape") {
    event.preventDefault();
    dialog.close();
  }
});
found.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (!option) return;
  dialog.close();
  if (option.dataset.sends) document.querySelector(`[data-form=${option.dataset.sends}]`).requestSubmit();
});
reveal("palette");

// frontend/portal/shell/live.js
var AGAIN_MS = 3e3;
var opened = /* @__PURE__ */ new Date();
var answeredAt = /* @__PURE__ */ new WeakMap();
var notices = /* @__PURE__ */ new WeakMap();
var waiting = /* @__PURE__ */ new WeakSet();
var WHY = {
  0: "The server cannot be reached.",
  401: "You are signed out.",
  403: "Your role does not allow this.",
  404: "This is not there any more.",
  429: "Too many requests; wait a second."
};
function asksAgain(element) {
  return /\b(load|every)\b/.test(element.getAttribute("hx-trigger") ?? "");
}
function clock(date) {
  return date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}
function say(element, look, words, ...more) {
  notices.get(element)?.remove();
  const notice = document.createElement("p");
  notice.className = `live-said ${look}`;
  notice.setAttribute("role", look === "failed-part" ? "alert" : "status");
  notice.append(words, ...more);
  notices.set(element, notice);
  element.after(notice);
}
function link(words, href) {
  return Object.assign(document.createElement("a"), { href, textContent: words });
}
function button(words, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: words });
  made.addEventListener("click", act);
  return made;
}
function failed({ detail }) {
  const { elt, xhr, requestConfig } = detail;
  const { verb, path } = requestConfig;
  const again = () => {
    waiting.delete(elt);
    if (elt.isConnected) window.htmx.ajax(verb, path, { source: elt });
  };
  const gone = xhr.status >= 400 && xhr.status < 500 && xhr.status !== 429;
  if (asksAgain(elt) && !gone) {
    const at = clock(answeredAt.get(elt) ?? opened);
    if (!notices.has(elt)) say(elt, "paused", `Live updates paused; reconnecting\u2026 What you see is of ${at}.`);
    if (!waiting.has(elt)) setTimeout(again, AGAIN_MS);
    waiting.add(elt);
    return;
  }
  const id = xhr.getResponseHeader("X-Request-Id");
  const why = WHY[xhr.status] ?? "The server failed; the fault is in its log.";
  const ways = xhr.status === 401 ? link("Sign in", "/login/") : button("Retry", again);
  say(elt, "failed-part", `${why}${id ? ` Request ${id}.` : ""} `, ways);
}
document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:timeout", failed);
document.addEventListener("htmx:load", ({ detail }) => answeredAt.set(detail.elt, /* @__PURE__ */ new Date()));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) return;
  answeredAt.set(detail.elt, /* @__PURE__ */ new Date());
  notices.get(detail.elt)?.remove();
  notices.delete(detail.elt);
});

// frontend/portal/shell/copy.js
var SAID_MS = 2e3;
function reveal2(root) {
  if (!navigator.clipboard) return;
  for (const button2 of root.querySelectorAll("[data-copy], [data-copy-text]")) button2.hidden = false;
}
document.addEventListener("click", async ({ target }) => {
  const button2 = target.closest("[data-copy], [data-copy-text]");
  if (!button2) return;
  const { copy, copyText } = button2.dataset;
  await navigator.clipboard.writeText(copyText ?? document.getElementById(copy).textContent);
  const said = button2.querySelector("[aria-hidden]") ?? button2;
  const [words, label] = [said.textContent, button2.getAttribute("aria-label")];
  said.textContent = said === button2 ? "Copied" : "\u2713";
  if (label) button2.setAttribute("aria-label", "Copied");
  setTimeout(() => {
    said.textContent = words;
    if (label) button2.setAttribute("aria-label", label);
  }, SAID_MS);
});
document.addEventListener("htmx:load", ({ detail }) => reveal2(detail.elt));
reveal2(document);
