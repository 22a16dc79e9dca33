"""Scripts' collections: documents by MongoDB's rules, kept and looked for by SQL."""
