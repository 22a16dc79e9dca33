// frontend/portal/editor/ask.js
function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}
function post(url, body, signal) {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
    signal
  });
}
function settled(delay, ask2) {
  let timer = 0;
  let running = new AbortController();
  return () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      running.abort();
      running = new AbortController();
      const { signal } = running;
      try {
        await ask2(signal);
      } catch (fault) {
        if (!signal.aborted) throw fault;
      }
    }, delay);
  };
}
async function ask(url, body, signal) {
  try {
    return await read(await (body === void 0 ? fetch(url, { signal }) : post(url, body, signal)));
  } catch (fault) {
    if (signal?.aborted) throw fault;
    return { error: "The server was not reached. Saving is a matter of its own." };
  }
}
async function read(answer) {
  if ((answer.headers.get("Content-Type") ?? "").startsWith("application/json")) return answer.json();
  return { error: `The server answered ${answer.status}.` };
}

// frontend/portal/editor/players.js
var PAUSE = 200;
function offerPlayers(input, url) {
  const options = input.list;
  const look = settled(PAUSE, async (signal) => {
    const answer = await ask(`${url()}?q=${encodeURIComponent(input.value)}`, void 0, signal);
    options.replaceChildren(...(answer.players ?? []).map(optionOf));
  });
  input.addEventListener("focus", look);
  input.addEventListener("input", look);
}
function optionOf({ id, name, userName, tested }) {
  const label = [name, userName && `(${userName})`, tested && "\xB7 tested before"].filter(Boolean).join(" ");
  return new Option(label, userName || id);
}

// frontend/portal/harness/inspector.js
var MOST = 2e3;
var ANNOUNCE_MS = 2e3;
var KINDS = { sent: ["\u25B2", "Sent"], response: ["\u25BC", "Response"], message: ["\u25C6", "Message"], fault: ["\u2716", "Error"] };
var MESSAGE_ID = /^[0-9a-f]{24}$/;
var Inspector = class {
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
};
function part(name, text) {
  const made = document.createElement("span");
  made.className = `wire-frame-part-${name}`;
  made.textContent = text;
  return made;
}
function whenOf({ at, ms, text }) {
  const clock = `${at.toLocaleTimeString("en-GB")}.${String(at.getMilliseconds()).padStart(3, "0")}`;
  return `${ms === void 0 ? "" : `${ms} ms \xB7 `}${new Blob([text]).size} B \xB7 ${clock}`;
}

// frontend/portal/harness/socket.js
var CLOSED = {
  1e3: "the server ended it",
  1001: "the server is going away",
  1006: "the connection was lost or refused",
  1008: "the server refused it",
  1009: "a frame was too large",
  1012: "the server restarts",
  1013: "the server is full; try again later",
  4401: "the server refused the handshake",
  4403: "you are signed out of the portal, or may not do this any more"
};
function closedWords(code, reason) {
  return `${CLOSED[code] ?? "closed"} (${code})${reason ? `: ${reason}` : ""}`;
}
var WireSocket = class {
  /**
   * @param {{socket: string, key: string, urls: {sign: string}}} page
   * @param {string} credential
   * @param {string} authToken of the player to be, "" for nobody
   * @param {{frame: (text: string, sent: boolean) => void, ready: (frame: object) => void, closed: (why: string) => void}} told
   */
  constructor(page2, credential, authToken, told) {
    this.page = page2;
    this.credential = credential;
    this.authToken = authToken;
    this.told = told;
    this.refused = "";
    this.socket = new WebSocket(`${page2.socket}${encodeURIComponent(credential)}/${page2.key}`);
    this.socket.addEventListener("message", (event) => this.#receive(event.data));
    this.socket.addEventListener("close", (event) => told.closed(this.refused || closedWords(event.code, event.reason)));
  }
  send(document2) {
    const text = JSON.stringify(document2);
    this.told.frame(text, true);
    this.socket.send(text);
  }
  close() {
    this.refused = "you disconnected";
    this.socket.close(1e3);
  }
  async #receive(text) {
    this.told.frame(text, false);
    const frame = JSON.parse(text);
    if (frame["@class"] !== ".AuthenticatedConnectResponse") return;
    if (frame.error) this.refused = `the handshake was refused: ${JSON.stringify(frame.error)}`;
    else if (frame.nonce) await this.#prove(frame.nonce);
    else if (frame.sessionId) this.told.ready(frame);
  }
  async #prove(nonce) {
    const { hmac, portalSession, error } = await ask(this.page.urls.sign, { credential: this.credential, nonce });
    if (error) {
      this.refused = error;
      this.socket.close(1e3);
      return;
    }
    const login = this.authToken ? { authToken: this.authToken } : {};
    this.send({ "@class": ".AuthenticatedConnectRequest", hmac, portalSession, platform: "Test harness", ...login });
  }
};

