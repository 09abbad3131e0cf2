"""Rules of AWS permissions of pods."""
