"""From a change on the disk to what is served: looked at once, judged whole, replaced in one moment or not at all.

``journey`` is one look; ``refusals`` is what it could not serve, and why; ``follower`` looks by itself when files
change; ``rescue`` serves what was good last; ``recorder`` puts on record what was found.
"""
