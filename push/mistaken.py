"""Files that developers take for a provider's credentials and that are something else, mostly older ones."""

import json
import re

from push.providers import Provider

PKCS7_DATA = bytes.fromhex("2a864886f70d010701")  # the object identifier that a .p12 begins with
_SERVER_KEY = re.compile(r"(AAAA[\w-]{7}:[\w-]{100,200}|AIza[\w-]{35})")

P12 = (
    "This is a certificate (.p12), as the old platform took it; Flint signs by a key instead. In Apple's"
    " developer account, under Keys, make a key for Apple Push Notifications service and take its .p8 file:"
    " it serves all apps of the team, in both environments."
)
CERTIFICATE = P12.replace("(.p12)", "or the key of one", 1)
SERVER_KEY = (
    "This is a server key of the old FCM, which Google switched off in 2024. In the Firebase console, under"
    " Project settings, Service accounts, generate a new private key and take that JSON file."
)
OF_THE_APP = (
    "This file belongs into the app. The server needs the service account: in the Firebase console, under"
    " Project settings, Service accounts, generate a new private key and take that JSON file."
)
KEY_ALONE = "This is a key alone. FCM needs the service account's whole JSON file."
OAUTH_CLIENT = "This is an OAuth client, by which people sign in. FCM needs a service account's JSON file."
NOT_APPLES = "This is a Google service account, which belongs to FCM. APNs needs the .p8 file of a key."


def mistaken(provider: str, content: bytes) -> str:
    """What the file is, and which to take instead; "" where it is not known to be another one."""
    text = content.decode("utf-8", "replace").strip()
    match provider:
        case Provider.APNS:
            return _for_apple(content, text)
        case Provider.FCM:
            return _for_google(content, text)
        case _:
            return ""


def _for_apple(content: bytes, text: str) -> str:
    if content[:1] == b"\x30":  # DER, as a .p12 and a .cer are
        return P12 if PKCS7_DATA in content[:64] else CERTIFICATE
    if "BEGIN CERTIFICATE" in text or "BEGIN RSA" in text:
        return CERTIFICATE
    if _keys(text) >= {"client_email", "private_key"}:
        return NOT_APPLES
    return ""


def _for_google(content: bytes, text: str) -> str:
    if _SERVER_KEY.fullmatch(text):
        return SERVER_KEY
    if content[:1] == b"\x30" or "PRIVATE KEY" in text.partition("\n")[0]:
        return KEY_ALONE
    keys = _keys(text)
    if "project_info" in keys or text.startswith(("<?xml", "<plist")):
        return OF_THE_APP
    return OAUTH_CLIENT if keys & {"installed", "web"} else ""


def _keys(text: str) -> set[str]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return set()
    return set(document) if isinstance(document, dict) else set()
