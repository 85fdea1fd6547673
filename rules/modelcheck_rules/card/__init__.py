"""Rules about the model card."""
