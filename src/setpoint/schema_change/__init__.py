"""What differs between two schemas: whether a document that fits the one still fits the other.

``compare.compare_schemas`` is the way in. It shows that one schema's documents are among another's, or says where it
cannot.
"""
