"""Renders chat templates, which are code of strangers, in a process of their own with bounded time and memory."""
