"""The few keys and values that generated events and patterns are made of; many a value is almost another."""

# Plain keys, those that sort between a field and what lies within it ("a" < "a-" < "a.b" < "a0"), one beyond ASCII, and
# words that mean something in Python.
KEYS = ("a", "b", "a-", "a0", "é", "", "count", "class")

PLAIN = ("a", "", "A", "b", "ab", "aB", "AB", "aab", "abab", "ba", "a*b", "\\", "\n", "1", "true", "null")
# Letters that change in length or in kind from case to case.
LETTERS = (
    "ß",
    "SS",
    "ss",
    "sS",
    "İ",
    "i̇",
    "I",
    "i",
    "\N{LATIN SMALL LETTER DOTLESS I}",
    "\N{LATIN SMALL LETTER LONG S}",
    "s",
    "ŉ",
    "k",
    "K",
    "\N{KELVIN SIGN}",
    "😀",
)
ADDRESSES = (
    "10.0.0.1",
    "10.0.1.1",
    "010.0.0.1",
    "::1",
    "0:0:0:0:0:0:0:1",
    "2001:DB8::1",
    "2001:db8::1",
    "::ffff:a00:1",
)
TEXTS = PLAIN + LETTERS + ADDRESSES
NETWORKS = ("10.0.0.0/24", "10.0.0.1/31", "0.0.0.0/0", "::1/127", "2001:db8::/32", "::/0", "::ffff:a00:0/24")

SMALL_NUMBERS = (0, 1, 1.0, 2, 1.5, -1, 0.0, -0.0, 300, 3.0e2, 5e9, -5e9)
NUMBERS = (*SMALL_NUMBERS, 5_000_000_001, 2**53, 2**53 + 1, 1e300)
LITERALS = (True, False, None)

SCALARS = PLAIN[:5] * 3 + TEXTS + NUMBERS + LITERALS * 2
