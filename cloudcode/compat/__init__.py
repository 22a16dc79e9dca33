"""Reads a project of old scripts, without running it, and says what it will find here and what not."""
