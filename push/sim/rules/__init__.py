"""What each service asks of a request: `judge` gives the push or raises the Refusal. No I/O."""
