// frontend/portal/editor/variants.js
var form = document.getElementById("message-form");
var list = document.getElementById("variant-list");
var template = document.getElementById("variant-template");
var said = document.getElementById("moved");
var rows = () => [...list.querySelectorAll("[data-variant-row]")];
var order = (row) => row.querySelector('[name$="-ORDER"]');
function nameOf(row) {
  const query = row.querySelector('[name$="-query"]').value;
  return query || (row.querySelector('[name$="-own_query"]').value.trim() ? "own query" : "new variant");
}
function number() {
  rows().forEach((row, index) => {
    order(row).value = index + 1;
    row.querySelector(".variant-name").textContent = `${index + 1}. ${nameOf(row)}`;
    for (const [name, words] of [["up", "up"], ["down", "down"]]) {
      row.querySelector(`button[name="${name}"]`).setAttribute("aria-label", `Move variant ${index + 1} ${words}`);
    }
  });
}
function changed() {
  form.dispatchEvent(new Event("input", { bubbles: true }));
}
function announce(row) {
  said.textContent = `${nameOf(row)}, moved to ${rows().indexOf(row) + 1} of ${rows().length}`;
}
function moveBy(row, step) {
  const all = rows();
  const to = all.indexOf(row) + step;
  if (to < 0 || to >= all.length) return;
  const focused = document.activeElement;
  if (step < 0) all[to].before(row);
  else all[to].after(row);
  focused?.focus();
  number();
  announce(row);
  changed();
}
function add() {
  const total = form.elements["variants-TOTAL_FORMS"];
  const made = template.content.cloneNode(true);
  for (const element2 of made.querySelectorAll("*")) {
    for (const attribute of element2.attributes) {
      attribute.value = attribute.value.replaceAll("__prefix__", total.value);
    }
  }
  list.append(made);
  const row = rows().at(-1);
  total.value = Number(total.value) + 1;
  number();
  row.querySelector('[name$="-query"]').focus();
  changed();
}
function drag(event) {
  const row = event.target.closest("[data-variant-row]");
  const before = rows().indexOf(row);
  event.preventDefault();
  row.classList.add("dragged");
  const over = (move) => {
    const others = rows().filter((each) => each !== row);
    const next = others.find((each) => {
      const box = each.getBoundingClientRect();
      return move.clientY < box.top + box.height / 2;
    });
    if (next) next.before(row);
    else list.append(row);
  };
  const drop = () => {
    document.removeEventListener("pointermove", over);
    row.classList.remove("dragged");
    if (rows().indexOf(row) === before) return;
    number();
    announce(row);
    changed();
  };
  document.addEventListener("pointermove", over);
  document.addEventListener("pointerup", drop, { once: true });
  document.addEventListener("pointercancel", drop, { once: true });
}
if (template) {
  form.addEventListener("click", (event) => {
    const button2 = event.target.closest('button[name="up"], button[name="down"], button[name="add"]');
    if (!button2) return;
    event.preventDefault();
    if (button2.name === "add") add();
    else moveBy(button2.closest("[data-variant-row]"), button2.name === "up" ? -1 : 1);
  });
  list.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    moveBy(event.target.closest("[data-variant-row]"), event.key === "ArrowUp" ? -1 : 1);
  });
  list.addEventListener("pointerdown", (event) => {
    if (event.target.matches(".handle")) drag(event);
  });
  list.addEventListener("change", number);
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

