"""Seeing that files change: which may have, and which did.

Signals of the operating system are hints. The truth is on the disk, and is looked at: after a signal, and now and then
without one. This room knows nothing of documents; whoever is told reads the files.
"""
