"""What stands where in a workbook: which sheet is data, which row holds the headings, which column is what.

By content and headings together: neither alone is to be trusted in the files that arrive.
"""
