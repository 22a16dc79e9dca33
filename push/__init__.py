"""Devices, provider accounts, the push outbox, its job, one transport per provider."""
