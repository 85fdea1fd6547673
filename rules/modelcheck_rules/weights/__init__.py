"""Rules about the files that hold weights."""
