"""Facts to paper: every report is a pure function of the facts of a run."""
