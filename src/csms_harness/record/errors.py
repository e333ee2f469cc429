"""What can go wrong with a report."""


class ReportError(Exception):
    """A report could not be made, written, read or checked; the message is one sentence for the user."""
