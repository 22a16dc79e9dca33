// Asks the server with JSON. Only the answer to the latest question counts.

/** The form's token, without which the server refuses every question. */
function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

/**
 * @param {string} url
 * @param {object} body
 * @param {AbortSignal} [signal]
 * @returns {Promise<Response>}
 */
export function post(url, body, signal) {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
    signal,
  });
}

/**
 * Calls `ask(signal)` once nothing has asked for `delay` ms; a later call ends the one under way.
 * @param {number} delay
 * @param {(signal: AbortSignal) => Promise<void>} ask
 */
export function settled(delay, ask) {
  let timer = 0;
  let running = new AbortController();
  return () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      running.abort();
      running = new AbortController();
      const { signal } = running;
      try {
        await ask(signal);
      } catch (fault) {
        if (!signal.aborted) throw fault;
      }
    }, delay);
  };
}

/**
 * The answer's JSON, or `error` with words about why there is none: whatever happens, saving goes on working.
 * @param {string} url
 * @param {object} [body] asks by POST
 * @param {AbortSignal} [signal]
 * @returns {Promise<{error?: string, [name: string]: any}>}
 */
export async function ask(url, body, signal) {
  try {
    return await read(await (body === undefined ? fetch(url, { signal }) : post(url, body, signal)));
  } catch (fault) {
    if (signal?.aborted) throw fault;
    return { error: "The server was not reached. Saving is a matter of its own." };
  }
}

/**
 * The answer's JSON; a sentence about what failed where it is none.
 * @param {Response} answer
 */
export async function read(answer) {
  if ((answer.headers.get("Content-Type") ?? "").startsWith("application/json")) return answer.json();
  return { error: `The server answered ${answer.status}.` };
}
