"""A simulated district: units that sign in, return, report late or never, and citizens who rate."""