// frontend/portal/harness/variables.js
var VARIABLE = /\{\{\s*(p[1-4]|last)\.(\w+)\s*\}\}/g;
function findFirst(documents, name) {
  for (const document2 of documents) {
    const found = find(document2, name);
    if (found !== void 0) return found;
  }
  return void 0;
}
function find(document2, name) {
  let level = [document2];
  while (level.length) {
    const objects = level.filter((each) => each !== null && typeof each === "object");
    for (const each of objects) if (!Array.isArray(each) && Object.hasOwn(each, name)) return each[name];
    level = objects.flatMap((each) => Object.values(each));
  }
  return void 0;
}
function fill(value, look) {
  if (typeof value === "string") return fillText(value, look);
  if (Array.isArray(value)) return value.map((each) => fill(each, look));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, look)]));
}
function fillText(text, look) {
  const valueOf = (whole, scope, name) => {
    const found = look(scope, name);
    if (found === void 0 || found === "") throw new Error(`${whole} has no value yet.`);
    return found;
  };
  const alone = [...text.matchAll(VARIABLE)].find(([whole]) => whole === text);
  if (alone) return valueOf(...alone);
  return text.replace(VARIABLE, (...match) => {
    const found = valueOf(...match);
    return typeof found === "string" ? found : JSON.stringify(found);
  });
}

