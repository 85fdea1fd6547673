"""Rules on evaluation files."""
