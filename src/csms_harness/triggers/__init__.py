"""How a Central System is made to act: one protocol, and an adapter for each way."""
