"""The pages of imports, by noun."""
