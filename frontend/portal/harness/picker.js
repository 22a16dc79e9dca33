// The requests to pick from: typing filters, Enter fills the one that is chosen into the player's editor.

/**
 * @param {{group: string, name: string, caller: string, missing: boolean, request: object, fields: object[]}[]} requests
 * @param {(request: object) => void} pick
 */
export function startPicker(requests, pick) {
  const filter = document.getElementById("picker-filter");
  const list = document.getElementById("picker-list");
  const picked = document.querySelector("[data-part=picked]");
  const draw = () => {
    const wanted = filter.value.trim().toLowerCase();
    const groups = new Map();
    requests.forEach((each, index) => {
      if (!`${each.name} ${each.group}`.toLowerCase().includes(wanted)) return;
      if (!groups.has(each.group)) groups.set(each.group, Object.assign(document.createElement("optgroup"), { label: each.group }));
      groups.get(each.group).append(new Option(labelOf(each), String(index)));
    });
    list.replaceChildren(...groups.values());
    list.selectedIndex = 0;
  };
  const take = () => {
    const chosen = requests[Number(list.value)];
    if (!list.value || !chosen) return;
    picked.replaceChildren(...describe(chosen));
    picked.hidden = false;
    pick(chosen.request);
  };
  const onEnter = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    take();
  };
  filter.addEventListener("input", draw);
  filter.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") list.focus();
    onEnter(event);
  });
  list.addEventListener("keydown", onEnter);
  list.addEventListener("dblclick", take);
  draw();
}

function labelOf({ name, caller, missing }) {
  const marks = [missing && "not built yet", caller !== "player" && `${caller} credential`].filter(Boolean);
  return marks.length ? `${name} (${marks.join(", ")})` : name;
}

function describe({ name, fields }) {
  const title = Object.assign(document.createElement("h2"), { textContent: name });
  if (!fields.length) return [title, Object.assign(document.createElement("p"), { className: "muted", textContent: "No fields." })];
  const list = document.createElement("ul");
  list.append(...fields.map((field) => {
    const row = document.createElement("li");
    const words = [field.type, field.required && "required", field.values?.join(" | ")].filter(Boolean).join(", ");
    row.append(Object.assign(document.createElement("code"), { textContent: field.name }), ` ${words}`);
    return row;
  }));
  return [title, list];
}
