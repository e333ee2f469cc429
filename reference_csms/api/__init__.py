"""The control API: how an operator, or a test harness, makes the Central System act and looks into it."""
