"use strict";
const { ask, readable, unavailable } = core;

// The operator's mail service sends it: the account that scripts name is another's, and no more.
const SendGrid = readable(class SendGrid {
    #mail = { to: [], from: null, subject: "", text: null, html: null, replyTo: null, bcc: [], headers: {} };
    addTo(email, name) { this.#mail.to.push(addressOf(email, name)); return this; }
    setFrom(email, name) { this.#mail.from = addressOf(email, name); return this; }
    setBcc(bcc) { this.#mail.bcc.push(String(bcc)); return this; }
    setReplyTo(email) { this.#mail.replyTo = String(email); return this; }
    setSubject(subject) { this.#mail.subject = String(subject); return this; }
    setText(text) { this.#mail.text = String(text); return this; }
    setHtml(html) { this.#mail.html = String(html); return this; }
    addHeader(key, value) { this.#mail.headers[String(key)] = String(value); return this; }
    send() { return ask("mail.send", this.#mail); }
});
unavailable(SendGrid, ["addDownloadable", "addUploaded"]);

function addressOf(email, name) {
    return [String(email), name === undefined || name === null ? "" : String(name)];
}

return { SendGrid };
