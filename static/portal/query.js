// frontend/portal/query.js
import {
  EditorView as EditorView4,
  bracketMatching,
  closeBrackets,
  defaultKeymap,
  foldGutter,
  foldKeymap,
  history,
  historyKeymap,
  json,
  keymap
} from "../vendor/codemirror.js";

// frontend/portal/editor/looks.js
import { EditorView, HighlightStyle, syntaxHighlighting, tags } from "../vendor/codemirror.js";
var theme = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--surface)", border: "1px solid var(--control)", borderRadius: "6px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "2px" },
  ".cm-content": { fontFamily: "inherit", padding: "7px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 10px" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "20px" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--muted)", border: "0" },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-tooltip": { backgroundColor: "var(--surface)", color: "var(--text)", border: "1px solid var(--control)", borderRadius: "6px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "240px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 10px", minHeight: "24px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { marginLeft: "12px", fontStyle: "normal", opacity: "1" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-diagnostic": { padding: "6px 10px" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--failed)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--waiting)" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--on-accent)", borderRadius: "4px", minHeight: "24px", padding: "2px 8px" },
  ".cm-lintRange": { backgroundImage: "none", textDecorationLine: "underline", textDecorationStyle: "wavy", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { textDecorationColor: "var(--failed)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--waiting)" },
  ".cm-matchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--control)" }
});
var colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--pushed)" },
  { tag: tags.string, color: "var(--ok)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--suppressed)" }
]);
function looksOf(input2, nonce) {
  return [theme, syntaxHighlighting(colours), EditorView.cspNonce.of(nonce), EditorView.contentAttributes.of(named(input2))];
}
function named(input2) {
  const label = input2.labels?.[0]?.textContent ?? input2.getAttribute("aria-label") ?? input2.name;
  const described = input2.getAttribute("aria-describedby");
  const invalid = input2.getAttribute("aria-invalid");
  return {
    "aria-label": label.trim().replace(/\s+/g, " "),
    ...input2.id && { id: input2.id },
    // where links to the field lead
    ...described && { "aria-describedby": described },
    ...invalid && { "aria-invalid": invalid }
  };
}

// frontend/portal/editor/mount.js
import { EditorState, EditorView as EditorView3 } from "../vendor/codemirror.js";

// frontend/portal/editor/typing.js
import { EditorView as EditorView2 } from "../vendor/codemirror.js";
var typing = EditorView2.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || !event.data || view.composing || view.state.readOnly) return false;
    event.preventDefault();
    const text = event.data;
    const { from, to } = placeOf(view);
    const insert = () => view.state.update({
      changes: { from, to, insert: text },
      selection: { anchor: from + text.length },
      userEvent: "input.type",
      scrollIntoView: true
    });
    const handled = view.state.facet(EditorView2.inputHandler).some((handle) => handle(view, from, to, text, insert));
    if (!handled) view.dispatch(insert());
    return true;
  }
});
function placeOf(view) {
  const selected = view.root.getSelection();
  if (!selected?.rangeCount) return view.state.selection.main;
  const { startContainer, startOffset, endContainer, endOffset, commonAncestorContainer } = selected.getRangeAt(0);
  if (!view.contentDOM.contains(commonAncestorContainer)) return view.state.selection.main;
  return { from: view.posAtDOM(startContainer, startOffset), to: view.posAtDOM(endContainer, endOffset) };
}

// frontend/portal/editor/mount.js
function mount(input2, extensions) {
  const view = new EditorView3({
    state: EditorState.create({
      doc: input2.value,
      extensions: [
        ...extensions,
        typing,
        EditorState.readOnly.of(input2.readOnly || input2.disabled),
        EditorView3.updateListener.of((update) => update.docChanged && tell(input2, view))
      ]
    })
  });
  for (const label of input2.labels ?? []) label.addEventListener("click", () => view.focus());
  input2.before(view.dom);
  input2.hidden = true;
  input2.removeAttribute("id");
  for (const name of ["input", "change"]) input2.addEventListener(name, () => take(input2, view));
  return { view, input: input2 };
}
function tell(input2, view) {
  const text = view.state.doc.toString();
  if (input2.value === text) return;
  input2.value = text;
  input2.dispatchEvent(new Event("input", { bubbles: true }));
}
function take(input2, view) {
  const text = view.state.doc.toString();
  if (input2.value !== text) view.dispatch({ changes: { from: 0, to: text.length, insert: input2.value } });
}

