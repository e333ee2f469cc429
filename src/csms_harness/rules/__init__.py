"""Standing rules over the messages of a whole run."""
