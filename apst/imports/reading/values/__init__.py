"""Parsers: each takes the trimmed, never blank text of a cell and gives its value.

A parser raises `BadValue` to reject, and gives `Doubtful` to warn. It may have `choices`, pairs of code and label, for
the help page.
"""
