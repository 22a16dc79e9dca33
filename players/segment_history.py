"""What the audit calls a save of a segment and of a query. Their versions are games.saved_versions': each has
`name`, `description`, and `query` or `values`."""

SEGMENT, QUERY = "segment.save", "segment_query.save"
