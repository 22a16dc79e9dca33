// The command palette: what is typed is asked of the server (htmx), and a result is chosen by keys or mouse.
import { reveal } from "./keys.js";

const dialog = document.getElementById("palette");
const field = document.getElementById("palette-q");
const found = document.getElementById("palette-found");
const count = document.getElementById("palette-count");
let chosen = -1;

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
    event.preventDefault(); // a search field would first be emptied
    dialog.close();
  }
});
found.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (!option) return;
  dialog.close(); // before others look at the click: a form that is not saved asks first
  if (option.dataset.sends) document.querySelector(`[data-form=${option.dataset.sends}]`).requestSubmit();
});
reveal("palette");
