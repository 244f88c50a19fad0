"""What the launcher says to a person: one Chinese sentence with what is wrong and what to do."""


class LauncherError(Exception):
    """An expected failure. The command line prints its sentence and ends with `exit_code`, without a trace."""

    def __init__(self, sentence: str, *, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
