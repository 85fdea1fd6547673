"""Output formats: functions that turn a report into text."""
