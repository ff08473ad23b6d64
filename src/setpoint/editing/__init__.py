"""Faithful edits: one value of a file changes, and nothing else of it."""