// frontend/portal/editor/draft.js
function numberOf(field) {
  return field.dataset.variant ?? "";
}
function keyOf(field, number3) {
  return number3 === "" ? field : `${number3}/${field}`;
}
function rowsOf(form3) {
  const rows2 = [...form3.querySelectorAll("[data-variant-row]")];
  return rows2.filter((row) => !row.querySelector("[name$='-DELETE']")?.checked);
}
function readDraft(form3) {
  const own = [...form3.querySelectorAll("[data-field], [data-json]")].filter((field) => numberOf(field) === "");
  return {
    ...textsOf(own),
    variants: rowsOf(form3).map(variantOf),
    sendAsPush: form3.querySelector("[name=send_as_push]")?.checked ?? true
  };
}
function textsOf(fields) {
  const texts = { title: "", subTitle: "", template: "", json: {} };
  for (const { dataset, value } of fields) {
    if (dataset.json) texts.json[dataset.json] = value;
    else texts[dataset.field] = value;
  }
  return texts;
}
function variantOf(row) {
  const value = (name) => row.querySelector(`[name$='-${name}']`)?.value.trim() ?? "";
  return {
    ...textsOf(row.querySelectorAll("[data-field]")),
    json: payloadsOf(value("json")),
    query: value("query") || value("own_query")
  };
}
function payloadsOf(text) {
  try {
    const value = JSON.parse(text || "{}");
    return Object.fromEntries(Object.entries(value).map(([name, payload]) => [name, payload === null ? "" : JSON.stringify(payload)]));
  } catch {
    return {};
  }
}
function variantNames(draft2) {
  return draft2.variants.map(({ query }) => query.startsWith("{") ? "own query" : query || "new variant");
}
function onChange(form3, changed2) {
  form3.addEventListener("input", changed2);
  form3.addEventListener("change", changed2);
}

// frontend/portal/editor/json-field.js
import {
  EditorView as EditorView4,
  autocompletion,
  bracketMatching,
  closeBrackets,
  completionKeymap,
  defaultKeymap,
  foldGutter,
  foldKeymap,
  history,
  historyKeymap,
  json,
  keymap,
  lintGutter
} from "../vendor/codemirror.js";

