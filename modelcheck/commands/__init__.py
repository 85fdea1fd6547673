"""The commands, one file each, and what they share. A command imports click only; the rest is imported inside functions."""
