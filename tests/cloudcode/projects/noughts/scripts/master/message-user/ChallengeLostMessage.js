// Nothing yet.
