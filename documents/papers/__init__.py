"""Papers: handover records (BAST), letters and labels, as PDF. Always in Indonesian: they are signed and filed."""
