// One condition: a field, an operator that it takes, and a value; or a segment and its value.
//
// A control stays while what follows from it is drawn anew: who types into a select goes on typing.
import { button, element, input, select } from "./controls.js";
import { firstValue, valueControl } from "./value.js";

const OPERATORS = {
  eq: "is", ne: "is not", gt: "is above", gte: "is at least", lt: "is below", lte: "is at most", in: "is one of",
  contains: "contains", exists: "exists",
};
const OF_DATES = { gt: "is after", gte: "is since", lt: "is before", lte: "is until", eq: "is at", ne: "is not at" };
const OF_SETS = { eq: "has", ne: "has not", in: "has one of", contains: "has" };

/** What a new condition is: of a segment where there is one. */
export function newLeaf(page) {
  const [code] = Object.keys(page.segments);
  if (code) return { kind: "leaf", json: ofSegment(page, code) };
  return { kind: "leaf", json: { field: "displayName", op: "eq", value: "" } };
}

function ofSegment(page, code) {
  return { segment: code, is: page.segments[code]?.[0] ?? "" };
}

/**
 * @param {import("./tree.js").Leaf} leaf
 * @param {object} page what the game has
 * @param {string} name such as "Condition 2"
 * @param {{written: () => void, remove: () => void}} on
 */
export function drawLeaf(leaf, page, name, on) {
  const node = element("div", "query-leaf");
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", name);
  const rest = element("div", "query-rest");
  const drawRest = () => rest.replaceChildren(...controlsOf(leaf, page, name, on.written));
  node.append(fieldSelect(leaf, page, name, drawRest, on.written), rest, button("✕", on.remove, `Remove ${name}`));
  drawRest();
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Delete" || event.target.matches("input")) return;
    event.preventDefault();
    on.remove();
  });
  return node;
}

function fieldOf(leaf, page) {
  const name = (leaf.json.field ?? "").split(".")[0];
  return page.fields.find((each) => each.name === name) ?? { name, label: name, kind: "text", operators: ["eq"] };
}

function fieldSelect(leaf, page, name, drawRest, written) {
  const options = [["segment", "segment"], ...page.fields.map((each) => [each.name, each.label])];
  const node = select(`${name}: field`, options, "segment" in leaf.json ? "segment" : fieldOf(leaf, page).name);
  node.dataset.part = "field";
  node.addEventListener("change", () => {
    leaf.json = node.value === "segment" ? ofSegment(page, Object.keys(page.segments)[0] ?? "") : ofField(leaf, page, node.value);
    drawRest();
    written();
  });
  return node;
}

/** Another field, with what of the condition still makes sense. */
function ofField(leaf, page, name) {
  const field = page.fields.find((each) => each.name === name);
  const first = field.kind === "date" ? "gte" : field.operators[0];
  const op = field.kind !== "date" && field.operators.includes(leaf.json.op) ? leaf.json.op : first;
  const path = field.kind === "json" ? `${field.name}.level` : field.name;
  return { field: path, op, value: firstValue(field.kind, op, leaf.json.value) };
}

function controlsOf(leaf, page, name, written) {
  return "segment" in leaf.json ? segmentControls(leaf, page, name, written) : fieldControls(leaf, page, name, written);
}

function segmentControls(leaf, page, name, written) {
  const codes = Object.keys(page.segments).map((code) => [code, code]);
  const segment = select(`${name}: segment`, codes, leaf.json.segment);
  const place = element("span", "query-value");
  const drawValue = () => {
    const values = (page.segments[leaf.json.segment] ?? []).map((value) => [value, value]);
    const value = select(`${name}: value`, values, leaf.json.is);
    value.addEventListener("change", () => {
      leaf.json.is = value.value;
      written();
    });
    place.replaceChildren(value);
  };
  segment.addEventListener("change", () => {
    leaf.json = ofSegment(page, segment.value);
    drawValue();
    written();
  });
  drawValue();
  return [segment, element("span", "query-is", "is"), place];
}

function fieldControls(leaf, page, name, written) {
  const of = fieldOf(leaf, page);
  const words = of.kind === "date" ? OF_DATES : of.kind === "set" ? OF_SETS : {};
  const op = select(`${name}: operator`, of.operators.map((each) => [each, words[each] ?? OPERATORS[each]]), leaf.json.op);
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
