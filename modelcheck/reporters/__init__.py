"""Turn a report into text."""
