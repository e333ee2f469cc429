"""One connection's conversation, as a Charge Point holds it. Pure: frames and moments go in, messages come out."""
