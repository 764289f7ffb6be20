"""The supervisor behind `./run`. It imports nothing of the project, and the production image leaves it out."""
