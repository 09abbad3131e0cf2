"""What must hold between settings; loading of environments."""
