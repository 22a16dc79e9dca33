"""Games, stages, credentials, configuration sections, snapshots, the compiled GameConfig."""
