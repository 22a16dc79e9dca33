// The live preview: asks the server for what the draft becomes, keeps the last good one while there is a fault.
import { ask, settled } from "./ask.js";
import { fillFrames, tabs } from "./frames.js";
import { sentence } from "./problems.js";

const PAUSE = 250; // ms without a key
const GUIDES = { title: 40, body: 110 }; // characters that a lock screen shows, about

/**
 * @param {HTMLElement} pane
 * @param {{urls: {preview: string, past: Record<string, string>}}} page
 * @param {() => object} draft
 * @param {(payloads: Record<string, object>) => void} told about the payloads of each good preview
 */
export function startPreview(pane, page, draft, told) {
  const part = (name) => pane.querySelector(`[data-part=${name}]`);
  const controls = pane.querySelector("form.preview-controls");
  tabs(pane.querySelector("[role=tablist]"));

  const look = settled(PAUSE, async (signal) => {
    const answer = await ask(page.urls.preview, { draft: draft(), ...sceneOf(controls) }, signal);
    if (answer.problems && !answer.payloads) say(part("state"), "fault", `The preview is the last good one. ${sentence(answer.problems[0])}`);
    else if (answer.error) say(part("state"), "fault", `Preview unavailable. ${answer.error}`);
    else show(answer);
  });

  function show(answer) {
    const which = answer.variant === null ? "the message's own texts" : `variant ${answer.variant + 1}`;
    say(part("state"), "good", `Rendered by the server for ${answer.player}: ${which}.`);
    fillFrames(pane, answer);
    list(part("warnings"), answer.warnings);
    list(part("tried"), answer.tried.map(triedWords));
    const body = answer.summary.length;
    part("matching").textContent = "";
    if (answer.variant !== null) tellMatching(part("matching"), page, controls.elements.stage.value, draft().variants[answer.variant]?.query);
    part("lengths").textContent = `Title ${answer.title.length} of about ${GUIDES.title} characters, message ${body} of about ${GUIDES.body}, that a lock screen shows.`;
    told(answer.payloads);
  }

  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("input", () => {
    arrange(controls, pane);
    look();
  });
  arrange(controls, pane);
  startPast(controls, page);
  return look;
}

/** About how many players have the variant that is shown, if no earlier one is theirs. */
async function tellMatching(node, page, stage, query) {
  if (!query) return;
  const { matching, lookedAt, complete } = await ask(page.urls.estimate[stage], { query });
  if (matching === undefined) return;
  const of = complete ? `${lookedAt.toLocaleString("en")} players` : `the first ${lookedAt.toLocaleString("en")} players looked at`;
  node.textContent = `Its query matches ${matching.toLocaleString("en")} of ${of} on ${stage === "live" ? "LIVE" : stage}.`;
}

/**
 * The draft's variants, as a choice of what is shown.
 * @param {HTMLSelectElement} select
 * @param {string[]} names
 */
export function offerVariants(select, names) {
  const wanted = names.map((name, index) => `${index + 1}. ${name}`);
  const options = [...select.options].filter((option) => /^\d/.test(option.value));
  if (JSON.stringify(options.map((option) => option.text)) === JSON.stringify(wanted)) return;
  const chosen = select.value;
  for (const option of options) option.remove();
  const last = select.options[select.options.length - 1];
  wanted.forEach((words, index) => last.before(new Option(words, String(index))));
  select.value = [...select.options].some((option) => option.value === chosen) ? chosen : "";
}

/** What the controls say, as the server's PreviewBody has it. */
export function sceneOf(controls) {
  const given = Object.fromEntries(new FormData(controls));
  const natural = given.variant === "player";
  const [kind, past] = String(given.source ?? "").split(":");
  return {
    stage: given.stage ?? "preview",
    variant: given.variant && !natural ? Number(given.variant) : null,
    natural,
    player: natural ? given.player : "",
    past: kind === "past" ? past : "",
    data: kind === "data" ? given.data : "",
    stress: given.stress ?? "",
  };
}

function arrange(controls, pane) {
  const { natural } = sceneOf(controls);
  controls.querySelector("[data-part=as-player]").hidden = !natural;
  controls.querySelector("[data-part=pasted]").hidden = controls.elements.source.value !== "data";
  pane.querySelector("[data-part=frames]").dataset.scheme = controls.elements.scheme.value;
}

/** The last real messages of the class, as a choice of data; looked up when the stage changes. */
function startPast(controls, page) {
  const source = controls.elements.source;
  const group = source.querySelector("optgroup");
  const look = async () => {
    const { messages = [] } = await ask(page.urls.past[controls.elements.stage.value]);
    group.replaceChildren(...messages.map(({ id, at, player, text }) => new Option(`${at} · ${player} · ${text}`, `past:${id}`)));
    group.hidden = messages.length === 0;
  };
  controls.elements.stage.addEventListener("change", look);
  look();
}

function triedWords({ index, query, holds, leaves }) {
  const why = leaves.map(({ words, holds: one, actual }) => `${one ? "✓" : "✗"} ${words} (has ${actual ?? "nothing"})`);
  return `${holds ? "✓" : "✗"} Variant ${index + 1}, ${query || "a query of its own"}: ${why.join("; ") || "the query is gone"}`;
}

function say(node, state, words) {
  node.dataset.state = state;
  if (node.textContent !== words) node.textContent = words;
}

function list(node, words) {
  node.hidden = words.length === 0;
  node.replaceChildren(...words.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}
