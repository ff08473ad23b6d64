"""The bus: what was published reaches those who listen, on threads of its own.

``bus`` is the class to use; ``backlog`` holds what waits, ``crew`` the threads, ``call`` runs one callback; ``stream``
is for those who would rather ask for the next event than be called.
"""
