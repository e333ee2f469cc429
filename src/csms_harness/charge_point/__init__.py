"""The simulated Charge Point: what it knows, what it fills in, how it answers. Pure; time is passed in."""
