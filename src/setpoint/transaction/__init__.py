"""Changing documents: what is to change, whether the result may be served, and making it happen.

``transaction`` is what programs use; a ``step`` is one thing in it; a ``draft`` is one document while it is changed;
``carry`` finds what belongs into the base file; ``verdict`` judges the result in its full context.
"""