// frontend/portal/harness/panel.js
var ANSWER_MS = 15e3;
var MOST_HISTORY = 50;
var MOST_READ = 50;
var LOOKS = { idle: ["\u25CC", "neutral"], busy: ["\u25D4", "waiting"], ready: ["\u25CF", "ok"], refused: ["\u2716", "failed"] };
var arrived = 0;
var Panel = class extends EventTarget {
  /** Tells `sent` and `received`, each with the frame. */
  constructor(number, page2, panels, mayConnect2) {
    super();
    Object.assign(this, { number, page: page2, panels, mayConnect: mayConnect2 });
    this.values = {};
    this.read = [];
    this.asked = /* @__PURE__ */ new Map();
    this.history = [];
    this.counter = 0;
    this.element = document.getElementById("panel-template").content.firstElementChild.cloneNode(true);
    this.#name();
    this.inspector = new Inspector(this.element, page2.urls.trace);
    this.connection = this.element.querySelector(".connection");
    this.sending = this.element.querySelector(".sending");
    this.editor = this.sending.elements.json;
    this.#listen();
    this.#show("idle", "Not connected");
  }
  get connected() {
    return this.ready === true;
  }
  #part(name) {
    return this.element.querySelector(`[data-part=${name}]`);
  }
  /** Gives every field an id of this panel's, and its label the same. */
  #name() {
    this.element.setAttribute("aria-label", `Player ${this.number}`);
    this.element.querySelector("h2").textContent = `Player ${this.number}`;
    for (const label of this.element.querySelectorAll(".field > label")) {
      const field = label.parentElement.querySelector("select, input, textarea");
      field.id = `p${this.number}-${field.name}`;
      label.htmlFor = field.id;
      label.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: ` of player ${this.number}` }));
    }
    const list = this.element.querySelector("datalist");
    list.id = `p${this.number}-players`;
    this.element.querySelector("[name=player]").setAttribute("list", list.id);
    this.#part("filter").setAttribute("aria-label", `Filter frames of player ${this.number} by class`);
    this.element.querySelector(".frames").setAttribute("aria-label", `Frames of player ${this.number}`);
  }
  #listen() {
    const { as, player } = this.connection.elements;
    as.addEventListener("change", () => {
      this.#part("player").hidden = as.value !== "player";
    });
    offerPlayers(player, () => this.page.urls.players);
    this.connection.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.wire) this.wire.close();
      else this.connect();
    });
    this.sending.addEventListener("submit", (event) => {
      event.preventDefault();
      this.sendWritten();
    });
    this.editor.addEventListener("keydown", (event) => this.#key(event));
    this.sending.querySelector("[data-act=format]").addEventListener("click", () => {
      const parsed = this.#parse();
      if (parsed !== void 0) this.editor.value = JSON.stringify(parsed, null, 2);
    });
  }
  #key(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.sendWritten();
    } else if (event.key === "ArrowUp" && !this.editor.value && this.history.length) {
      event.preventDefault();
      this.editor.value = this.history.at(-1);
    }
  }
  async connect() {
    const { credential, as, player } = this.connection.elements;
    if (!await this.mayConnect()) return;
    this.values = {};
    let login = { authToken: "" };
    if (as.value === "player") {
      login = await ask(this.page.urls.token, { player: player.value });
      if (login.error) return this.#show("refused", login.error);
    }
    this.#show("busy", "Connecting");
    this.wire = new WireSocket(this.page, credential.value, login.authToken, {
      frame: (text, sent) => this.#frame(text, sent),
      ready: (frame) => this.#begin(frame, as.value),
      closed: (why) => this.#end(why)
    });
    this.#part("connect").textContent = "Disconnect";
  }
  #begin(frame, as) {
    this.ready = true;
    this.#show("ready", "Connected");
    if (as === "device") {
      const deviceId = `harness-${crypto.getRandomValues(new Uint32Array(2)).join("")}`;
      this.send({ "@class": ".DeviceAuthenticationRequest", deviceId, deviceOS: "WEB" });
    }
  }
  #end(why) {
    const meant = why === "you disconnected";
    this.ready = false;
    this.wire = void 0;
    this.#part("connect").textContent = "Connect";
    this.#show(meant ? "idle" : "refused", meant ? "Not connected" : `Closed: ${why}`);
  }
  #show(look, words) {
    const [icon, colour] = LOOKS[look];
    const state = this.#part("state");
    state.className = `state state-${colour}`;
    state.textContent = `${icon} ${words}`;
    const { playerId, displayName } = this.values;
    this.#part("who").textContent = look === "ready" && playerId ? `as ${displayName || "player"} ${playerId}` : "";
  }
  /** What is written: one request, or an array of them, each after the answer to the one before. */
  async sendWritten() {
    const parsed = this.#parse();
    if (parsed === void 0) return;
    if (!this.connected) return this.#fault("Connect first.");
    this.history.push(this.editor.value);
    if (this.history.length > MOST_HISTORY) this.history.shift();
    const items = Array.isArray(parsed) ? parsed : [parsed];
    try {
      for (const item of items) {
        const answered = this.send(item);
        if (items.length > 1) await answered;
      }
    } catch (fault) {
      this.#fault(fault.message);
    }
  }
  #parse() {
    this.#fault("");
    try {
      return JSON.parse(this.editor.value);
    } catch (fault) {
      this.#fault(fault.message);
      return void 0;
    }
  }
  #fault(words) {
    this.#part("fault").textContent = words;
  }
  /**
   * Sends one request, with an id of its own; the promise is kept once it is answered, or given up.
   * @throws {Error} where a variable has no value
   */
  send(request) {
    const { requestId = `${Date.now()}_${this.counter += 1}`, ...given } = request;
    const filled = fill(given, (scope, name) => this.#look(scope, name));
    this.dispatchEvent(new CustomEvent("sent", { detail: given }));
    return new Promise((answered) => {
      this.asked.set(requestId, { at: performance.now(), answered });
      setTimeout(() => this.asked.delete(requestId) && answered(), ANSWER_MS);
      this.wire.send({ ...filled, requestId });
    });
  }
  #look(scope, name) {
    if (scope === "last") {
      const newest = this.panels.flatMap(({ read: read2 }) => read2).sort((one, other) => other.number - one.number);
      return findFirst(newest.map(({ frame }) => frame), name);
    }
    return this.panels.find((panel) => `p${panel.number}` === scope)?.values[name];
  }
  #frame(text, sent) {
    const frame = JSON.parse(text);
    const name = String(frame["@class"] ?? "?").replace(/^\./, "");
    if (sent) return this.inspector.add({ kind: "sent", name, text, at: /* @__PURE__ */ new Date(), frame });
    const asked = this.asked.get(frame.requestId);
    const ms = asked && Math.round(performance.now() - asked.at);
    const response = asked !== void 0 || name === "AuthenticatedConnectResponse";
    this.inspector.add({ kind: frame.error ? "fault" : response ? "response" : "message", name, text, at: /* @__PURE__ */ new Date(), ms, frame });
    this.#learn(frame);
    this.dispatchEvent(new CustomEvent("received", { detail: frame }));
    if (asked) {
      this.asked.delete(frame.requestId);
      asked.answered();
    }
  }
  #learn(frame) {
    this.read.push({ frame, number: arrived += 1 });
    if (this.read.length > MOST_READ) this.read.shift();
    const playerId = frame.userId ?? frame.playerId;
    if (!["AuthenticatedConnectResponse", "AuthenticationResponse", "RegistrationResponse"].some((name) => frame["@class"] === `.${name}`) || !playerId) return;
    this.values = { playerId, userId: playerId, authToken: frame.authToken, displayName: frame.displayName ?? this.values.displayName };
    this.#show("ready", "Connected");
  }
};

