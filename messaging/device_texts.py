"""What a device shows of a push: an approximation for previews, by what each provider documents. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from push.providers import Provider
from push.toasts import notification_of

SILENT = "A silent push: the device shows nothing, the app is woken."
DATA_ALONE = "Data alone: the app decides what to show."
LOCALISED = "The app's own texts: it looks up {}."


@dataclass(frozen=True, slots=True)
class DeviceTexts:
    """`note` says in words what the texts do not: that nothing is shown, or that the app decides."""

    title: str = ""
    sub_title: str = ""
    body: str = ""
    note: str = ""


def texts_shown(provider: str, payload: Mapping[str, Any]) -> DeviceTexts:
    return _BY_PROVIDER[Provider(provider)](payload)


def _apns(payload: Mapping[str, Any]) -> DeviceTexts:
    alert = _object(payload.get("aps")).get("alert")
    if isinstance(alert, str):
        return DeviceTexts(body=alert) if alert else DeviceTexts(note=SILENT)
    texts = _object(alert)
    keys = [str(texts[key]) for key in ("title-loc-key", "subtitle-loc-key", "loc-key") if texts.get(key)]
    note = LOCALISED.format(", ".join(keys)) if keys else ""
    shown = DeviceTexts(_text(texts, "title"), _text(texts, "subtitle"), _text(texts, "body"), note)
    return shown if any((shown.title, shown.sub_title, shown.body, note)) else DeviceTexts(note=SILENT)


def _fcm(payload: Mapping[str, Any]) -> DeviceTexts:
    """What `android` says of a text goes before the text for all."""
    shown = {
        **_object(payload.get("notification")),
        **_object(_object(payload.get("android")).get("notification")),
    }
    title, body = _text(shown, "title"), _text(shown, "body")
    return DeviceTexts(title, body=body) if title or body else DeviceTexts(note=DATA_ALONE)


def _adm(payload: Mapping[str, Any]) -> DeviceTexts:
    """Kindle hands all of it to the app; these are the texts that ours are under."""
    data = _object(payload.get("data"))
    texts = _text(data, "title"), _text(data, "subTitle"), _text(data, "message")
    return DeviceTexts(*texts, note=DATA_ALONE)


def _wns(payload: Mapping[str, Any]) -> DeviceTexts:
    if notification_of(payload).kind == "wns/raw":
        return DeviceTexts(note=DATA_ALONE)
    return DeviceTexts(_text(payload, "title"), body=_text(payload, "body"))


def _web(payload: Mapping[str, Any]) -> DeviceTexts:
    """The site's service worker shows it: by these names, if it does as our example."""
    title, body = _text(payload, "title"), _text(payload, "body")
    return DeviceTexts(title, body=body) if title or body else DeviceTexts(note=DATA_ALONE)


_BY_PROVIDER = {
    Provider.APNS: _apns,
    Provider.FCM: _fcm,
    Provider.ADM: _adm,
    Provider.WNS: _wns,
    Provider.WEB: _web,
}


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(texts: Mapping[str, Any], key: str) -> str:
    value = texts.get(key)
    return value if isinstance(value, str) else ""
