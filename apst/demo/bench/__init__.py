"""What `./run bench` does: measures the system beside raw SQL and plain Django, and prints the ratios."""
