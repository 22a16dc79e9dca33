// What parts of a page that htmx fills say while the server does not answer. Those that ask again by
// themselves go on asking; of others it is said what failed, with a button that tries again.
const AGAIN_MS = 3000;
const opened = new Date();
const answeredAt = new WeakMap(); // element → Date
const notices = new WeakMap(); // element → the notice after it
const waiting = new WeakSet(); // elements that will ask again

const WHY = {
  0: "The server cannot be reached.",
  401: "You are signed out.",
  403: "Your role does not allow this.",
  404: "This is not there any more.",
  429: "Too many requests; wait a second.",
};

function asksAgain(element) {
  return /\b(load|every)\b/.test(element.getAttribute("hx-trigger") ?? "");
}

function clock(date) {
  return date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

function say(element, look, words, ...more) {
  notices.get(element)?.remove();
  const notice = document.createElement("p");
  notice.className = `live-said ${look}`;
  notice.setAttribute("role", look === "failed-part" ? "alert" : "status");
  notice.append(words, ...more);
  notices.set(element, notice);
  element.after(notice);
}

function link(words, href) {
  return Object.assign(document.createElement("a"), { href, textContent: words });
}

function button(words, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: words });
  made.addEventListener("click", act);
  return made;
}

function failed({ detail }) {
  const { elt, xhr, requestConfig } = detail;
  const { verb, path } = requestConfig;
  const again = () => {
    waiting.delete(elt);
    if (elt.isConnected) window.htmx.ajax(verb, path, { source: elt });
  };
  const gone = xhr.status >= 400 && xhr.status < 500 && xhr.status !== 429;
  if (asksAgain(elt) && !gone) {
    const at = clock(answeredAt.get(elt) ?? opened);
    if (!notices.has(elt)) say(elt, "paused", `Live updates paused; reconnecting… What you see is of ${at}.`);
    if (!waiting.has(elt)) setTimeout(again, AGAIN_MS);
    waiting.add(elt);
    return;
  }
  const id = xhr.getResponseHeader("X-Request-Id");
  const why = WHY[xhr.status] ?? "The server failed; the fault is in its log.";
  const ways = xhr.status === 401 ? link("Sign in", "/login/") : button("Retry", again);
  say(elt, "failed-part", `${why}${id ? ` Request ${id}.` : ""} `, ways);
}

document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:timeout", failed);
document.addEventListener("htmx:load", ({ detail }) => answeredAt.set(detail.elt, new Date()));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) return;
  answeredAt.set(detail.elt, new Date());
  notices.get(detail.elt)?.remove();
  notices.delete(detail.elt);
});
