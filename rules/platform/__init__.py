"""Rules that concern all or several add-ons."""
