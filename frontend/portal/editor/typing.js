// Typed text goes into the document, not into the page: left to the browser, it would wrap what is typed beside
// coloured text in elements with a style of their own, which the page's policy refuses.
import { EditorView } from "../../codemirror.mjs";

export const typing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || !event.data || view.composing || view.state.readOnly) return false;
    event.preventDefault();
    const text = event.data;
    const { from, to } = placeOf(view);
    const insert = () =>
      view.state.update({
        changes: { from, to, insert: text },
        selection: { anchor: from + text.length },
        userEvent: "input.type",
        scrollIntoView: true,
      });
    const handled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert));
    if (!handled) view.dispatch(insert());
    return true;
  },
});

/** What the text takes the place of: as the page has it selected, of which the editor hears only later. */
function placeOf(view) {
  const selected = view.root.getSelection();
  if (!selected?.rangeCount) return view.state.selection.main;
  const { startContainer, startOffset, endContainer, endOffset, commonAncestorContainer } = selected.getRangeAt(0);
  if (!view.contentDOM.contains(commonAncestorContainer)) return view.state.selection.main;
  return { from: view.posAtDOM(startContainer, startOffset), to: view.posAtDOM(endContainer, endOffset) };
}
