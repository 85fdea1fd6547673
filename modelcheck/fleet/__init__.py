"""Fleets: thousands of checkpoints and repositories, judged once, kept in a store, and compared over time.

``targets`` says what there is, ``scanning`` judges what changed, ``store`` keeps it. ``diffing``, ``querying`` and ``transfer``
only read it. Nothing here judges by itself: that is what ``modelcheck scan`` does.
"""
