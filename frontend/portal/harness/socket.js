// One socket of a player's: the handshake, signed by the portal, then frames in both directions.
import { ask } from "../editor/ask.js";

const CLOSED = {
  1000: "the server ended it",
  1001: "the server is going away",
  1006: "the connection was lost or refused",
  1008: "the server refused it",
  1009: "a frame was too large",
  1012: "the server restarts",
  1013: "the server is full; try again later",
  4401: "the server refused the handshake",
  4403: "you are signed out of the portal, or may not do this any more",
};

/** Words about why a socket closed, with the code. */
export function closedWords(code, reason) {
  return `${CLOSED[code] ?? "closed"} (${code})${reason ? `: ${reason}` : ""}`;
}

export class WireSocket {
  /**
   * @param {{socket: string, key: string, urls: {sign: string}}} page
   * @param {string} credential
   * @param {string} authToken of the player to be, "" for nobody
   * @param {{frame: (text: string, sent: boolean) => void, ready: (frame: object) => void, closed: (why: string) => void}} told
   */
  constructor(page, credential, authToken, told) {
    this.page = page;
    this.credential = credential;
    this.authToken = authToken;
    this.told = told;
    this.refused = "";
    this.socket = new WebSocket(`${page.socket}${encodeURIComponent(credential)}/${page.key}`);
    this.socket.addEventListener("message", (event) => this.#receive(event.data));
    this.socket.addEventListener("close", (event) => told.closed(this.refused || closedWords(event.code, event.reason)));
  }

  send(document) {
    const text = JSON.stringify(document);
    this.told.frame(text, true);
    this.socket.send(text);
  }

  close() {
    this.refused = "you disconnected";
    this.socket.close(1000);
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
      this.socket.close(1000);
      return;
    }
    const login = this.authToken ? { authToken: this.authToken } : {};
    this.send({ "@class": ".AuthenticatedConnectRequest", hmac, portalSession, platform: "Test harness", ...login });
  }
}
