"""Files of tables that people hand in: bounded, read as plain rows, checked, given back with the faults marked.

``container`` refuses what no reader should open, ``sheets`` gives rows, ``headers`` finds the columns by their text,
``furniture`` knows the rows that are no data, ``spellings`` reads what stands in a cell, ``forms`` declare one kind of
file each. What the rows mean is decided by the importers of the domain packages; ``sessions`` brings both together.
"""
