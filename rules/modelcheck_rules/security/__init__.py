"""Rules about what can harm whoever loads a checkpoint."""
