"""Rules about files that deploy checkpoints."""
