"""Errors that a user can cause, and the exit code each one stands for."""

USAGE = 2
INPUT = 3
ARTIFACT = 4
OUTPUT = 5


class ExportError(Exception):
    """One line: where, what was found, what was expected, what to do."""

    def __init__(self, code: int, message: str):
        super().__init__(message)
        self.code = code


def usage_error(message: str) -> ExportError:
    return ExportError(USAGE, message)


def input_error(message: str) -> ExportError:
    return ExportError(INPUT, message)


def artifact_error(message: str) -> ExportError:
    return ExportError(ARTIFACT, message)


def output_error(message: str) -> ExportError:
    return ExportError(OUTPUT, message)
