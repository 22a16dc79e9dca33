// A request's own fields are assigned by name; Date objects travel as the text that dates have on the wire.
function sendRequest(document, playerId, runsScripts) {
    saveAll();
    const response = ask("request.send", { document, playerId, runsScripts, at: callSite() });
    for (const player of players.values()) player.forget();
    for (const challenge of challenges.values()) challenge.forget();
    return response;
}

function requestType(name) {
    return class {
        Send() { return sendRequest({ ...this, "@class": name }, null, false); }
        SendAs(playerId) { return sendRequest({ ...this, "@class": name }, idOf(playerId), false); }
        Execute() { return sendRequest({ ...this, "@class": name }, null, true); }
        ExecuteAs(playerId) { return sendRequest({ ...this, "@class": name }, idOf(playerId), true); }
    };
}

const requestTypes = {};
const SparkRequests = new Proxy(requestTypes, {
    get(types, name) {
        if (typeof name === "string" && types[name] === undefined && /^[A-Z]\w*Request$/.test(name)) {
            types[name] = requestType(name);
        }
        return types[name];
    },
});
