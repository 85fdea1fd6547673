"""Writes a new plug-in, or adds a part to one: ``modelcheck new``."""
