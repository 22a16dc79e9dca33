"""What is counted of scripts."""

from protocol.instruments import Counter, Gauge

calls = Counter(
    "flint_script_http_total",
    "HTTP calls of scripts, by outcome: answered, refused (no public host), timeout, too_large, failed.",
    ["outcome"],
    known=["answered", "refused", "timeout", "too_large", "failed"],
)
scheduled = Counter(
    "flint_script_scheduled_total",
    "Modules that the scheduler was to run, by outcome: done, failed, no_module, given_up (workers died).",
    ["outcome"],
    known=["done", "failed", "no_module", "given_up"],
)
oldest_scheduled = Gauge(
    "flint_oldest_due_script_age_seconds",
    "How long the scheduled module that is most overdue has waited for a worker; 0 when none is.",
    (),
    "max",
)
