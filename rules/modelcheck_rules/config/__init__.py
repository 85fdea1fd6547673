"""Rules about config.json and generation_config.json."""
