"""The version of modelcheck."""

VERSION = "0.1.0"
