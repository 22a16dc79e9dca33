"""Faults of an installation of many processes: PostgreSQL, Redis, two servers and two workers under load."""
