"""AWS permissions of pods that are no add-on's."""
