"""Facts that only rules about a checkpoint's own files need. A hook on deployment files does not import them."""
