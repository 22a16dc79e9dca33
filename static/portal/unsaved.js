// frontend/portal/unsaved.js
var form = document.querySelector("form[data-guard]");
var dialog = document.getElementById("leave");
var notice = document.getElementById("draft");
var KEY = `flint draft ${form.dataset.key}`;
var DOT = "\u25CF ";
var NOT_KEPT = /* @__PURE__ */ new Set(["csrfmiddlewaretoken", "player"]);
var leaving = false;
var first = state();
var dirty = form.hasAttribute("data-unsaved");
function entries() {
  return [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.has(name) && typeof value === "string");
}
function state() {
  return JSON.stringify(entries());
}
function keep() {
  dirty = form.hasAttribute("data-unsaved") || state() !== first;
  document.title = (dirty ? DOT : "") + document.title.replace(DOT, "");
  if (dirty) sessionStorage.setItem(KEY, JSON.stringify({ at: Date.now(), entries: entries() }));
  else sessionStorage.removeItem(KEY);
}
function restore(draft) {
  const again = document.createElement("form");
  again.method = "post";
  again.hidden = true;
  const token = form.elements["csrfmiddlewaretoken"].value;
  for (const [name, value] of [["csrfmiddlewaretoken", token], ["redraw", "1"], ...draft.entries]) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    again.append(field);
  }
  document.body.append(again);
  leaving = true;
  again.submit();
}
function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}
function offer() {
  const kept = notice && !dirty && sessionStorage.getItem(KEY);
  if (!kept) return;
  const draft = JSON.parse(kept);
  const words = document.createElement("span");
  words.textContent = `A draft of ${new Date(draft.at).toLocaleTimeString()} was kept in this tab.`;
  const discard = () => {
    sessionStorage.removeItem(KEY);
    notice.hidden = true;
  };
  notice.replaceChildren(words, button("Restore the draft", () => restore(draft)), button("Discard", discard));
  notice.hidden = false;
}
form.addEventListener("input", keep);
form.addEventListener("change", keep);
form.addEventListener("submit", () => {
  leaving = true;
  sessionStorage.removeItem(KEY);
});
window.addEventListener("beforeunload", (event) => {
  if (dirty && !leaving) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!dirty || leaving || !link || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.closest("dialog") === dialog || link.getAttribute("href").startsWith("#") || link.hasAttribute("download")) return;
  event.preventDefault();
  dialog.querySelector("[data-leave]").href = link.href;
  dialog.showModal();
});
dialog.querySelector("[data-stay]").addEventListener("click", () => dialog.close());
dialog.querySelector("[data-leave]").addEventListener("click", () => {
  leaving = true;
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  event.preventDefault();
  form.querySelector('button[name="save"]')?.click();
});
document.querySelector(".faults[autofocus], .clash[autofocus]")?.focus();
if (dirty) document.title = DOT + document.title;
offer();
