"""The one way in which files of documents change: all of a change or nothing, recorded, whatever happens meanwhile.

``file_change`` is what is to happen to one file; ``committer`` makes it happen under the lock; ``journal`` keeps a
change of several files while it is made, so that whoever comes next can finish it.
"""
