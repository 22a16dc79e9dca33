"use strict";
const { ask, callSite, forgetAll, idOf, saveAll } = core;

// A request's own fields are assigned by name; Date objects travel as the text that dates have on the wire.
function sendRequest(document, playerId, runsScripts) {
    saveAll();
    const response = ask("request.send", { document, playerId, runsScripts, at: callSite() });
    forgetAll();
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

return { requestType, sendRequest };