// frontend/portal/editor/completion.js
var OPEN = /\$\{\s*([\w.[\]-]*)$/;
var FILTER = /\$\{[^}]*\|\s*(\w*)$/;
var CONDITION = /\{%\s*(?:el)?if\s[^%]*?([\w.[\]-]*)$/;
var DOLLAR = /\$$/;
var BLOCK = /\{%?\s*$/;
function templateCompletion(catalogue) {
  const fields = catalogue.fields.map((field) => ({
    label: field.path,
    type: "variable",
    detail: field.sample ? `${field.type} \xB7 ${field.sample}` : field.type
  }));
  const filters = catalogue.filters.map(({ name, help }) => ({ label: name, type: "function", detail: help }));
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const behind = line.text.slice(context.pos - line.from);
    let found;
    if (found = FILTER.exec(before)) return offer(context, found[1], filters);
    if (found = OPEN.exec(before)) return offer(context, found[1], closed(fields, behind));
    if (found = CONDITION.exec(before)) return offer(context, found[1], fields);
    if (DOLLAR.test(before) && context.explicit) return null;
    if ((found = BLOCK.exec(before)) && found[0].length > 0) return snippets(context, found[0], catalogue);
    return null;
  };
}
function offer(context, typed, options) {
  return { from: context.pos - typed.length, options, validFor: /^[\w.[\]-]*$/ };
}
function closed(fields, behind) {
  return fields.map((field) => ({ ...field, apply: (view, completion, from, to) => insert(view, field.label, from, to, behind) }));
}
function insert(view, path, from, to, behind) {
  const has = behind.trimStart().startsWith("}");
  const text = has ? path : `${path}}`;
  const anchor = from + path.length + (has ? behind.indexOf("}") + 1 : 1);
  view.dispatch({ changes: { from, to, insert: text }, selection: { anchor }, userEvent: "input.complete" });
}
function snippets(context, opened, catalogue) {
  const options = catalogue.snippets.map(({ label, text }) => ({ label, type: "keyword", apply: text }));
  return { from: context.pos - opened.length, options, filter: false };
}

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
function looksOf(input, nonce) {
  return [theme, syntaxHighlighting(colours), EditorView.cspNonce.of(nonce), EditorView.contentAttributes.of(named(input))];
}
function named(input) {
  const label = input.labels?.[0]?.textContent ?? input.getAttribute("aria-label") ?? input.name;
  const described = input.getAttribute("aria-describedby");
  const invalid = input.getAttribute("aria-invalid");
  return {
    "aria-label": label.trim().replace(/\s+/g, " "),
    ...input.id && { id: input.id },
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
    const insert2 = () => view.state.update({
      changes: { from, to, insert: text },
      selection: { anchor: from + text.length },
      userEvent: "input.type",
      scrollIntoView: true
    });
    const handled = view.state.facet(EditorView2.inputHandler).some((handle) => handle(view, from, to, text, insert2));
    if (!handled) view.dispatch(insert2());
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
function mount(input, extensions) {
  const view = new EditorView3({
    state: EditorState.create({
      doc: input.value,
      extensions: [
        ...extensions,
        typing,
        EditorState.readOnly.of(input.readOnly || input.disabled),
        EditorView3.updateListener.of((update) => update.docChanged && tell(input, view))
      ]
    })
  });
  for (const label of input.labels ?? []) label.addEventListener("click", () => view.focus());
  input.before(view.dom);
  input.hidden = true;
  input.removeAttribute("id");
  for (const name of ["input", "change"]) input.addEventListener(name, () => take(input, view));
  return { view, input };
}
function tell(input, view) {
  const text = view.state.doc.toString();
  if (input.value === text) return;
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
function take(input, view) {
  const text = view.state.doc.toString();
  if (input.value !== text) view.dispatch({ changes: { from: 0, to: text.length, insert: input.value } });
}

// frontend/portal/editor/json-field.js
function mountJsonField(input, page2) {
  const mounted = mount(input, [
    keymap.of([...completionKeymap, ...historyKeymap, ...foldKeymap, ...defaultKeymap]),
    history(),
    json(),
    bracketMatching(),
    closeBrackets(),
    foldGutter(),
    lintGutter(),
    EditorView4.lineWrapping,
    autocompletion({ override: [templateCompletion(page2.completions)], icons: false, activateOnTypingDelay: 50 }),
    EditorView4.editorAttributes.of({ class: "code" }),
    ...looksOf(input, page2.nonce)
  ]);
  const frame = frameOf(input, mounted.view);
  frame.show();
  input.addEventListener("input", frame.show);
  return { ...mounted, payload: frame.payload };
}
function frameOf(input, view) {
  const locked = input.readOnly || input.disabled;
  const standard = element("pre", "payload-standard");
  standard.tabIndex = 0;
  standard.setAttribute("role", "region");
  standard.setAttribute("aria-label", `${nameOf2(input)}: the payload built from the texts`);
  const customise = button("Customise");
  const format = button("Format");
  const drop = button("Back to the standard payload");
  const tools = element("p", "payload-tools");
  if (!locked) tools.append(customise, format, drop);
  const meter = meterOf(nameOf2(input));
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
    if (value !== void 0) write(JSON.stringify(value, null, 2));
    view.focus();
  });
  const payload = (payload2) => {
    if (!payload2.own) standard.textContent = payload2.text;
    built = withoutIds(payload2);
    meter.tell(payload2);
  };
  return { show, payload };
}
function withoutIds(payload) {
  const value = parsed(payload.text);
  if (value === void 0) return "";
  for (const place of [value, value.data ?? {}]) {
    for (const name of ["messageId", "class", "extCode"]) delete place[name];
  }
  return JSON.stringify(value, null, 2);
}
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return void 0;
  }
}
function meterOf(name) {
  const node = element("div", "bytes");
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", `${name}: bytes used`);
  const count = element("span", "bytes-count");
  const fate = element("span", "bytes-fate");
  node.append(bar, count, fate);
  const tell2 = ({ size, limit, fate: words, longest, longest_variant: which }) => {
    const state = size > limit || longest > limit ? "over" : Math.max(size, longest) >= limit * 0.9 ? "near" : "fits";
    node.dataset.state = state;
    bar.max = limit;
    bar.value = Math.min(size, limit);
    count.textContent = `${number2(size)} of ${number2(limit)} bytes`;
    bar.setAttribute("aria-valuetext", count.textContent);
    const most = longest > size ? `Longest: ${which === null ? "the message's own texts" : `variant ${which + 1}`}, ${number2(longest)} bytes.` : "";
    fate.textContent = [words, most].filter(Boolean).join(" ");
  };
  return { node, tell: tell2 };
}
function nameOf2(input) {
  return (input.labels?.[0]?.textContent ?? input.dataset.json).trim();
}
function number2(value) {
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

// frontend/portal/editor/players.js
var PAUSE = 200;
function offerPlayers(input, url) {
  const options = input.list;
  const look = settled(PAUSE, async (signal) => {
    const answer = await ask(`${url()}?q=${encodeURIComponent(input.value)}`, void 0, signal);
    options.replaceChildren(...(answer.players ?? []).map(optionOf));
  });
  input.addEventListener("focus", look);
  input.addEventListener("input", look);
}
function optionOf({ id, name, userName, tested }) {
  const label = [name, userName && `(${userName})`, tested && "\xB7 tested before"].filter(Boolean).join(" ");
  return new Option(label, userName || id);
}

// frontend/portal/editor/frames.js
var NAMES = { ios: "iOS lock screen", android: "Android notification", windows: "Windows toast", web: "Web notification" };
function fillFrames(pane2, preview2) {
  for (const frame of pane2.querySelectorAll("[data-device]")) {
    const { shown } = preview2.payloads[frame.dataset.device];
    fill(frame, "title", shown.title);
    fill(frame, "subTitle", shown.sub_title);
    fill(frame, "body", shown.body);
    fill(frame, "note", shown.note);
    const words = [shown.title, shown.sub_title, shown.body, shown.note].filter(Boolean).join(", ");
    frame.setAttribute("aria-label", `${frame.dataset.name ?? NAMES[frame.dataset.device]}: ${words || "nothing"}`);
  }
  pane2.querySelector("[data-document]").textContent = preview2.document;
}
function fill(frame, name, text) {
  for (const node of frame.querySelectorAll(`[data-text=${name}]`)) {
    node.textContent = text;
    node.hidden = text === "";
  }
}
function tabs(list3) {
  const all = [...list3.querySelectorAll("[role=tab]")];
  const choose = (tab) => {
    for (const each of all) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
      document.getElementById(each.getAttribute("aria-controls")).hidden = each !== tab;
    }
  };
  for (const tab of all) tab.addEventListener("click", () => choose(tab));
  list3.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    choose(next);
    next.focus();
  });
  choose(all[0]);
}

