"""The cache: documents that were resolved once, served from memory, and moved down rather than dropped.

``config_cache`` is the class to use; ``cell`` is one document in it; ``packing`` and ``state_files`` are the two places
below live objects; ``recency`` knows whose turn it is to move.
"""
