// The keyboard of every page: buttons and keys that open a dialog, single keys outside of fields.
const WAIT_MS = 1500; // for the key that follows g
const FIELDS = "input, textarea, select, [contenteditable], [role=textbox], [role=combobox]";
const FILTER = "main form[role=search] :is(input:not([type=hidden]), select)";
const html = document.documentElement;
let began = 0;

/** Opens the native dialog of that id, which takes the focus and gives it back. */
function open(id) {
  const dialog = document.getElementById(id);
  if (dialog.open) return;
  dialog.showModal();
  dialog.dispatchEvent(new Event("opened"));
}

function isTyping(event) {
  return event.composedPath()[0].closest?.(FIELDS) || document.querySelector("dialog[open]:modal");
}

function single(key) {
  if (began && performance.now() - began < WAIT_MS) {
    began = 0;
    const link = document.querySelector(`.side [data-go="${CSS.escape(key)}"]`);
    link?.click();
    return link !== null;
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

/** Shows the buttons that open the dialog, now that they do. */
export function reveal(id) {
  for (const button of document.querySelectorAll(`button[data-opens=${id}]`)) button.hidden = false;
}

reveal("shortcuts");
if (/^(Mac|iP)/.test(navigator.platform)) {
  for (const key of document.querySelectorAll("[data-command]")) key.textContent = key.textContent.replace("Ctrl ", "⌘");
}