// frontend/portal/editor/problems.js
import { setDiagnostics } from "../vendor/codemirror.js";

// frontend/portal/editor/json-paths.js
import { syntaxTree } from "../vendor/codemirror.js";
var STEP = /\.([^.[\]]+)|\[(\d+)\]/g;
function rangeOf(state, path) {
  let node = syntaxTree(state).topNode.firstChild;
  for (const [, name, index] of path.matchAll(STEP)) {
    const next = node && (name === void 0 ? itemOf(node, Number(index)) : propertyOf(state, node, name));
    if (!next) break;
    node = next;
  }
  return node ? { from: node.from, to: node.to } : { from: 0, to: state.doc.length };
}
function propertyOf(state, object, name) {
  for (let each = object.firstChild; each; each = each.nextSibling) {
    const key = each.getChild("PropertyName");
    if (key && unquoted(state.sliceDoc(key.from, key.to)) === name) return each.lastChild;
  }
  return null;
}
function itemOf(array, index) {
  let at = -1;
  for (let each = array.firstChild; each; each = each.nextSibling) {
    if (!["[", "]", ",", "\u26A0"].includes(each.name) && ++at === index) return each;
  }
  return null;
}
function unquoted(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

// frontend/portal/editor/problems.js
function showProblems(editors2, problems2) {
  const byKey = Map.groupBy(problems2, (each) => each.key);
  for (const [key, { view, input }] of editors2) {
    const found = byKey.get(key) ?? [];
    const diagnostics = found.map((each) => diagnosticOf(view.state, each));
    view.dispatch(setDiagnostics(view.state, diagnostics.sort((a, b) => a.from - b.from)));
    tellBelow(view, input, found);
  }
}
function diagnosticOf(state, problem) {
  const { from, to } = placeOf2(state, problem);
  const severity = problem.severity === "fault" ? "error" : "warning";
  const actions = problem.suggestion && !problem.path ? [replacing(problem.suggestion)] : [];
  return { from, to, severity, message: sentence(problem), actions };
}
function replacing(suggestion) {
  const insert2 = (view, from, to) => view.dispatch({ changes: { from, to, insert: suggestion } });
  return { name: `Use ${suggestion}`, apply: insert2 };
}
function placeOf2(state, problem) {
  if (problem.path) return rangeOf(state, problem.path);
  const line = state.doc.line(Math.min(Math.max(problem.line, 1), state.doc.lines));
  const from = Math.min(line.from + problem.column - 1, line.to);
  return { from, to: Math.min(Math.max(from + problem.length, from + 1), state.doc.length) };
}
function sentence({ severity, message, line, column, path }) {
  if (severity !== "fault") return path ? `${path}: ${message}` : message;
  return `${path ? `${path}: ` : ""}line ${line}, column ${column}: ${message}`;
}
function tellBelow(view, input, found) {
  const id = `${input.name}-problems`;
  let list3 = document.getElementById(id);
  if (!list3) {
    list3 = document.createElement("ul");
    list3.id = id;
    list3.className = "problems";
    list3.setAttribute("aria-live", "polite");
    view.dom.after(list3);
  }
  const words = found.map((each) => ({ text: sentence(each), severity: each.severity }));
  if (list3.dataset.words === JSON.stringify(words)) return;
  list3.dataset.words = JSON.stringify(words);
  list3.replaceChildren(...words.map(({ text, severity }) => itemOf2(text, severity)));
  view.contentDOM.setAttribute("aria-invalid", String(found.some((each) => each.severity === "fault")));
}
function itemOf2(text, severity) {
  const item = document.createElement("li");
  item.className = `problem problem-${severity}`;
  const sign = document.createElement("span");
  sign.setAttribute("aria-hidden", "true");
  sign.textContent = severity === "fault" ? "\u2716" : "\u26A0";
  item.append(sign, " ", text);
  return item;
}
function goToNext(editors2, problems2) {
  const places = problems2.map((each) => ({ editor: editors2.get(each.key), each })).filter(({ editor }) => editor).map(({ editor, each }) => ({ view: editor.view, from: placeOf2(editor.view.state, each).from }));
  if (!places.length) return;
  const here = places.findIndex(({ view: view2, from: from2 }) => view2.hasFocus && view2.state.selection.main.head === from2);
  const { view, from } = places[(here + 1) % places.length];
  view.focus();
  view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
}

// frontend/portal/editor/preview.js
var PAUSE2 = 250;
var GUIDES = { title: 40, body: 110 };
function startPreview(pane2, page2, draft2, told) {
  const part = (name) => pane2.querySelector(`[data-part=${name}]`);
  const controls2 = pane2.querySelector("form.preview-controls");
  tabs(pane2.querySelector("[role=tablist]"));
  const look = settled(PAUSE2, async (signal) => {
    const answer = await ask(page2.urls.preview, { draft: draft2(), ...sceneOf(controls2) }, signal);
    if (answer.problems && !answer.payloads) say(part("state"), "fault", `The preview is the last good one. ${sentence(answer.problems[0])}`);
    else if (answer.error) say(part("state"), "fault", `Preview unavailable. ${answer.error}`);
    else show(answer);
  });
  function show(answer) {
    const which = answer.variant === null ? "the message's own texts" : `variant ${answer.variant + 1}`;
    say(part("state"), "good", `Rendered by the server for ${answer.player}: ${which}.`);
    fillFrames(pane2, answer);
    list2(part("warnings"), answer.warnings);
    list2(part("tried"), answer.tried.map(triedWords));
    const body = answer.summary.length;
    part("matching").textContent = "";
    if (answer.variant !== null) tellMatching(part("matching"), page2, controls2.elements.stage.value, draft2().variants[answer.variant]?.query);
    part("lengths").textContent = `Title ${answer.title.length} of about ${GUIDES.title} characters, message ${body} of about ${GUIDES.body}, that a lock screen shows.`;
    told(answer.payloads);
  }
  controls2.addEventListener("submit", (event) => event.preventDefault());
  controls2.addEventListener("input", () => {
    arrange(controls2, pane2);
    look();
  });
  arrange(controls2, pane2);
  startPast(controls2, page2);
  return look;
}
async function tellMatching(node, page2, stage, query) {
  if (!query) return;
  const { matching, lookedAt, complete } = await ask(page2.urls.estimate[stage], { query });
  if (matching === void 0) return;
  const of = complete ? `${lookedAt.toLocaleString("en")} players` : `the first ${lookedAt.toLocaleString("en")} players looked at`;
  node.textContent = `Its query matches ${matching.toLocaleString("en")} of ${of} on ${stage === "live" ? "LIVE" : stage}.`;
}
function offerVariants(select, names) {
  const wanted = names.map((name, index) => `${index + 1}. ${name}`);
  const options = [...select.options].filter((option) => /^\d/.test(option.value));
  if (JSON.stringify(options.map((option) => option.text)) === JSON.stringify(wanted)) return;
  const chosen = select.value;
  for (const option of options) option.remove();
  const last = select.options[select.options.length - 1];
  wanted.forEach((words, index) => last.before(new Option(words, String(index))));
  select.value = [...select.options].some((option) => option.value === chosen) ? chosen : "";
}
function sceneOf(controls2) {
  const given = Object.fromEntries(new FormData(controls2));
  const natural = given.variant === "player";
  const [kind, past] = String(given.source ?? "").split(":");
  return {
    stage: given.stage ?? "preview",
    variant: given.variant && !natural ? Number(given.variant) : null,
    natural,
    player: natural ? given.player : "",
    past: kind === "past" ? past : "",
    data: kind === "data" ? given.data : "",
    stress: given.stress ?? ""
  };
}
function arrange(controls2, pane2) {
  const { natural } = sceneOf(controls2);
  controls2.querySelector("[data-part=as-player]").hidden = !natural;
  controls2.querySelector("[data-part=pasted]").hidden = controls2.elements.source.value !== "data";
  pane2.querySelector("[data-part=frames]").dataset.scheme = controls2.elements.scheme.value;
}
function startPast(controls2, page2) {
  const source = controls2.elements.source;
  const group = source.querySelector("optgroup");
  const look = async () => {
    const { messages = [] } = await ask(page2.urls.past[controls2.elements.stage.value]);
    group.replaceChildren(...messages.map(({ id, at, player, text }) => new Option(`${at} \xB7 ${player} \xB7 ${text}`, `past:${id}`)));
    group.hidden = messages.length === 0;
  };
  controls2.elements.stage.addEventListener("change", look);
  look();
}
function triedWords({ index, query, holds, leaves }) {
  const why = leaves.map(({ words, holds: one, actual }) => `${one ? "\u2713" : "\u2717"} ${words} (has ${actual ?? "nothing"})`);
  return `${holds ? "\u2713" : "\u2717"} Variant ${index + 1}, ${query || "a query of its own"}: ${why.join("; ") || "the query is gone"}`;
}
function say(node, state, words) {
  node.dataset.state = state;
  if (node.textContent !== words) node.textContent = words;
}
function list2(node, words) {
  node.hidden = words.length === 0;
  node.replaceChildren(...words.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

// frontend/portal/editor/replay.js
function startReplay(button2, area, url, draft2) {
  button2.addEventListener("click", async () => {
    button2.disabled = true;
    try {
      const answer = await post(url(), { draft: draft2() });
      if (answer.ok) window.htmx.swap(area, await answer.text(), { swapStyle: "innerHTML" });
      else {
        const { problems: problems2, error } = await read(answer);
        area.textContent = problems2 ? `Not replayed: ${sentence(problems2[0])}` : error;
      }
    } finally {
      button2.disabled = false;
    }
  });
}

// frontend/portal/editor/template-field.js
import {
  EditorState as EditorState2,
  EditorView as EditorView5,
  acceptCompletion,
  autocompletion as autocompletion2,
  completionKeymap as completionKeymap2,
  defaultKeymap as defaultKeymap2,
  drawSelection,
  history as history2,
  historyKeymap as historyKeymap2,
  keymap as keymap2,
  placeholder,
  startCompletion
} from "../vendor/codemirror.js";
function mountTemplateField(input, page2) {
  const mounted = mount(input, [
    keymap2.of([{ key: "Enter", run: (view) => acceptCompletion(view) || true }]),
    keymap2.of([...completionKeymap2, ...historyKeymap2, ...defaultKeymap2]),
    history2(),
    drawSelection(),
    oneLine,
    EditorView5.lineWrapping,
    autocompletion2({ override: [templateCompletion(page2.completions)], icons: false, activateOnTypingDelay: 50 }),
    placeholder(input.placeholder || ""),
    ...looksOf(input, page2.nonce)
  ]);
  if (!input.disabled) offerInserting(mounted.view);
  return mounted;
}
function offerInserting(view) {
  const button2 = document.createElement("button");
  button2.type = "button";
  button2.className = "quiet insert-field";
  button2.textContent = "Insert field";
  let visited = false;
  view.contentDOM.addEventListener("focus", () => visited = true);
  button2.addEventListener("click", () => {
    if (!visited) view.dispatch({ selection: { anchor: view.state.doc.length } });
    view.focus();
    view.dispatch(view.state.replaceSelection("${"));
    startCompletion(view);
  });
  view.dom.after(button2);
}
var oneLine = EditorState2.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction;
  const text = transaction.newDoc.toString().replace(/\s*\n\s*/g, " ");
  const whole = { from: 0, to: transaction.startState.doc.length, insert: text };
  return { changes: whole, selection: { anchor: Math.min(transaction.newSelection.main.head, text.length) } };
});

// frontend/portal/editor/trial.js
function startTrial(form3, controls2, page2, unsaved) {
  const stage = form3.elements.stage;
  offerPlayers(form3.elements.player, () => page2.urls.players[stage.value]);
  const arrange2 = () => {
    form3.querySelector("[data-part=confirm]").hidden = stage.value !== "live";
    form3.elements.confirmed.disabled = stage.value !== "live";
    form3.querySelector("[data-part=unsaved]").hidden = !unsaved();
  };
  form3.addEventListener("input", arrange2);
  form3.addEventListener("focusin", arrange2);
  form3.addEventListener("submit", async (event) => {
    event.preventDefault();
    arrange2();
    const sent = new FormData(form3);
    const { past, data } = sceneOf(controls2);
    sent.set("past", stage.value === controls2.elements.stage.value ? past : "");
    sent.set("sample", data);
    const button2 = form3.querySelector("[type=submit]");
    button2.disabled = true;
    try {
      const answer = await fetch(page2.urls.trial[stage.value], { method: "POST", body: sent });
      window.htmx.swap("#trial-answer", await answer.text(), { swapStyle: "outerHTML" });
    } finally {
      button2.disabled = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form3.requestSubmit();
  });
  arrange2();
}

// frontend/portal/editor.js
var PAUSE3 = 250;
var form2 = (
  /** @type {HTMLFormElement} */
  document.getElementById("message-form")
);
var pane = document.getElementById("message-preview");
var page = { ...JSON.parse(document.getElementById("message-page").textContent), nonce: pane.dataset.nonce };
var editors = /* @__PURE__ */ new Map();
var draft = () => readDraft(form2);
var saved = form2.hasAttribute("data-unsaved") ? "" : JSON.stringify(draft());
var problems = [];
var controls = pane.querySelector("form.preview-controls");
var preview = startPreview(pane, page, draft, tellPayloads);
var check = settled(PAUSE3, async (signal) => {
  const answer = await ask(page.urls.check, { draft: draft() }, signal);
  problems = (answer.problems ?? []).map((each) => ({ ...each, key: keyOf(each.field, numberAt(each.variant)) }));
  showProblems(editors, problems);
});
function numberAt(index) {
  return index === null ? "" : numberOf(rowsOf(form2)[index]?.querySelector("[data-field]") ?? form2);
}
function mountAll() {
  for (const [key, { input }] of editors) if (!input.isConnected) editors.delete(key);
  for (const field of form2.querySelectorAll("[data-field], [data-json]")) {
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
onChange(form2, refresh);
document.addEventListener("keydown", (event) => {
  if (event.key !== "F8") return;
  event.preventDefault();
  goToNext(editors, problems);
});
offerPlayers(controls.elements.player, () => page.urls.players[controls.elements.stage.value]);
var replay = pane.querySelector("[data-part=replay]");
if (replay) startReplay(replay, pane.querySelector("[data-part=replayed]"), () => page.urls.replay[controls.elements.stage.value], draft);
var trial = document.getElementById("trial-form");
if (trial) startTrial(trial, controls, page, () => JSON.stringify(draft()) !== saved);
refresh();
