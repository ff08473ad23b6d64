"""From one version of a document to another, in its files: planned, backed up, written whole or not at all.

``book`` knows which migrations there are; ``route`` is the way of one document through them; ``step`` does it within a
transaction; ``backup`` keeps the bytes of before; ``journey`` puts these together.
"""
