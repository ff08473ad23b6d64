"""What is kept on disk so that a process can start, and go on, with what is known to be good.

``keeper`` keeps the newest good content of each document; ``acceptance`` keeps what somebody said may be applied
although the guard has its doubts. Both are small files of one user, and ``private`` knows which of them to trust.
"""
