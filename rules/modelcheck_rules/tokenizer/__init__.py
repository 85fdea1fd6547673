"""Rules about tokenizers and token ids."""
