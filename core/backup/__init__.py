"""Whole copies of the register: database and media in one verified file."""
