// Puts an editor in the place of a form's field. The field stays, hidden, and holds what is sent.
import { EditorState, EditorView } from "../../codemirror.mjs";
import { typing } from "./typing.js";

/** @typedef {{view: EditorView, input: HTMLInputElement | HTMLTextAreaElement}} Mounted */

/**
 * @param {HTMLInputElement | HTMLTextAreaElement} input
 * @param {any[]} extensions
 * @returns {Mounted}
 */
export function mount(input, extensions) {
  const view = new EditorView({
    state: EditorState.create({
      doc: input.value,
      extensions: [
        ...extensions,
        typing,
        EditorState.readOnly.of(input.readOnly || input.disabled),
        EditorView.updateListener.of((update) => update.docChanged && tell(input, view)),
      ],
    }),
  });
  for (const label of input.labels ?? []) label.addEventListener("click", () => view.focus());
  input.before(view.dom);
  input.hidden = true;
  input.removeAttribute("id"); // the editor's by now
  for (const name of ["input", "change"]) input.addEventListener(name, () => take(input, view));
  return { view, input };
}

/** The editor has changed: the field, and whoever listens to it. */
function tell(input, view) {
  const text = view.state.doc.toString();
  if (input.value === text) return;
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The field has changed by a script: the editor. */
export function take(input, view) {
  const text = view.state.doc.toString();
  if (input.value !== text) view.dispatch({ changes: { from: 0, to: text.length, insert: input.value } });
}
