"""The one durable write: a file's bytes change here and nowhere else.

``write`` replaces or makes a file, ``remove`` takes one away, ``directory`` makes one to put files in, ``file_lock``
keeps writers apart, and ``sweep`` tidies up after writers that were killed. ``disk`` holds every call of the operating
system that changes something.
"""
