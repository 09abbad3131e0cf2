"""Alerts and dashboards of the platform (requirements I1 to I3), as data."""
