"""The desk: what people see and press, and the door through which the platforms come in."""
