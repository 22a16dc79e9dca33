"""An app for measurements alone; see benchmarks.settings_storing_nothing."""
