// What the portal's editors take from CodeMirror 6: one file, loaded by the pages that edit alone.
export { Compartment, EditorState } from "@codemirror/state";
export { EditorView, keymap, placeholder, drawSelection } from "@codemirror/view";
export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
export { autocompletion, acceptCompletion, completionKeymap, closeBrackets, startCompletion } from "@codemirror/autocomplete";
export { lintGutter, setDiagnostics } from "@codemirror/lint";
export { HighlightStyle, bracketMatching, foldGutter, foldKeymap, syntaxHighlighting, syntaxTree } from "@codemirror/language";
export { json } from "@codemirror/lang-json";
export { tags } from "@lezer/highlight";
