"""One transport per provider: it sends one notification or says why it could not."""
