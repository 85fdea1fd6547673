"""Rules about weight files."""