// frontend/portal/editor/ask.js
function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}
function post(url, body, signal) {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
    signal
  });
}
function settled(delay, ask2) {
  let timer = 0;
  let running = new AbortController();
  return () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      running.abort();
      running = new AbortController();
      const { signal } = running;
      try {
        await ask2(signal);
      } catch (fault) {
        if (!signal.aborted) throw fault;
      }
    }, delay);
  };
}
async function ask(url, body, signal) {
  try {
    return await read(await (body === void 0 ? fetch(url, { signal }) : post(url, body, signal)));
  } catch (fault) {
    if (signal?.aborted) throw fault;
    return { error: "The server was not reached. Saving is a matter of its own." };
  }
}
async function read(answer) {
  if ((answer.headers.get("Content-Type") ?? "").startsWith("application/json")) return answer.json();
  return { error: `The server answered ${answer.status}.` };
}

// frontend/portal/editor/players.js
var PAUSE = 200;
function offerPlayers(input2, url) {
  const options = input2.list;
  const look = settled(PAUSE, async (signal) => {
    const answer = await ask(`${url()}?q=${encodeURIComponent(input2.value)}`, void 0, signal);
    options.replaceChildren(...(answer.players ?? []).map(optionOf));
  });
  input2.addEventListener("focus", look);
  input2.addEventListener("input", look);
}
function optionOf({ id, name, userName, tested }) {
  const label = [name, userName && `(${userName})`, tested && "\xB7 tested before"].filter(Boolean).join(" ");
  return new Option(label, userName || id);
}

// frontend/portal/query/controls.js
function select(name, options, chosen) {
  const node = document.createElement("select");
  node.setAttribute("aria-label", name);
  const known = options.some(([value]) => value === chosen);
  for (const [value, words2] of known ? options : [[chosen, chosen || "\u2013"], ...options]) {
    node.append(new Option(words2, value, value === chosen, value === chosen));
  }
  return node;
}
function input(name, value) {
  const node = document.createElement("input");
  node.type = "text";
  node.value = value;
  node.spellcheck = false;
  node.setAttribute("aria-label", name);
  return node;
}
function button(words2, act, name = words2) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "quiet small";
  node.textContent = words2;
  if (name !== words2) node.setAttribute("aria-label", name);
  node.addEventListener("click", act);
  return node;
}
function element(tag, name, ...children) {
  const node = document.createElement(tag);
  node.className = name;
  node.append(...children);
  return node;
}

