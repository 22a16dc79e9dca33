"""The developers' web portal: pages about one game each, for those who work on it."""
