"""Players, tokens, friends, segments, authentication and account requests, durable replies."""
