"""One check per file: a function from the context to findings."""
