// The controls of a condition's value, by the field's kind and the operator.
import { input, select } from "./controls.js";

const NUMBER = /^-?\d+(\.\d+)?$/;

/** What a condition of that field begins with. */
export function firstValue(kind, op, before) {
  if (op === "exists" || kind === "flag") return typeof before === "boolean" ? before : true;
  const one = Array.isArray(before) ? before[0] : before;
  const kept = one === undefined || typeof one === "boolean" ? "" : one;
  const value = kind === "date" && !String(kept).match(/^-P|^\d{4}-/) ? "-P7D" : kept;
  return op === "in" ? [value] : value;
}

/**
 * @param {{kind: string}} field
 * @param {{op: string, value: any}} json of the condition
 * @param {string} name for who does not see it
 * @param {(value: any) => void} changed
 */
export function valueControl(field, json, name, changed) {
  if (json.op === "exists" || field.kind === "flag") {
    const node = select(`${name}: value`, [["true", "yes"], ["false", "no"]], String(json.value));
    node.addEventListener("change", () => changed(node.value === "true"));
    return node;
  }
  const node = input(`${name}: value`, shown(json));
  node.placeholder = field.kind === "date" ? "-P7D or 2026-01-31" : json.op === "in" ? "one, another" : "value";
  if (field.kind === "date") node.title = "-P7D: seven days ago; -PT12H: twelve hours ago; or a day";
  node.addEventListener("input", () => changed(typed(field.kind, json.op, node.value)));
  return node;
}

function shown({ value }) {
  return (Array.isArray(value) ? value : [value]).map(asTyped).join(", ");
}

/** A text that reads like a number is in quotes, so that it stays a text. */
function asTyped(value) {
  const bare = String(value);
  const ambiguous = typeof value === "string" && (NUMBER.test(bare) || bare === "true" || bare === "false");
  return ambiguous ? JSON.stringify(value) : bare;
}

function typed(kind, op, text) {
  if (op !== "in") return one(kind, text);
  return text.split(",").map((each) => each.trim()).filter(Boolean).map((each) => one(kind, each));
}

/** Fields of scripts hold numbers and truths too. */
function one(kind, text) {
  const bare = text.trim();
  const quoted = bare.match(/^"(.*)"$/);
  if (quoted && (NUMBER.test(quoted[1]) || ["true", "false"].includes(quoted[1]))) return quoted[1];
  if (kind !== "json") return text;
  if (NUMBER.test(bare)) return Number(bare);
  return bare === "true" || bare === "false" ? bare === "true" : text;
}
