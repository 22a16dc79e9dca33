"""Small providers for tests: real servers that speak the provider's protocol on a local port."""
