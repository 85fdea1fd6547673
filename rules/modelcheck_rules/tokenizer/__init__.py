"""Rules about tokenizers and the ids that configs give them."""
