// The test harness: up to four players with sockets of their own, one picker and one set of scenarios for all.
import { Panel } from "./harness/panel.js";
import { startPicker } from "./harness/picker.js";
import { Scenarios } from "./harness/scenarios.js";

const MOST = 4;
const page = JSON.parse(document.getElementById("harness").textContent);
const place = document.querySelector("[data-part=panels]");
const dialog = document.getElementById("live-asked");
const add = document.querySelector("[data-act=add-panel]");
const ASKED = `flint harness live ${page.key}`;

/** Live asks once in a tab. */
function mayConnect() {
  if (page.stage !== "live" || sessionStorage.getItem(ASKED)) return Promise.resolve(true);
  return new Promise((decided) => {
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "yes") sessionStorage.setItem(ASKED, "1");
      decided(dialog.returnValue === "yes");
    }, { once: true });
    dialog.returnValue = "no";
    dialog.showModal();
  });
}

if (place) {
  const panels = [];
  const scenarios = new Scenarios(page, panels);
  let current;
  const addPanel = () => {
    const panel = new Panel(panels.length + 1, page, panels, mayConnect);
    panel.element.addEventListener("focusin", () => { current = panel; });
    panels.push(panel);
    scenarios.watch(panel);
    place.append(panel.element);
    add.disabled = panels.length === MOST;
    return panel;
  };
  current = addPanel();
  add.addEventListener("click", () => addPanel().connection.elements.credential.focus());
  startPicker(page.requests, (request) => {
    current.editor.value = JSON.stringify(request, null, 2);
    current.editor.focus();
  });
  document.addEventListener("keydown", (event) => {
    const panel = event.altKey && panels[Number(event.key) - 1];
    if (!panel) return;
    event.preventDefault();
    panel.editor.focus();
  });
} else {
  add.disabled = true;
}
