"use strict";
const { ask, readable } = core;

const SparkDigest = readable(class SparkDigest {
    md2Hex(data) { return hexOf(md2(bytesOf(String(data)))); }
    md2Base64(data) { return base64Of(md2(bytesOf(String(data)))); }
    hmacSha256HexWithHexKey(hexKey, value) {
        return ask("digest.hmac", "sha256", "hex", String(hexKey), String(value), "hex");
    }
    hmacSha256Base64WithBase64Key(base64Key, value) {
        return ask("digest.hmac", "sha256", "base64", String(base64Key), String(value), "base64");
    }
});

for (const name of ["md5", "sha1", "sha256", "sha384", "sha512"]) {
    const hmac = `hmac${name[0].toUpperCase()}${name.slice(1)}`;
    for (const form of ["Hex", "Base64"]) {
        const as = form.toLowerCase();
        Object.assign(SparkDigest.prototype, {
            [name + form](data) { return ask("digest.hash", name, as, String(data)); },
            [hmac + form](key, value) { return ask("digest.hmac", name, "text", String(key), String(value), as); },
        });
    }
}

function bytesOf(text) {
    const escaped = encodeURIComponent(text); // throws at half a surrogate pair
    const bytes = [];
    for (let at = 0; at < escaped.length; at++) {
        if (escaped[at] === "%") {
            bytes.push(parseInt(escaped.slice(at + 1, at + 3), 16));
            at += 2;
        } else bytes.push(escaped.charCodeAt(at));
    }
    return bytes;
}

function hexOf(bytes) {
    return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function base64Of(bytes) {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let text = "";
    for (let at = 0; at < bytes.length; at += 3) {
        const three = (bytes[at] << 16) | ((bytes[at + 1] || 0) << 8) | (bytes[at + 2] || 0);
        for (let place = 0; place < 4; place++) {
            text += at + place > bytes.length ? "=" : letters[(three >> (18 - 6 * place)) & 63];
        }
    }
    return text;
}

// RFC 1319, which no library of the server's knows any more; its table is made of the digits of pi.
const PI = bytesOfHex(
    "292e43c9a2d87c013d3654a1ecf0061362a705f3c0c7738c98932bd9bc4c82ca1e9b573cfdd4e01667426f188a17e512" +
    "be4ec4d6da9ede49a0fbf58ebb2fee7aa968799115b2073f94c210890b225f21807f5d9a5a903227353ecce7bff79703" +
    "ff1930b348a5b5d1d75e922aac56aac64fb838d296a47db676fc6be29c7404f1459d705964718720865bcf65e62da802" +
    "1b6025adaeb0b9f61c46616934407e0f5547a323dd51af3ac35cf9cebac5ea262c530d6e85288409d3dfcdf441814d52" +
    "6adc37c86cc1abfa24e17b080cbdb14a7888958be363e86de9cbd5fe3b001d39f2efb70e6658d0e4a67772f8eb754b0a" +
    "314450b48fed1f1adb998d339f118314",
);

function bytesOfHex(text) {
    return text.match(/../g).map((pair) => parseInt(pair, 16));
}

function md2(bytes) {
    const padding = 16 - (bytes.length % 16);
    const message = bytes.concat(Array(padding).fill(padding));
    const sum = Array(16).fill(0);
    let last = 0;
    for (let at = 0; at < message.length; at++) last = sum[at % 16] ^= PI[message[at] ^ last];
    const state = Array(48).fill(0);
    for (const block of [...blocksOf(message), sum]) {
        for (let at = 0; at < 16; at++) {
            state[16 + at] = block[at];
            state[32 + at] = state[16 + at] ^ state[at];
        }
        let carried = 0;
        for (let round = 0; round < 18; round++) {
            for (let at = 0; at < 48; at++) carried = state[at] ^= PI[carried];
            carried = (carried + round) % 256;
        }
    }
    return state.slice(0, 16);
}

function blocksOf(message) {
    return Array.from({ length: message.length / 16 }, (_, at) => message.slice(16 * at, 16 * at + 16));
}

return { SparkDigest };
