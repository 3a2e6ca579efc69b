"""How much a workbook may ask for. Far above any department's list, far below what would hurt the machine."""

FILE_BYTES = 80 * 2**20
UNPACKED_BYTES = 600 * 2**20
ENTRIES = 2_000
CELLS = 8_000_000  # of the rectangle around all values of one sheet: a reader allots it whole
SHEETS = 300
CHILD_BYTES = 640 * 2**20
CHILD_SECONDS = 90
ROWS_AT_ONCE = 500
