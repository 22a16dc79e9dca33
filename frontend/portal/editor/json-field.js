// A provider's payload: the one built from the texts until somebody customises it, then JSON with a byte counter.
import {
  EditorView, autocompletion, bracketMatching, closeBrackets, completionKeymap, defaultKeymap, foldGutter, foldKeymap,
  history, historyKeymap, json, keymap, lintGutter,
} from "../../codemirror.mjs";
import { templateCompletion } from "./completion.js";
import { looksOf } from "./looks.js";
import { mount } from "./mount.js";

/**
 * @param {HTMLTextAreaElement} input
 * @param {{nonce: string, completions: import("./completion.js").Catalogue}} page
 */
export function mountJsonField(input, page) {
  const mounted = mount(input, [
    keymap.of([...completionKeymap, ...historyKeymap, ...foldKeymap, ...defaultKeymap]),
    history(),
    json(),
    bracketMatching(),
    closeBrackets(),
    foldGutter(),
    lintGutter(),
    EditorView.lineWrapping,
    autocompletion({ override: [templateCompletion(page.completions)], icons: false, activateOnTypingDelay: 50 }),
    EditorView.editorAttributes.of({ class: "code" }),
    ...looksOf(input, page.nonce),
  ]);
  const frame = frameOf(input, mounted.view);
  frame.show();
  input.addEventListener("input", frame.show);
  return { ...mounted, payload: frame.payload };
}

/** What stands around the editor: the standard payload instead of it, the buttons, the counter. */
function frameOf(input, view) {
  const locked = input.readOnly || input.disabled;
  const standard = element("pre", "payload-standard");
  standard.tabIndex = 0;
  standard.setAttribute("role", "region");
  standard.setAttribute("aria-label", `${nameOf(input)}: the payload built from the texts`);
  const customise = button("Customise");
  const format = button("Format");
  const drop = button("Back to the standard payload");
  const tools = element("p", "payload-tools");
  if (!locked) tools.append(customise, format, drop);
  const meter = meterOf(nameOf(input));
  view.dom.before(standard);
  view.dom.after(tools, meter.node);

  let built = "";
  let open = input.value.trim() !== "";
  const show = () => {
    open ||= input.value.trim() !== "";
    view.dom.hidden = format.hidden = drop.hidden = !open;
    standard.hidden = customise.hidden = open;
  };
  const write = (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  customise.addEventListener("click", () => {
    open = true;
    write(built || "{}");
    show();
    view.focus();
  });
  drop.addEventListener("click", () => {
    open = false;
    write("");
    show();
    customise.focus();
  });
  format.addEventListener("click", () => {
    const value = parsed(view.state.doc.toString());
    if (value !== undefined) write(JSON.stringify(value, null, 2));
    view.focus();
  });
  /** @param {object} payload of the preview: its text, size, limit, fate, longest. */
  const payload = (payload) => {
    if (!payload.own) standard.textContent = payload.text;
    built = withoutIds(payload);
    meter.tell(payload);
  };
  return { show, payload };
}

/** The standard payload as a starting point: what the server adds itself is left out. */
function withoutIds(payload) {
  const value = parsed(payload.text);
  if (value === undefined) return "";
  for (const place of [value, value.data ?? {}]) {
    for (const name of ["messageId", "class", "extCode"]) delete place[name];
  }
  return JSON.stringify(value, null, 2);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function meterOf(name) {
  const node = element("div", "bytes");
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", `${name}: bytes used`);
  const count = element("span", "bytes-count");
  const fate = element("span", "bytes-fate");
  node.append(bar, count, fate);
  const tell = ({ size, limit, fate: words, longest, longest_variant: which }) => {
    const state = size > limit || longest > limit ? "over" : Math.max(size, longest) >= limit * 0.9 ? "near" : "fits";
    node.dataset.state = state;
    bar.max = limit;
    bar.value = Math.min(size, limit);
    count.textContent = `${number(size)} of ${number(limit)} bytes`;
    bar.setAttribute("aria-valuetext", count.textContent);
    const most = longest > size ? `Longest: ${which === null ? "the message's own texts" : `variant ${which + 1}`}, ${number(longest)} bytes.` : "";
    fate.textContent = [words, most].filter(Boolean).join(" ");
  };
  return { node, tell };
}

function nameOf(input) {
  return (input.labels?.[0]?.textContent ?? input.dataset.json).trim();
}

function number(value) {
  return value.toLocaleString("en");
}

function element(tag, name) {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}

function button(words) {
  const made = element("button", "quiet");
  made.type = "button";
  made.textContent = words;
  return made;
}
