"""What can go wrong, as a closed tree; each message is a Chinese sentence that says what to do."""


class MinhuError(Exception):
    """Any error with a sentence for the person who has to act; never holds personal data."""


class ConfigurationError(MinhuError):
    """The configuration or the environment cannot be used; whoever runs the program corrects it and starts again."""


class RejectedInput(MinhuError):
    """Something handed in from outside cannot be used as a whole; whoever handed it in corrects it."""
