"""Reading cases and sessions, by noun."""
