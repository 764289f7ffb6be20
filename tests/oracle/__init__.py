"""A second, independent reckoning of the MI return: plain Python over the import files, nothing of the project."""
