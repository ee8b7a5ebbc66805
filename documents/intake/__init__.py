"""Excel and CSV that people hand in: bounded, read as plain rows, checked, and given back with the faults marked.

``container`` refuses what no reader should open, ``sheets`` gives rows, ``headers`` finds the columns by their text,
``spellings`` reads what stands in a cell, ``forms`` declare one kind of file each. What the rows mean is decided by
the importers of ``org``, ``assets``, ``pledges`` and ``requests_app``; ``sessions`` brings both together.
"""
