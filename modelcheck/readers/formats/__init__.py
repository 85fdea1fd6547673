"""Files: where each format keeps its containers, commands and settings. What those mean is known in ``launch/``."""
