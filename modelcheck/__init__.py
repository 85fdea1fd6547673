"""modelcheck says of an LLM checkpoint whether it is a base or an instruct model, and checks its papers."""

__version__ = "0.1.0"
