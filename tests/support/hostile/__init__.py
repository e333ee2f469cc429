"""A hostile Central System: situations as data, and a run of the harness against each of them."""
