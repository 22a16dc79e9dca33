"""What players compete in, by competition-rules.md: so far teams. Changes its own state and sends events."""
