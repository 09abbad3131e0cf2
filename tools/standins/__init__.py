"""Stand-ins for the helm and kubernetes providers, and for charts that are not here."""
