"""The forms of cases and sessions, by noun."""
