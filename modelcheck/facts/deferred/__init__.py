"""What only the rules about a checkpoint's own papers ask for. A hook that reads deployment files never imports it."""
