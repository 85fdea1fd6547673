"""Signals: evidence of whether a checkpoint is a base or an instruct model."""
