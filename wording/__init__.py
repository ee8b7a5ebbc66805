"""What the register says to people, below every face: events, badges, desks, and where a pledge stands.

Plain text and plain data in the language of the reader; pages, papers, mail and feeds clothe it.
"""
