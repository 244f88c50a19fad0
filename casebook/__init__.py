"""The casebook: every fact about requests, and every query, by noun."""
