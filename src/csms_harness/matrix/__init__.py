"""The kill matrix: which check catches which defect. The judge and the judged meet here, in memory, and only here."""
