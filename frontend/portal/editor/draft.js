// The unsaved message, as it stands in the form. Its own texts carry `data-field` and `data-json`; a variant is a
// row, in the order in which the rows stand, its fields numbered as they were added.

/** @typedef {{title: string, subTitle: string, template: string, json: Record<string, string>}} Texts */

/** The number of a variant's field in the form; "" for the message's own. */
export function numberOf(field) {
  return field.dataset.variant ?? "";
}

/**
 * How problems and editors are matched: `title`, `1/template`.
 * @param {string} field
 * @param {string} number
 */
export function keyOf(field, number) {
  return number === "" ? field : `${number}/${field}`;
}

/** @param {HTMLFormElement} form */
export function rowsOf(form) {
  const rows = [...form.querySelectorAll("[data-variant-row]")];
  return rows.filter((row) => !row.querySelector("[name$='-DELETE']")?.checked);
}

/**
 * @param {HTMLFormElement} form
 * @returns {Texts & {variants: (Texts & {query: string})[], sendAsPush: boolean}}
 */
export function readDraft(form) {
  const own = [...form.querySelectorAll("[data-field], [data-json]")].filter((field) => numberOf(field) === "");
  return {
    ...textsOf(own),
    variants: rowsOf(form).map(variantOf),
    sendAsPush: form.querySelector("[name=send_as_push]")?.checked ?? true,
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
    query: value("query") || value("own_query"),
  };
}

/** A variant has all its payloads in one field. */
function payloadsOf(text) {
  try {
    const value = JSON.parse(text || "{}");
    return Object.fromEntries(Object.entries(value).map(([name, payload]) => [name, payload === null ? "" : JSON.stringify(payload)]));
  } catch {
    return {}; // which saving says
  }
}

/** What the variants are called, in order. */
export function variantNames(draft) {
  return draft.variants.map(({ query }) => (query.startsWith("{") ? "own query" : query || "new variant"));
}

/**
 * Calls `changed` whenever the user, or a script, changes the form.
 * @param {HTMLFormElement} form
 * @param {() => void} changed
 */
export function onChange(form, changed) {
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
}
