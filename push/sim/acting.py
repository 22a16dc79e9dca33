"""From a fault to what a service does with a request that kept the rules. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email.utils import formatdate

from .faults import Fault
from .wire import Answer, Refusal

Refuse = Callable[[Refusal], Answer]
FAULT = "fault"  # the `rule` of a refusal that only a fault made


@dataclass(frozen=True, slots=True)
class Act:
    """`take`: the push is delivered. `hold`: nothing happens until the simulator's release.

    The answer is given after `wait` seconds, its body over `slow`. `reset`: the connection ends instead.
    """

    take: bool
    answer: Answer
    verdict: str = "accepted"
    wait: float = 0.0
    slow: float = 0.0
    reset: bool = False
    hold: bool = False


def act_of(
    fault: Fault | None, accepted: Answer, refuse: Refuse, codes: Mapping[str, int], now: float
) -> Act:
    """`codes` are the service's words with their status: those of its troubles under the fault's kind."""
    kind = fault.kind if fault else "pass"
    match kind:
        case "delay":
            return Act(True, accepted, wait=_seconds(fault))
        case "slow_body":
            return Act(True, accepted, slow=_seconds(fault))
        case "bad_json":
            return Act(True, replace(accepted, body=b'{"this was to be JSO'))
        case "reset_before" | "reset_after":
            return Act(kind == "reset_after", accepted, kind, reset=True)
        case "redirect":
            return Act(False, accepted, kind)
        case "black_hole":
            return Act(True, accepted, hold=True)
        case "too_many" | "server_error" | "unavailable" | "refuse":
            assert fault is not None
            return _refusal(fault, refuse, codes, now)
        case _:
            return Act(True, accepted)


def _refusal(fault: Fault, refuse: Refuse, codes: Mapping[str, int], now: float) -> Act:
    code = fault.code or next((name for name in codes if name.startswith(f"{fault.kind}:")), "")
    status = fault.status or codes.get(code, 400)
    code = code.rpartition(":")[2]
    extra = {"timestamp": fault.timestamp_ms} if fault.timestamp_ms else {}
    answer = refuse(Refusal(status, code, FAULT, "a fault on demand", **extra))
    headers = dict(answer.headers) | retry_after(fault, now)
    return Act(False, replace(answer, headers=headers), code)


def retry_after(fault: Fault, now: float) -> dict[str, str]:
    """In one of the header's two forms."""
    if fault.form == "none" or not fault.seconds or fault.kind == "refuse":
        return {}
    whole = int(fault.seconds)
    return {"Retry-After": str(whole) if fault.form == "seconds" else formatdate(now + whole, usegmt=True)}


def _seconds(fault: Fault | None) -> float:
    return fault.seconds if fault else 0.0
