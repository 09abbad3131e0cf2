"""Rules of the environment as a whole and of what is made once for it."""
