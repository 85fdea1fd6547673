"""Rules about files that configure fine-tuning."""
