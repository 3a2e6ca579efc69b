"""Cells merged over rows and columns: one value for all of them."""

from collections.abc import Mapping, Sequence

from paibou.lib.cleaners.text import Cell, tidy
from paibou.lib.importing import Column


class Merges:
    """The merged ranges of one sheet, whose rows are asked for in order."""

    def __init__(self, ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        self._down: dict[int, list[tuple[int, int]]] = {}  # first row → its columns with the last row of each
        self._across: dict[int, list[tuple[int, int]]] = {}  # row → first and last column
        self._running: dict[int, tuple[int, Cell]] = {}  # column → last row and value
        for (top, left), (bottom, right) in ranges:
            if bottom > top:
                self._down.setdefault(top, []).append((left, bottom))
            if right > left:
                self._across.setdefault(top, []).append((left, right))
        self.any = bool(self._down)

    def filled(self, number: int, cells: Sequence[Cell], columns: Mapping[int, Column]) -> Sequence[Cell]:
        """A row with the values of cells merged down into it; amounts are not repeated."""
        row = number - 1
        for column, bottom in self._down.get(row, ()):
            if column < len(cells):
                self._running[column] = (bottom, cells[column])
        reaching = {column: value for column, (bottom, value) in self._running.items() if row <= bottom}
        if not reaching:
            return cells
        whole = list(cells)
        for column, value in reaching.items():
            if column < len(whole) and whole[column] == "" and column in columns and columns[column].merged:
                whole[column] = value
        return whole

    def across(self, number: int, cells: Sequence[Cell]) -> list[str]:
        """A heading row as texts, groups repeated over the columns they are merged over."""
        texts = [tidy(cell) for cell in cells]
        for left, right in self._across.get(number - 1, ()):
            for column in range(left + 1, min(right + 1, len(texts))):
                texts[column] = texts[column] or texts[left]
        return texts
