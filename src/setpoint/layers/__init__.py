"""Layers: the files, variables and overrides of one document, made into one tree that knows where each value is from.

``resolve`` reads, merges, fills in defaults and judges; a ``Resolution`` holds the result and explains it.
"""
