"""The engine: computes each fact once, on demand and within budget, and runs signals, rules and readers.

``run`` works through targets, ``target`` through one, ``tree`` through its files, ``judging`` through a checkpoint or a use.
``store`` holds the facts of one checkpoint; ``shared`` composes what all targets of a run have in common.
"""
