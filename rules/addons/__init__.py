"""Rules of add-ons: a module is named after the key of `platform:`, or begins with it."""
