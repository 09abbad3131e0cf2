"""`make page`: an environment as one HTML file, from its JSON and the data of other commands."""
