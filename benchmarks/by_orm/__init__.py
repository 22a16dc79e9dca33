"""An app for measurements alone; see benchmarks.settings_by_orm."""
