"use strict";
const { ask, keys, isArray, parse, readable, stringify, unavailable } = core;

const SparkHttpResponse = readable(class SparkHttpResponse {
    #answer;
    constructor(answer) { this.#answer = answer; }
    getResponseCode() { return this.#answer.status; }
    getHeaders() { return { ...this.#answer.headers }; }
    getResponseString() { return this.#answer.text; }
    getResponseJson() { return parse(this.#answer.text); }
});
unavailable(SparkHttpResponse, ["getResponseXml"]);

const FORM = "application/x-www-form-urlencoded; charset=utf-8";
const JSON_TYPE = "application/json; charset=utf-8";
const TEXT = "text/plain; charset=utf-8";

const SparkHttp = readable(class SparkHttp {
    #url;
    #headers = {};
    #auth = null;
    constructor(url) { this.#url = url; }
    setHeaders(headers) {
        for (const name of keys(headers || {})) this.#headers[name] = String(headers[name]);
        return this;
    }
    setBasicAuth(username, password) {
        this.#auth = [String(username), String(password)];
        return this;
    }
    get() { return this.#call("GET", null, null); }
    delete() { return this.#call("DELETE", null, null); }
    postForm(form) { return this.#call("POST", formOf(form), FORM); }
    postJson(form) { return this.#call("POST", stringify(form), JSON_TYPE); }
    postString(data) { return this.#call("POST", String(data), TEXT); }
    putForm(form) { return this.#call("PUT", formOf(form), FORM); }
    putJson(form) { return this.#call("PUT", stringify(form), JSON_TYPE); }
    putString(data) { return this.#call("PUT", String(data), TEXT); }
    #call(method, body, type) {
        const call = { method, url: this.#url, headers: this.#headers, auth: this.#auth, body: body ?? null, type };
        return new SparkHttpResponse(ask("http.call", call));
    }
});
unavailable(SparkHttp, ["postXml", "putXml"]);

function formOf(form) {
    const pairs = [];
    for (const name of keys(form || {})) {
        const values = isArray(form[name]) ? form[name] : [form[name]];
        for (const value of values) {
            const text = typeof value === "object" && value !== null ? stringify(value) : String(value);
            pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(text)}`);
        }
    }
    return pairs.join("&");
}

return { SparkHttp };
