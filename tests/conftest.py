"""Shared fixtures. Every test process has its own var folder, database and keys."""
