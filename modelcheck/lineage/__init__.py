"""``modelcheck lineage``: which checkpoints have the same weights, or weights that come from each other's."""
