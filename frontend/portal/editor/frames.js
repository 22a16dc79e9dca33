// The devices: what the server rendered, as text in frames. Nothing here is markup.

const NAMES = { ios: "iOS lock screen", android: "Android notification", windows: "Windows toast", web: "Web notification" };

/**
 * @param {HTMLElement} pane
 * @param {{document: string, payloads: Record<string, {shown: {title: string, sub_title: string, body: string, note: string}}>}} preview
 */
export function fillFrames(pane, preview) {
  for (const frame of pane.querySelectorAll("[data-device]")) {
    const { shown } = preview.payloads[frame.dataset.device];
    fill(frame, "title", shown.title);
    fill(frame, "subTitle", shown.sub_title);
    fill(frame, "body", shown.body);
    fill(frame, "note", shown.note);
    const words = [shown.title, shown.sub_title, shown.body, shown.note].filter(Boolean).join(", ");
    frame.setAttribute("aria-label", `${frame.dataset.name ?? NAMES[frame.dataset.device]}: ${words || "nothing"}`);
  }
  pane.querySelector("[data-document]").textContent = preview.document;
}

function fill(frame, name, text) {
  for (const node of frame.querySelectorAll(`[data-text=${name}]`)) {
    node.textContent = text;
    node.hidden = text === "";
  }
}

/**
 * Tabs as ARIA has them: arrow keys move, the chosen one alone is in the order of Tab.
 * @param {HTMLElement} list
 */
export function tabs(list) {
  const all = [...list.querySelectorAll("[role=tab]")];
  const choose = (tab) => {
    for (const each of all) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
      document.getElementById(each.getAttribute("aria-controls")).hidden = each !== tab;
    }
  };
  for (const tab of all) tab.addEventListener("click", () => choose(tab));
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    choose(next);
    next.focus();
  });
  choose(all[0]);
}
