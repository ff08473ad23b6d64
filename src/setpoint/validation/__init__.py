"""Validation: schemas found, compiled and chosen; documents judged; one clear problem for each mistake.

``judge`` takes a document's bytes to its tree and its report, with the schemas that a ``Library`` finds by name.
``ConfigValidator`` is both for a program that wants nothing else.
"""
