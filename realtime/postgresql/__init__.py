"""Connections to PostgreSQL: `base` is the engine that settings.DATABASES names, `jobs` what threads do."""
