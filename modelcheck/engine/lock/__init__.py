"""``modelcheck.lock``: the recorded verdicts of the checkpoints that a repository uses, so that a hook needs no network.

``file`` is the format, ``source`` the checkpoint that a scan judges by an entry, ``entries`` makes the entries out of a run.
"""
