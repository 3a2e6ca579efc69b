class Unclean(Exception):
    """A cell that gives no value: a stable code to count by, and one Chinese sentence with the cure."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence
