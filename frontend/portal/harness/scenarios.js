// Scenarios: what several players sent and got, recorded, kept with the game, and replayed step by step.
import { ask } from "../editor/ask.js";

const LEAST_WAIT = 3; // seconds
const HANDSHAKE = ".AuthenticatedConnectResponse";
const part = (name) => document.querySelector(`[data-part=${name}]`);
const button = (name) => document.querySelector(`[data-act=${name}]`);

export class Scenarios {
  constructor(page, panels) {
    Object.assign(this, { page, panels });
    this.steps = undefined; // while it records
    this.recording = [];
    this.sentAt = 0;
    this.arrived = new Map(); // while it replays: by panel, the classes that nothing waited for yet
    this.waiting = [];
    this.kept = document.getElementById("scenario");
    this.form = document.querySelector(".save-scenario");
    this.#offer(page.scenarios);
    button("record").addEventListener("click", () => this.#toggle());
    this.form.addEventListener("submit", (event) => this.#save(event));
    button("replay").addEventListener("click", () => this.#replay());
    button("delete").addEventListener("click", () => this.#change({ name: this.kept.value, delete: true }));
    button("export").addEventListener("click", () => this.#export());
    document.getElementById("scenario-file").addEventListener("change", (event) => this.#import(event.target));
  }

  /** A panel that is new. */
  watch(panel) {
    panel.addEventListener("sent", ({ detail }) => {
      this.sentAt = performance.now();
      this.#record({ panel: panel.number, send: detail });
    });
    panel.addEventListener("received", ({ detail }) => {
      const name = detail["@class"];
      if (name === HANDSHAKE) return;
      const within = Math.min(60, Math.max(LEAST_WAIT, Math.ceil((performance.now() - this.sentAt) / 500)));
      this.#record({ panel: panel.number, expect: name, within });
      this.#arrive(panel.number, name);
    });
  }

  #record(step) {
    if (!this.steps || this.steps.length >= 200) return;
    this.steps.push(step);
    part("recorded").textContent = `${this.steps.length} ${this.steps.length === 1 ? "step" : "steps"}`;
  }

  #toggle() {
    if (this.steps) {
      this.recording = this.steps;
      this.steps = undefined;
    } else {
      this.steps = [];
      part("recorded").textContent = "Recording";
    }
    const on = this.steps !== undefined;
    button("record").setAttribute("aria-pressed", String(on));
    button("record").textContent = on ? "Stop" : "Record";
    this.form.hidden = on || !this.recording.length;
  }

  async #save(event) {
    event.preventDefault();
    const name = document.getElementById("scenario-name").value.trim();
    if (await this.#change({ name, steps: this.recording })) {
      this.form.hidden = true;
      this.kept.value = name;
    }
  }

  async #change(asked) {
    const answer = await ask(this.page.urls.scenarios, asked);
    part("verdict").textContent = answer.error ?? (asked.delete ? "Deleted." : "Saved with the game.");
    if (answer.scenarios) this.#offer(answer.scenarios);
    return !answer.error;
  }

  #offer(scenarios) {
    this.scenarios = scenarios;
    this.kept.replaceChildren(...scenarios.map(({ name }) => new Option(name)));
    for (const name of ["replay", "export", "delete"]) button(name).disabled = !scenarios.length;
  }

  get #chosen() {
    return this.scenarios.find(({ name }) => name === this.kept.value);
  }

  #export() {
    const file = new Blob([JSON.stringify(this.#chosen, null, 1)], { type: "application/json" });
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: `${this.#chosen.name}.json` });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  async #import(input) {
    try {
      const { name, steps } = JSON.parse(await input.files[0].text());
      await this.#change({ name, steps });
    } catch (fault) {
      part("verdict").textContent = `This is no scenario: ${fault.message}`;
    }
    input.value = "";
  }

  async #replay() {
    const { name, steps } = this.#chosen;
    this.arrived = new Map();
    part("verdicts").replaceChildren();
    part("verdict").textContent = `Replaying ${name}`;
    let passed = 0;
    for (const step of steps) {
      const fault = await this.#run(step).then(() => "", (failed) => failed.message);
      part("verdicts").append(this.#verdict(step, fault));
      if (fault) break;
      passed += 1;
    }
    part("verdict").textContent = passed === steps.length ? `✔ Passed: all ${passed} steps.` : `✖ Failed at step ${passed + 1} of ${steps.length}.`;
  }

  async #run(step) {
    const panel = this.panels.find(({ number }) => number === step.panel);
    if (!panel?.connected) throw new Error(`player ${step.panel} is not connected`);
    if (step.send) panel.send(step.send);
    else await this.#expect(step);
  }

  #arrive(number, name) {
    const waiting = this.waiting.find((each) => each.panel === number && each.expect === name);
    if (waiting) waiting.came();
    else this.arrived.set(number, [...(this.arrived.get(number) ?? []), name]);
  }

  #expect({ panel, expect, within }) {
    const before = this.arrived.get(panel) ?? [];
    if (before.includes(expect)) {
      before.splice(before.indexOf(expect), 1);
      return Promise.resolve();
    }
    return new Promise((came, failed) => {
      const waiting = { panel, expect, came: () => { this.#forget(waiting); came(); } };
      this.waiting.push(waiting);
      setTimeout(() => { this.#forget(waiting); failed(new Error(`nothing within ${within} s`)); }, within * 1000);
    });
  }

  #forget(waiting) {
    this.waiting = this.waiting.filter((each) => each !== waiting);
  }

  #verdict(step, fault) {
    const what = step.send ? `sent ${step.send["@class"]}` : `got ${step.expect}`;
    const row = document.createElement("li");
    row.className = fault ? "state-failed" : "state-ok";
    row.textContent = `${fault ? "✖" : "✔"} player ${step.panel} ${what}${fault ? `: ${fault}` : ""}`;
    return row;
  }
}
