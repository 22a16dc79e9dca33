"""The wire: frames, request registry, typed schemas, errors, the middleware chain. No models."""
