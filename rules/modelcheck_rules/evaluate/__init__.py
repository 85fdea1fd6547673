"""Rules about files that configure evaluation."""