// frontend/portal/query/value.js
var NUMBER = /^-?\d+(\.\d+)?$/;
function firstValue(kind, op, before) {
  if (op === "exists" || kind === "flag") return typeof before === "boolean" ? before : true;
  const one2 = Array.isArray(before) ? before[0] : before;
  const kept = one2 === void 0 || typeof one2 === "boolean" ? "" : one2;
  const value = kind === "date" && !String(kept).match(/^-P|^\d{4}-/) ? "-P7D" : kept;
  return op === "in" ? [value] : value;
}
function valueControl(field2, json2, name, changed) {
  if (json2.op === "exists" || field2.kind === "flag") {
    const node2 = select(`${name}: value`, [["true", "yes"], ["false", "no"]], String(json2.value));
    node2.addEventListener("change", () => changed(node2.value === "true"));
    return node2;
  }
  const node = input(`${name}: value`, shown(json2));
  node.placeholder = field2.kind === "date" ? "-P7D or 2026-01-31" : json2.op === "in" ? "one, another" : "value";
  if (field2.kind === "date") node.title = "-P7D: seven days ago; -PT12H: twelve hours ago; or a day";
  node.addEventListener("input", () => changed(typed(field2.kind, json2.op, node.value)));
  return node;
}
function shown({ value }) {
  return (Array.isArray(value) ? value : [value]).map(asTyped).join(", ");
}
function asTyped(value) {
  const bare = String(value);
  const ambiguous = typeof value === "string" && (NUMBER.test(bare) || bare === "true" || bare === "false");
  return ambiguous ? JSON.stringify(value) : bare;
}
function typed(kind, op, text) {
  if (op !== "in") return one(kind, text);
  return text.split(",").map((each) => each.trim()).filter(Boolean).map((each) => one(kind, each));
}
function one(kind, text) {
  const bare = text.trim();
  const quoted = bare.match(/^"(.*)"$/);
  if (quoted && (NUMBER.test(quoted[1]) || ["true", "false"].includes(quoted[1]))) return quoted[1];
  if (kind !== "json") return text;
  if (NUMBER.test(bare)) return Number(bare);
  return bare === "true" || bare === "false" ? bare === "true" : text;
}

// frontend/portal/query/leaf.js
var OPERATORS = {
  eq: "is",
  ne: "is not",
  gt: "is above",
  gte: "is at least",
  lt: "is below",
  lte: "is at most",
  in: "is one of",
  contains: "contains",
  exists: "exists"
};
var OF_DATES = { gt: "is after", gte: "is since", lt: "is before", lte: "is until", eq: "is at", ne: "is not at" };
var OF_SETS = { eq: "has", ne: "has not", in: "has one of", contains: "has" };
function newLeaf(page2) {
  const [code] = Object.keys(page2.segments);
  if (code) return { kind: "leaf", json: ofSegment(page2, code) };
  return { kind: "leaf", json: { field: "displayName", op: "eq", value: "" } };
}
function ofSegment(page2, code) {
  return { segment: code, is: page2.segments[code]?.[0] ?? "" };
}
function drawLeaf(leaf, page2, name, on) {
  const node = element("div", "query-leaf");
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", name);
  const rest = element("div", "query-rest");
  const drawRest = () => rest.replaceChildren(...controlsOf(leaf, page2, name, on.written));
  node.append(fieldSelect(leaf, page2, name, drawRest, on.written), rest, button("\u2715", on.remove, `Remove ${name}`));
  drawRest();
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Delete" || event.target.matches("input")) return;
    event.preventDefault();
    on.remove();
  });
  return node;
}
function fieldOf(leaf, page2) {
  const name = (leaf.json.field ?? "").split(".")[0];
  return page2.fields.find((each) => each.name === name) ?? { name, label: name, kind: "text", operators: ["eq"] };
}
function fieldSelect(leaf, page2, name, drawRest, written) {
  const options = [["segment", "segment"], ...page2.fields.map((each) => [each.name, each.label])];
  const node = select(`${name}: field`, options, "segment" in leaf.json ? "segment" : fieldOf(leaf, page2).name);
  node.dataset.part = "field";
  node.addEventListener("change", () => {
    leaf.json = node.value === "segment" ? ofSegment(page2, Object.keys(page2.segments)[0] ?? "") : ofField(leaf, page2, node.value);
    drawRest();
    written();
  });
  return node;
}
function ofField(leaf, page2, name) {
  const field2 = page2.fields.find((each) => each.name === name);
  const first = field2.kind === "date" ? "gte" : field2.operators[0];
  const op = field2.kind !== "date" && field2.operators.includes(leaf.json.op) ? leaf.json.op : first;
  const path = field2.kind === "json" ? `${field2.name}.level` : field2.name;
  return { field: path, op, value: firstValue(field2.kind, op, leaf.json.value) };
}
function controlsOf(leaf, page2, name, written) {
  return "segment" in leaf.json ? segmentControls(leaf, page2, name, written) : fieldControls(leaf, page2, name, written);
}
function segmentControls(leaf, page2, name, written) {
  const codes = Object.keys(page2.segments).map((code) => [code, code]);
  const segment = select(`${name}: segment`, codes, leaf.json.segment);
  const place = element("span", "query-value");
  const drawValue = () => {
    const values = (page2.segments[leaf.json.segment] ?? []).map((value2) => [value2, value2]);
    const value = select(`${name}: value`, values, leaf.json.is);
    value.addEventListener("change", () => {
      leaf.json.is = value.value;
      written();
    });
    place.replaceChildren(value);
  };
  segment.addEventListener("change", () => {
    leaf.json = ofSegment(page2, segment.value);
    drawValue();
    written();
  });
  drawValue();
  return [segment, element("span", "query-is", "is"), place];
}
function fieldControls(leaf, page2, name, written) {
  const of = fieldOf(leaf, page2);
  const words2 = of.kind === "date" ? OF_DATES : of.kind === "set" ? OF_SETS : {};
  const op = select(`${name}: operator`, of.operators.map((each) => [each, words2[each] ?? OPERATORS[each]]), leaf.json.op);
  const place = element("span", "query-value");
  const drawValue = () => {
    const changed = (given) => {
      leaf.json.value = given;
      written();
    };
    place.replaceChildren(valueControl(of, leaf.json, name, changed));
  };
  op.addEventListener("change", () => {
    leaf.json.op = op.value;
    leaf.json.value = firstValue(of.kind, op.value, leaf.json.value);
    drawValue();
    written();
  });
  drawValue();
  return of.kind === "json" ? [pathControl(leaf, of, name, written), op, place] : [op, place];
}
function pathControl(leaf, of, name, written) {
  const path = input(`${name}: path`, leaf.json.field.split(".").slice(1).join("."));
  path.placeholder = "level";
  path.addEventListener("input", () => {
    leaf.json.field = `${of.name}.${path.value.trim()}`;
    written();
  });
  return path;
}

