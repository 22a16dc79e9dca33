// A segment query's page: the builder, the JSON editor beside it, and the sentence that follows both.
import {
  EditorView, bracketMatching, closeBrackets, defaultKeymap, foldGutter, foldKeymap, history, historyKeymap, json,
  keymap,
} from "../codemirror.mjs";
import { looksOf } from "./editor/looks.js";
import { mount } from "./editor/mount.js";
import { offerPlayers } from "./editor/players.js";
import { startBuilder } from "./query/builder.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("query-form"));
const field = form.elements["query"];
const page = JSON.parse(document.getElementById("query-page").textContent);
const words = document.getElementById("query-words");

mount(field, [
  keymap.of([...historyKeymap, ...foldKeymap, ...defaultKeymap]),
  history(),
  json(),
  bracketMatching(),
  closeBrackets(),
  foldGutter(),
  EditorView.lineWrapping,
  EditorView.editorAttributes.of({ class: "code" }),
  ...looksOf(field, document.getElementById("query-nonce").dataset.nonce),
]);
if (!field.disabled) startBuilder(document.getElementById("builder"), field, page);
field.addEventListener("input", () => words.dispatchEvent(new Event("query-changed")));
offerPlayers(document.getElementById("test-player"), () => page.players.preview);
