// The editor of a message: variants are added here, and the server renders what the form says as it is typed.
(() => {
  const form = document.getElementById("message-form");
  const phone = document.getElementById("preview-phone");
  const variant = document.getElementById("preview-variant");
  const sample = document.getElementById("preview-sample");
  const DELAY = 250;
  let timer = 0;
  let latest = 0;

  function list(id, lines) {
    const target = document.getElementById(id);
    target.replaceChildren(...lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }));
    target.hidden = lines.length === 0;
  }

  function nameVariants(names) {
    const chosen = variant.value;
    variant.replaceChildren(...["Default", ...names].map((name, index) => {
      const option = document.createElement("option");
      option.value = index ? String(index - 1) : "";
      option.textContent = index ? `${index}. ${name}` : name;
      return option;
    }));
    variant.value = [...variant.options].some((option) => option.value === chosen) ? chosen : "";
  }

  function show(answer) {
    const faults = answer.faults || [];
    list("preview-faults", faults);
    phone.toggleAttribute("data-stale", faults.length > 0);
    if (faults.length) return;
    list("preview-warnings", answer.warnings);
    nameVariants(answer.variants);
    for (const target of document.querySelectorAll("[data-preview-text]")) {
      target.textContent = answer[target.dataset.previewText];
    }
    for (const [provider, payload] of Object.entries(answer.payloads)) {
      document.querySelector(`[data-preview-payload="${provider}"]`).textContent = payload.text;
      document.querySelector(`[data-preview-size="${provider}"]`).textContent = `${payload.size} of ${payload.limit} bytes`;
    }
  }

  async function refresh() {
    const mine = ++latest;
    const state = new FormData(form);
    state.set("preview_variant", variant.value);
    state.set("sample", sample.value);
    try {
      const response = await fetch(form.dataset.preview, { method: "POST", body: state });
      if (!response.ok) throw new Error(`The preview failed (${response.status}).`);
      const answer = await response.json();
      if (mine === latest) show(answer);
    } catch (error) {
      if (mine === latest) show({ faults: [error.message] });
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(refresh, DELAY);
  }

  function addVariant() {
    const total = form.elements["variants-TOTAL_FORMS"];
    const index = Number(total.value);
    const made = document.getElementById("variant-template").content.cloneNode(true);
    for (const element of made.querySelectorAll("[id], [name], [for]")) {
      for (const name of ["id", "name", "for"]) {
        if (element.hasAttribute(name)) {
          element.setAttribute(name, element.getAttribute(name).replace("__prefix__", index));
        }
      }
    }
    document.getElementById("variants").append(made);
    total.value = index + 1;
    form.elements[`variants-${index}-ORDER`].value = index + 1;
    form.elements[`variants-${index}-query`].focus();
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  variant.addEventListener("change", refresh);
  sample.addEventListener("input", later);
  document.getElementById("add-variant")?.addEventListener("click", addVariant);
  refresh();
})();
