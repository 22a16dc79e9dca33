// What is offered behind `${`, and inside `{% … %}`: the message's fields, then filters, then snippets.

/**
 * @typedef {{path: string, type: string, sample: string}} Field
 * @typedef {{fields: Field[], filters: {name: string, help: string}[], snippets: {label: string, text: string}[]}} Catalogue
 */

const OPEN = /\$\{\s*([\w.[\]-]*)$/; // a path that is being written
const FILTER = /\$\{[^}]*\|\s*(\w*)$/;
const CONDITION = /\{%\s*(?:el)?if\s[^%]*?([\w.[\]-]*)$/;
const DOLLAR = /\$$/;
const BLOCK = /\{%?\s*$/;

/** @param {Catalogue} catalogue */
export function templateCompletion(catalogue) {
  const fields = catalogue.fields.map((field) => ({
    label: field.path,
    type: "variable",
    detail: field.sample ? `${field.type} · ${field.sample}` : field.type,
  }));
  const filters = catalogue.filters.map(({ name, help }) => ({ label: name, type: "function", detail: help }));

  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const behind = line.text.slice(context.pos - line.from);
    let found;
    if ((found = FILTER.exec(before))) return offer(context, found[1], filters);
    if ((found = OPEN.exec(before))) return offer(context, found[1], closed(fields, behind));
    if ((found = CONDITION.exec(before))) return offer(context, found[1], fields);
    if (DOLLAR.test(before) && context.explicit) return null;
    if ((found = BLOCK.exec(before)) && found[0].length > 0) return snippets(context, found[0], catalogue);
    return null;
  };
}

function offer(context, typed, options) {
  return { from: context.pos - typed.length, options, validFor: /^[\w.[\]-]*$/ };
}

/** With the closing brace, where it is not there yet. */
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
