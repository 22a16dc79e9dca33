// Players to pick from, beneath a field that takes an id or a user name.
import { ask } from "./ask.js";

/**
 * @param {HTMLInputElement} input with a datalist
 * @param {() => string} url of the search on the stage that is chosen now
 */
export function offerPlayers(input, url) {
  const options = input.list;
  let timer = 0;
  const look = async () => {
    const answer = await ask(`${url()}?q=${encodeURIComponent(input.value)}`);
    options.replaceChildren(...(answer.players ?? []).map(optionOf));
  };
  input.addEventListener("focus", look);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 200);
  });
}

function optionOf({ id, name, userName, tested }) {
  const label = [name, userName && `(${userName})`, tested && "· tested before"].filter(Boolean).join(" ");
  return new Option(label, userName || id);
}
