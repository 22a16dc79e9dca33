// Replay: the last real messages of the class, rendered with the draft.
import { post, read } from "./ask.js";
import { sentence } from "./problems.js";

/**
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} area
 * @param {() => string} url on the stage that is chosen now
 * @param {() => object} draft
 */
export function startReplay(button, area, url, draft) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const answer = await post(url(), { draft: draft() });
      if (answer.ok) window.htmx.swap(area, await answer.text(), { swapStyle: "innerHTML" });
      else {
        const { problems, error } = await read(answer);
        area.textContent = problems ? `Not replayed: ${sentence(problems[0])}` : error;
      }
    } finally {
      button.disabled = false;
    }
  });
}
