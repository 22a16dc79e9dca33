"""Runs JavaScript in processes that can do nothing else, and that are killed at the limit."""
