// Players to pick from, beneath a field that takes an id or a user name.
import { ask, settled } from "./ask.js";

const PAUSE = 200; // ms without a key

/**
 * @param {HTMLInputElement} input with a datalist
 * @param {() => string} url of the search on the stage that is chosen now
 */
export function offerPlayers(input, url) {
  const options = input.list;
  const look = settled(PAUSE, async (signal) => {
    const answer = await ask(`${url()}?q=${encodeURIComponent(input.value)}`, undefined, signal);
    options.replaceChildren(...(answer.players ?? []).map(optionOf));
  });
  input.addEventListener("focus", look);
  input.addEventListener("input", look);
}

function optionOf({ id, name, userName, tested }) {
  const label = [name, userName && `(${userName})`, tested && "· tested before"].filter(Boolean).join(" ");
  return new Option(label, userName || id);
}
