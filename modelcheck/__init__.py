"""modelcheck detects whether an LLM checkpoint is a base or an instruct model, and lints its metadata files."""

__version__ = "0.1.0"