// frontend/portal/query/tree.js
function read2(text) {
  try {
    const found = nodeOf(JSON.parse(text));
    return found.kind === "leaf" ? { kind: "all", parts: [found] } : found;
  } catch {
    return null;
  }
}
function write(group) {
  return JSON.stringify(treeOf(group), null, 2);
}
function nodeOf(tree) {
  const names = Object.keys(tree).sort().join();
  if (names === "all" || names === "any") return { kind: names, parts: tree[names].map(nodeOf) };
  if (names === "not") {
    const inner = tree.not;
    const parts = Object.keys(inner).join() === "any" ? inner.any : [inner];
    return { kind: "none", parts: parts.map(nodeOf) };
  }
  if (names === "is,segment" || names === "field,op,value") return { kind: "leaf", json: { ...tree } };
  throw new TypeError(names);
}
function treeOf(node) {
  if (node.kind === "leaf") return node.json;
  const parts = node.parts.map(treeOf);
  return node.kind === "none" ? { not: { any: parts } } : { [node.kind]: parts };
}
function leavesOf(node) {
  return node.kind === "leaf" ? 1 : node.parts.reduce((sum, part) => sum + leavesOf(part), 0);
}

// frontend/portal/query/builder.js
var KINDS = [["all", "All of these"], ["any", "Any of these"], ["none", "None of these"]];
function startBuilder(place, field2, page2) {
  let root = read2(field2.value);
  let known = field2.value;
  const writeOut = () => {
    known = field2.value = write(root);
    for (const name of ["input", "change"]) field2.dispatchEvent(new Event(name, { bubbles: true }));
  };
  const draw = (path = null, what = "") => {
    counted = 0;
    place.replaceChildren(root ? drawGroup(root, [], null) : unreadable());
    if (path) focusOn(place.querySelector(`[data-path="${path.join("-")}"]`), what);
  };
  const change = (path, what) => {
    writeOut();
    draw(path, what);
  };
  let counted = 0;
  function drawGroup(group, path, remove) {
    const node = document.createElement("fieldset");
    node.className = "query-group";
    node.dataset.path = path.join("-");
    const name = path.length ? `Group ${path.map((each) => each + 1).join(".")}` : "Players";
    const kind = select(`${name}: how its parts are joined`, KINDS, group.kind);
    kind.dataset.part = "kind";
    kind.addEventListener("change", () => {
      group.kind = kind.value;
      change(path, "kind");
    });
    node.append(element("legend", "", element("span", "visually-hidden", name), kind));
    const list = element("div", "query-parts");
    group.parts.forEach((part, index) => list.append(drawPart(group, part, [...path, index])));
    if (!group.parts.length) list.append(element("p", "muted", group.kind === "any" ? "No condition yet: nobody." : "No condition yet: everybody."));
    node.append(list, tools(group, path, name, remove));
    node.addEventListener("keydown", (event) => {
      if (event.key !== "+" || event.target.matches("input")) return;
      event.preventDefault();
      event.stopPropagation();
      addGroup(group, path);
    });
    return node;
  }
  function drawPart(group, part, path) {
    const remove = () => {
      group.parts.splice(path.at(-1), 1);
      change(path.slice(0, -1), "add");
    };
    if (part.kind !== "leaf") return drawGroup(part, path, remove);
    counted += 1;
    const node = drawLeaf(part, page2, `Condition ${counted}`, { written: writeOut, remove });
    node.dataset.path = path.join("-");
    return node;
  }
  function addGroup(group, path) {
    if (path.length + 1 >= page2.deepest) return;
    group.parts.push({ kind: "any", parts: [] });
    change([...path, group.parts.length - 1], "kind");
  }
  function tools(group, path, name, remove) {
    const node = element("div", "buttons");
    const full = leavesOf(root) >= page2.mostLeaves;
    const add = button("Add a condition", () => {
      group.parts.push(newLeaf(page2));
      change([...path, group.parts.length - 1], "field");
    }, `Add a condition to ${name}`);
    add.dataset.part = "add";
    add.disabled = full;
    if (full) add.title = `A query of the builder has at most ${page2.mostLeaves} conditions.`;
    const deeper = button("Add a group", () => addGroup(group, path), `Add a group to ${name}`);
    deeper.disabled = path.length + 1 >= page2.deepest;
    if (deeper.disabled) deeper.title = `Groups stand at most ${page2.deepest} deep.`;
    node.append(add, deeper);
    if (remove) node.append(button("Remove the group", remove, `Remove the ${name.toLowerCase()}`));
    return node;
  }
  field2.addEventListener("input", () => {
    if (field2.value === known) return;
    known = field2.value;
    root = read2(known);
    draw();
  });
  draw();
  place.hidden = false;
}
function unreadable() {
  return element("p", "muted", "What stands in the JSON cannot be shown as conditions: mend it there.");
}
function focusOn(node, what) {
  node?.querySelector(`[data-part="${what}"]`)?.focus();
}

// frontend/portal/query.js
var form = (
  /** @type {HTMLFormElement} */
  document.getElementById("query-form")
);
var field = form.elements["query"];
var page = JSON.parse(document.getElementById("query-page").textContent);
var words = document.getElementById("query-words");
mount(field, [
  keymap.of([...historyKeymap, ...foldKeymap, ...defaultKeymap]),
  history(),
  json(),
  bracketMatching(),
  closeBrackets(),
  foldGutter(),
  EditorView4.lineWrapping,
  EditorView4.editorAttributes.of({ class: "code" }),
  ...looksOf(field, document.getElementById("query-nonce").dataset.nonce)
]);
if (!field.disabled) startBuilder(document.getElementById("builder"), field, page);
field.addEventListener("input", () => words.dispatchEvent(new Event("query-changed")));
offerPlayers(document.getElementById("test-player"), () => page.players.preview);
