"""The matrix scenario x fault: YAML files that say how a Central System is wrong, and what must be found."""
