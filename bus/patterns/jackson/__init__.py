"""AWS's reader of JSON, as far as its errors show it: their words, and where it stands when a pattern is at fault.

EventBridge reads patterns with Jackson, and its errors end in Jackson's locations. Nothing here reads a pattern that is
not at fault. Words and columns are those of Jackson 2.17, which are AWS's where AWS's are known.
"""
