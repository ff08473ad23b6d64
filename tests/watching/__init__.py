"""Watching: what changes is seen, and nothing else is told."""
