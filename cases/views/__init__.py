"""The pages of cases and sessions, by noun."""
