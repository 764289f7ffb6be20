"""The settings pages of places, by noun."""