// frontend/portal/harness/picker.js
function startPicker(requests, pick) {
  const filter = document.getElementById("picker-filter");
  const list = document.getElementById("picker-list");
  const picked = document.querySelector("[data-part=picked]");
  const draw = () => {
    const wanted = filter.value.trim().toLowerCase();
    const groups = /* @__PURE__ */ new Map();
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

// frontend/portal/harness/scenarios.js
var LEAST_WAIT = 3;
var HANDSHAKE = ".AuthenticatedConnectResponse";
var part2 = (name) => document.querySelector(`[data-part=${name}]`);
var button = (name) => document.querySelector(`[data-act=${name}]`);
var Scenarios = class {
  constructor(page2, panels) {
    Object.assign(this, { page: page2, panels });
    this.steps = void 0;
    this.recording = [];
    this.sentAt = 0;
    this.arrived = /* @__PURE__ */ new Map();
    this.waiting = [];
    this.kept = document.getElementById("scenario");
    this.form = document.querySelector(".save-scenario");
    this.#offer(page2.scenarios);
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
    part2("recorded").textContent = `${this.steps.length} ${this.steps.length === 1 ? "step" : "steps"}`;
  }
  #toggle() {
    if (this.steps) {
      this.recording = this.steps;
      this.steps = void 0;
    } else {
      this.steps = [];
      part2("recorded").textContent = "Recording";
    }
    const on = this.steps !== void 0;
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
    part2("verdict").textContent = answer.error ?? (asked.delete ? "Deleted." : "Saved with the game.");
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
      part2("verdict").textContent = `This is no scenario: ${fault.message}`;
    }
    input.value = "";
  }
  async #replay() {
    const { name, steps } = this.#chosen;
    this.arrived = /* @__PURE__ */ new Map();
    part2("verdicts").replaceChildren();
    part2("verdict").textContent = `Replaying ${name}`;
    let passed = 0;
    for (const step of steps) {
      const fault = await this.#run(step).then(() => "", (failed) => failed.message);
      part2("verdicts").append(this.#verdict(step, fault));
      if (fault) break;
      passed += 1;
    }
    part2("verdict").textContent = passed === steps.length ? `\u2714 Passed: all ${passed} steps.` : `\u2716 Failed at step ${passed + 1} of ${steps.length}.`;
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
    else this.arrived.set(number, [...this.arrived.get(number) ?? [], name]);
  }
  #expect({ panel, expect, within }) {
    const before = this.arrived.get(panel) ?? [];
    if (before.includes(expect)) {
      before.splice(before.indexOf(expect), 1);
      return Promise.resolve();
    }
    return new Promise((came, failed) => {
      const waiting = { panel, expect, came: () => {
        this.#forget(waiting);
        came();
      } };
      this.waiting.push(waiting);
      setTimeout(() => {
        this.#forget(waiting);
        failed(new Error(`nothing within ${within} s`));
      }, within * 1e3);
    });
  }
  #forget(waiting) {
    this.waiting = this.waiting.filter((each) => each !== waiting);
  }
  #verdict(step, fault) {
    const what = step.send ? `sent ${step.send["@class"]}` : `got ${step.expect}`;
    const row = document.createElement("li");
    row.className = fault ? "state-failed" : "state-ok";
    row.textContent = `${fault ? "\u2716" : "\u2714"} player ${step.panel} ${what}${fault ? `: ${fault}` : ""}`;
    return row;
  }
};

// frontend/portal/harness.js
var MOST2 = 4;
var page = JSON.parse(document.getElementById("harness").textContent);
var place = document.querySelector("[data-part=panels]");
var dialog = document.getElementById("live-asked");
var add = document.querySelector("[data-act=add-panel]");
var ASKED = `flint harness live ${page.key}`;
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
    panel.element.addEventListener("focusin", () => {
      current = panel;
    });
    panels.push(panel);
    scenarios.watch(panel);
    place.append(panel.element);
    add.disabled = panels.length === MOST2;
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
