"""From a ``Config`` to the object a program reads: its own model, or frozen generated slots.

``build`` makes an object of a model, ``slots_of`` one without a model, and ``Handle`` always holds the newest.
"""
