"""The desk: what people of the district and callers see and press. It writes facts to the casebook, nothing else."""
