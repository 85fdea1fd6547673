"""What the readers found in a folder, kept for the next run.

An entry holds what was found and a trace: every file and listing that the readers asked for, with a digest of what they got. It
counts only if asking for all of them again gives the same. So there is no list of what a file's uses depend on that could be
incomplete: what was not asked for cannot have mattered. What follows from the uses, verdicts and findings, is never kept.

A scanned folder is a stranger's: entries lie in the user's cache folder, are data without code, and are made from what the
readers returned here.
"""
