// What the server's check found, underlined where it stands, and told below the field.
import { setDiagnostics } from "../../codemirror.mjs";
import { rangeOf } from "./json-paths.js";

/** @typedef {{field: string, variant: number | null, severity: string, message: string, line: number, column: number,
 *   length: number, path: string, suggestion: string, key: string}} Problem `key` of its editor */

/**
 * @param {Map<string, import("./mount.js").Mounted>} editors by key
 * @param {Problem[]} problems
 */
export function showProblems(editors, problems) {
  const byKey = Map.groupBy(problems, (each) => each.key);
  for (const [key, { view, input }] of editors) {
    const found = byKey.get(key) ?? [];
    const diagnostics = found.map((each) => diagnosticOf(view.state, each));
    view.dispatch(setDiagnostics(view.state, diagnostics.sort((a, b) => a.from - b.from)));
    tellBelow(view, input, found);
  }
}

function diagnosticOf(state, problem) {
  const { from, to } = placeOf(state, problem);
  const severity = problem.severity === "fault" ? "error" : "warning";
  const actions = problem.suggestion && !problem.path ? [replacing(problem.suggestion)] : [];
  return { from, to, severity, message: sentence(problem), actions };
}

function replacing(suggestion) {
  const insert = (view, from, to) => view.dispatch({ changes: { from, to, insert: suggestion } });
  return { name: `Use ${suggestion}`, apply: insert };
}

function placeOf(state, problem) {
  if (problem.path) return rangeOf(state, problem.path);
  const line = state.doc.line(Math.min(Math.max(problem.line, 1), state.doc.lines));
  const from = Math.min(line.from + problem.column - 1, line.to);
  return { from, to: Math.min(Math.max(from + problem.length, from + 1), state.doc.length) };
}

/** @param {Problem} problem */
export function sentence({ severity, message, line, column, path }) {
  if (severity !== "fault") return path ? `${path}: ${message}` : message;
  return `${path ? `${path}: ` : ""}line ${line}, column ${column}: ${message}`;
}

function tellBelow(view, input, found) {
  const id = `${input.name}-problems`;
  let list = document.getElementById(id);
  if (!list) {
    list = document.createElement("ul");
    list.id = id;
    list.className = "problems";
    list.setAttribute("aria-live", "polite");
    view.dom.after(list);
  }
  const words = found.map((each) => ({ text: sentence(each), severity: each.severity }));
  if (list.dataset.words === JSON.stringify(words)) return;
  list.dataset.words = JSON.stringify(words);
  list.replaceChildren(...words.map(({ text, severity }) => itemOf(text, severity)));
  view.contentDOM.setAttribute("aria-invalid", String(found.some((each) => each.severity === "fault")));
}

function itemOf(text, severity) {
  const item = document.createElement("li");
  item.className = `problem problem-${severity}`;
  const sign = document.createElement("span");
  sign.setAttribute("aria-hidden", "true");
  sign.textContent = severity === "fault" ? "✖" : "⚠";
  item.append(sign, " ", text);
  return item;
}

/**
 * F8: the next problem of all fields, behind the place where the user is.
 * @param {Map<string, import("./mount.js").Mounted>} editors
 * @param {Problem[]} problems
 */
export function goToNext(editors, problems) {
  const places = problems
    .map((each) => ({ editor: editors.get(each.key), each }))
    .filter(({ editor }) => editor)
    .map(({ editor, each }) => ({ view: editor.view, from: placeOf(editor.view.state, each).from }));
  if (!places.length) return;
  const here = places.findIndex(({ view, from }) => view.hasFocus && view.state.selection.main.head === from);
  const { view, from } = places[(here + 1) % places.length];
  view.focus();
  view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
}
