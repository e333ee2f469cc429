"""What a run leaves: its facts, its journal, and how both are read again."""
