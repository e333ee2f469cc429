"""What the user writes about the Central System: target, PICS, deadlines, known failures."""
