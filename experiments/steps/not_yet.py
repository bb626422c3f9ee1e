"""What the language can say and the program cannot show yet."""

from experiments.errors import UserError


class NotYetError(UserError):
    """Something that the language can say and the program cannot show yet; the message says what."""
