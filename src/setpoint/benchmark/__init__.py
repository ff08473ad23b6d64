"""What Setpoint takes on this machine, beside what it promises.

Each group is a module that measures some ``Figure``s on a copy of the bundled example, in a temporary directory.
Nothing is remembered from an earlier run: each figure is measured when it is asked for, with its baseline beside it.
"""
