"""Shell text, parsed with tree-sitter: its commands, and which strings may stand in them, each with its place."""
