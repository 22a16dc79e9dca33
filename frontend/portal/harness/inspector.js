// The frames of one socket: the newest at the end, at most 2,000, drawn together once a picture.

const MOST = 2000;
const ANNOUNCE_MS = 2000;
const KINDS = { sent: ["▲", "Sent"], response: ["▼", "Response"], message: ["◆", "Message"], fault: ["✖", "Error"] };
const MESSAGE_ID = /^[0-9a-f]{24}$/;

/** @typedef {{kind: string, name: string, text: string, at: Date, ms?: number, frame: any}} Entry */

export class Inspector {
  /**
   * @param {HTMLElement} panel
   * @param {string} traceUrl
   */
  constructor(panel, traceUrl) {
    this.frame = panel.querySelector(".frames");
    this.list = this.frame.firstElementChild;
    this.filter = panel.querySelector("[data-part=filter]");
    this.pauseButton = panel.querySelector("[data-act=pause]");
    this.announced = panel.querySelector("[data-part=announced]");
    this.traceUrl = traceUrl;
    this.waiting = [];
    this.unheard = 0;
    this.drawing = false;
    this.filter.addEventListener("input", () => [...this.list.children].forEach((row) => this.#sift(row)));
    this.pauseButton.addEventListener("click", () => this.#pause());
    panel.querySelector("[data-act=clear]").addEventListener("click", () => this.list.replaceChildren());
    setInterval(() => this.#announce(), ANNOUNCE_MS);
  }

  /** @param {Entry} entry */
  add(entry) {
    this.waiting.push(entry);
    if (this.waiting.length > MOST) this.waiting.shift();
    if (entry.kind === "message") this.unheard += 1;
    this.#draw();
  }

  get paused() {
    return this.pauseButton.getAttribute("aria-pressed") === "true";
  }

  #pause() {
    this.pauseButton.setAttribute("aria-pressed", String(!this.paused));
    this.pauseButton.textContent = this.paused ? "Go on" : "Pause";
    this.#draw();
  }

  #draw() {
    if (this.paused) this.pauseButton.textContent = `Go on (${this.waiting.length} new)`;
    if (this.paused || this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      const atEnd = this.frame.scrollTop + this.frame.clientHeight >= this.frame.scrollHeight - 40;
      this.list.append(...this.waiting.splice(0).map((entry) => this.#row(entry)));
      while (this.list.children.length > MOST) this.list.firstElementChild.remove();
      if (atEnd) this.frame.scrollTop = this.frame.scrollHeight;
    });
  }

  #row(entry) {
    const [icon, word] = KINDS[entry.kind];
    const row = document.createElement("li");
    row.className = `wire-frame wire-frame-${entry.kind}`;
    row.dataset.name = entry.name;
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.append(part("kind", `${icon} ${word}`), part("name", entry.name), part("when", whenOf(entry)));
    details.append(summary);
    details.addEventListener("toggle", () => details.childElementCount === 1 && details.append(...this.#inside(entry)), { once: true });
    row.append(details);
    this.#sift(row);
    return row;
  }

  #inside(entry) {
    const text = document.createElement("pre");
    text.textContent = JSON.stringify(entry.frame, null, 1);
    const copy = document.createElement("button");
    copy.type = "button";
    copy.className = "quiet small";
    copy.textContent = "Copy";
    copy.addEventListener("click", () => navigator.clipboard?.writeText(entry.text));
    const line = document.createElement("p");
    line.append(copy);
    if (entry.kind === "message" && MESSAGE_ID.test(entry.frame.messageId)) {
      const trace = document.createElement("a");
      trace.href = `${this.traceUrl}?id=${entry.frame.messageId}`;
      trace.target = "_blank";
      trace.textContent = "Trace, in a new tab";
      line.append(" ", trace);
    }
    return [text, line];
  }

  #sift(row) {
    row.hidden = !row.dataset.name.toLowerCase().includes(this.filter.value.trim().toLowerCase());
  }

  #announce() {
    if (!this.unheard) return;
    this.announced.textContent = `${this.unheard} new ${this.unheard === 1 ? "message" : "messages"}`;
    this.unheard = 0;
  }
}

function part(name, text) {
  const made = document.createElement("span");
  made.className = `wire-frame-part-${name}`;
  made.textContent = text;
  return made;
}

function whenOf({ at, ms, text }) {
  const clock = `${at.toLocaleTimeString("en-GB")}.${String(at.getMilliseconds()).padStart(3, "0")}`;
  return `${ms === undefined ? "" : `${ms} ms · `}${new Blob([text]).size} B · ${clock}`;
}
