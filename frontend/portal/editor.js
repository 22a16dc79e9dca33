// The message editor: puts editors in the place of its fields, and keeps check, preview and replay in step with
// what is typed. The page is whole without it, but for these.
import "./editor/variants.js";
import { ask, settled } from "./editor/ask.js";
import { keyOf, numberOf, onChange, readDraft, rowsOf, variantNames } from "./editor/draft.js";
import { mountJsonField } from "./editor/json-field.js";
import { offerPlayers } from "./editor/players.js";
import { offerVariants, startPreview } from "./editor/preview.js";
import { goToNext, showProblems } from "./editor/problems.js";
import { startReplay } from "./editor/replay.js";
import { mountTemplateField } from "./editor/template-field.js";
import { startTrial } from "./editor/trial.js";

const PAUSE = 250; // ms without a key
const form = /** @type {HTMLFormElement} */ (document.getElementById("message-form"));
const pane = document.getElementById("message-preview");
const page = { ...JSON.parse(document.getElementById("message-page").textContent), nonce: pane.dataset.nonce };

const editors = new Map();
const draft = () => readDraft(form);
const saved = form.hasAttribute("data-unsaved") ? "" : JSON.stringify(draft());
let problems = [];

const controls = pane.querySelector("form.preview-controls");
const preview = startPreview(pane, page, draft, tellPayloads);
const check = settled(PAUSE, async (signal) => {
  const answer = await ask(page.urls.check, { draft: draft() }, signal);
  problems = (answer.problems ?? []).map((each) => ({ ...each, key: keyOf(each.field, numberAt(each.variant)) }));
  showProblems(editors, problems);
});

/** The form's number of the variant that stands at the index. */
function numberAt(index) {
  return index === null ? "" : numberOf(rowsOf(form)[index]?.querySelector("[data-field]") ?? form);
}

/** Fields come and go with variants. */
function mountAll() {
  for (const [key, { input }] of editors) if (!input.isConnected) editors.delete(key);
  for (const field of form.querySelectorAll("[data-field], [data-json]")) {
    const key = keyOf(field.dataset.json ? `json.${field.dataset.json}` : field.dataset.field, numberOf(field));
    if (!editors.has(key)) editors.set(key, field.dataset.json ? mountJsonField(field, page) : mountTemplateField(field, page));
  }
}

function tellPayloads(payloads) {
  for (const { input, payload } of editors.values()) payload?.(payloads[input.dataset.json]);
}

function refresh() {
  mountAll();
  offerVariants(controls.elements.variant, variantNames(draft()));
  check();
  preview();
}

onChange(form, refresh);
document.addEventListener("keydown", (event) => {
  if (event.key !== "F8") return;
  event.preventDefault();
  goToNext(editors, problems);
});
offerPlayers(controls.elements.player, () => page.urls.players[controls.elements.stage.value]);

const replay = pane.querySelector("[data-part=replay]");
if (replay) startReplay(replay, pane.querySelector("[data-part=replayed]"), () => page.urls.replay[controls.elements.stage.value], draft);

const trial = document.getElementById("trial-form");
if (trial) startTrial(trial, controls, page, () => JSON.stringify(draft()) !== saved);
refresh();
