"""Rules on fine-tuning files."""
