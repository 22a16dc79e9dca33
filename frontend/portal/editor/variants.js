// The variants of a message: added, moved by buttons, by Alt+arrows and by dragging. The server does the same
// for who has no script, by the very buttons.
const form = document.getElementById("message-form");
const list = document.getElementById("variant-list");
const template = document.getElementById("variant-template");
const said = document.getElementById("moved");

const rows = () => [...list.querySelectorAll("[data-variant-row]")];
const order = (row) => row.querySelector('[name$="-ORDER"]');

function nameOf(row) {
  const query = row.querySelector('[name$="-query"]').value;
  return query || (row.querySelector('[name$="-own_query"]').value.trim() ? "own query" : "new variant");
}

/** Writes each row's place where the server and the reader look for it. */
function number() {
  rows().forEach((row, index) => {
    order(row).value = index + 1;
    row.querySelector(".variant-name").textContent = `${index + 1}. ${nameOf(row)}`;
    for (const [name, words] of [["up", "up"], ["down", "down"]]) {
      row.querySelector(`button[name="${name}"]`).setAttribute("aria-label", `Move variant ${index + 1} ${words}`);
    }
  });
}

function changed() {
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function announce(row) {
  said.textContent = `${nameOf(row)}, moved to ${rows().indexOf(row) + 1} of ${rows().length}`;
}

function moveBy(row, step) {
  const all = rows();
  const to = all.indexOf(row) + step;
  if (to < 0 || to >= all.length) return;
  const focused = document.activeElement;
  if (step < 0) all[to].before(row);
  else all[to].after(row);
  focused?.focus();
  number();
  announce(row);
  changed();
}

function add() {
  const total = form.elements["variants-TOTAL_FORMS"];
  const made = template.content.cloneNode(true);
  for (const element of made.querySelectorAll("*")) {
    for (const attribute of element.attributes) {
      attribute.value = attribute.value.replaceAll("__prefix__", total.value);
    }
  }
  list.append(made);
  const row = rows().at(-1);
  total.value = Number(total.value) + 1;
  number();
  row.querySelector('[name$="-query"]').focus();
  changed();
}

function drag(event) {
  const row = event.target.closest("[data-variant-row]");
  const before = rows().indexOf(row);
  event.preventDefault();
  row.classList.add("dragged");
  const over = (move) => {
    const others = rows().filter((each) => each !== row);
    const next = others.find((each) => {
      const box = each.getBoundingClientRect();
      return move.clientY < box.top + box.height / 2;
    });
    if (next) next.before(row);
    else list.append(row);
  };
  const drop = () => {
    document.removeEventListener("pointermove", over);
    row.classList.remove("dragged");
    if (rows().indexOf(row) === before) return;
    number();
    announce(row);
    changed();
  };
  document.addEventListener("pointermove", over);
  document.addEventListener("pointerup", drop, { once: true });
  document.addEventListener("pointercancel", drop, { once: true });
}

if (template) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="up"], button[name="down"], button[name="add"]');
    if (!button) return;
    event.preventDefault();
    if (button.name === "add") add();
    else moveBy(button.closest("[data-variant-row]"), button.name === "up" ? -1 : 1);
  });
  list.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    moveBy(event.target.closest("[data-variant-row]"), event.key === "ArrowUp" ? -1 : 1);
  });
  list.addEventListener("pointerdown", (event) => {
    if (event.target.matches(".handle")) drag(event);
  });
  list.addEventListener("change", number);
}
