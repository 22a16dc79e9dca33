// A player of the harness: its socket, the request that is being written, what it sent and got.
import { ask } from "../editor/ask.js";
import { offerPlayers } from "../editor/players.js";
import { Inspector } from "./inspector.js";
import { WireSocket } from "./socket.js";
import { fill, findFirst } from "./variables.js";

const ANSWER_MS = 15000;
const MOST_HISTORY = 50;
const MOST_READ = 50;
const LOOKS = { idle: ["◌", "neutral"], busy: ["◔", "waiting"], ready: ["●", "ok"], refused: ["✖", "failed"] };

let arrived = 0; // frames, of all panels

export class Panel extends EventTarget {
  /** Tells `sent` and `received`, each with the frame. */
  constructor(number, page, panels, mayConnect) {
    super();
    Object.assign(this, { number, page, panels, mayConnect });
    this.values = {};
    this.read = []; // the newest frames that came, each with its number among those of all panels
    this.asked = new Map(); // requestId → {at, answered}
    this.history = [];
    this.counter = 0;
    this.element = document.getElementById("panel-template").content.firstElementChild.cloneNode(true);
    this.#name();
    this.inspector = new Inspector(this.element, page.urls.trace);
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
    as.addEventListener("change", () => { this.#part("player").hidden = as.value !== "player"; });
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
      if (parsed !== undefined) this.editor.value = JSON.stringify(parsed, null, 2);
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
    if (!(await this.mayConnect())) return;
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
      closed: (why) => this.#end(why),
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
    this.wire = undefined;
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
    if (parsed === undefined) return;
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
      return undefined;
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
    const { requestId = `${Date.now()}_${(this.counter += 1)}`, ...given } = request;
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
      const newest = this.panels.flatMap(({ read }) => read).sort((one, other) => other.number - one.number);
      return findFirst(newest.map(({ frame }) => frame), name);
    }
    return this.panels.find((panel) => `p${panel.number}` === scope)?.values[name];
  }

  #frame(text, sent) {
    const frame = JSON.parse(text);
    const name = String(frame["@class"] ?? "?").replace(/^\./, "");
    if (sent) return this.inspector.add({ kind: "sent", name, text, at: new Date(), frame });
    const asked = this.asked.get(frame.requestId);
    const ms = asked && Math.round(performance.now() - asked.at);
    const response = asked !== undefined || name === "AuthenticatedConnectResponse";
    this.inspector.add({ kind: frame.error ? "fault" : response ? "response" : "message", name, text, at: new Date(), ms, frame });
    this.#learn(frame);
    this.dispatchEvent(new CustomEvent("received", { detail: frame }));
    if (asked) {
      this.asked.delete(frame.requestId);
      asked.answered();
    }
  }

  #learn(frame) {
    this.read.push({ frame, number: (arrived += 1) });
    if (this.read.length > MOST_READ) this.read.shift();
    const playerId = frame.userId ?? frame.playerId;
    if (!["AuthenticatedConnectResponse", "AuthenticationResponse", "RegistrationResponse"].some((name) => frame["@class"] === `.${name}`) || !playerId) return;
    this.values = { playerId, userId: playerId, authToken: frame.authToken, displayName: frame.displayName ?? this.values.displayName };
    this.#show("ready", "Connected");
  }
}
