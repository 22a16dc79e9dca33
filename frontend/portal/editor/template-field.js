// A template of one line: `${` opens the catalogue, Enter takes what is chosen, and breaks no line.
import {
  EditorState, EditorView, acceptCompletion, autocompletion, completionKeymap, defaultKeymap, drawSelection, history,
  historyKeymap, keymap, placeholder, startCompletion,
} from "../../codemirror.mjs";
import { templateCompletion } from "./completion.js";
import { looksOf } from "./looks.js";
import { mount } from "./mount.js";

/**
 * @param {HTMLInputElement} input
 * @param {{nonce: string, completions: import("./completion.js").Catalogue}} page
 */
export function mountTemplateField(input, page) {
  const mounted = mount(input, [
    keymap.of([{ key: "Enter", run: (view) => acceptCompletion(view) || true }]),
    keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
    history(),
    drawSelection(),
    oneLine,
    EditorView.lineWrapping,
    autocompletion({ override: [templateCompletion(page.completions)], icons: false, activateOnTypingDelay: 50 }),
    placeholder(input.placeholder || ""),
    ...looksOf(input, page.nonce),
  ]);
  if (!input.disabled) offerInserting(mounted.view);
  return mounted;
}

/** For who does not type `${`: the same list, by a button. */
function offerInserting(view) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet insert-field";
  button.textContent = "Insert field";
  let visited = false;
  view.contentDOM.addEventListener("focus", () => (visited = true));
  button.addEventListener("click", () => {
    if (!visited) view.dispatch({ selection: { anchor: view.state.doc.length } });
    view.focus();
    view.dispatch(view.state.replaceSelection("${"));
    startCompletion(view);
  });
  view.dom.after(button);
}

/** Breaks that are pasted become blanks. */
const oneLine = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction;
  const text = transaction.newDoc.toString().replace(/\s*\n\s*/g, " ");
  const whole = { from: 0, to: transaction.startState.doc.length, insert: text };
  return { changes: whole, selection: { anchor: Math.min(transaction.newSelection.main.head, text.length) } };
});
