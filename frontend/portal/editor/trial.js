// Test sends: a real message to one player, marked as a test; its trace follows below.
import { offerPlayers } from "./players.js";
import { sceneOf } from "./preview.js";

/**
 * @param {HTMLFormElement} form
 * @param {HTMLFormElement} controls of the preview, whose variant and data are sent
 * @param {{urls: {trial: Record<string, string>, players: Record<string, string>}}} page
 * @param {() => boolean} unsaved
 */
export function startTrial(form, controls, page, unsaved) {
  const stage = form.elements.stage;
  offerPlayers(form.elements.player, () => page.urls.players[stage.value]);
  const arrange = () => {
    form.querySelector("[data-part=confirm]").hidden = stage.value !== "live";
    form.elements.confirmed.disabled = stage.value !== "live";
    form.querySelector("[data-part=unsaved]").hidden = !unsaved();
  };
  form.addEventListener("input", arrange);
  form.addEventListener("focusin", arrange);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    arrange();
    const sent = new FormData(form);
    const { past, data } = sceneOf(controls);
    sent.set("past", stage.value === controls.elements.stage.value ? past : "");
    sent.set("sample", data);
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      const answer = await fetch(page.urls.trial[stage.value], { method: "POST", body: sent });
      window.htmx.swap("#trial-answer", await answer.text(), { swapStyle: "outerHTML" });
    } finally {
      button.disabled = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  arrange();
}
