"""Job workers: one verb = one file = one job type; nouns are their support."""
