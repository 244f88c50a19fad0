"""Measurements as ratios within one run: `./minhu bench`."""
