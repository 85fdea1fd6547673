"""The commands, one file each. A module here imports click; everything else inside the function that needs it."""
