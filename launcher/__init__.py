"""One machine: fetch the engine, start and stop the parts, move the clock, deploy; and the command line."""
