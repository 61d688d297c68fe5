"""The SQL of the store.

Every table of DynamoDB lies in `items`, told apart by number, and every secondary index in
`entries`, each entry naming the item it stands for. A rowid table with a unique index holds large
blobs better than WITHOUT ROWID does (docs/decisions/0001-dynamodb-on-sqlite.md).
"""

SCHEMA = """
CREATE TABLE IF NOT EXISTS catalog (kind TEXT, number INTEGER, document BLOB, PRIMARY KEY (kind, number));
CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, tab INTEGER, hash BLOB, range BLOB, item BLOB);
CREATE UNIQUE INDEX IF NOT EXISTS items_by_key ON items (tab, hash, range);
CREATE TABLE IF NOT EXISTS entries (
    ind INTEGER, hash BLOB, range BLOB, item_hash BLOB, item_range BLOB,
    PRIMARY KEY (ind, hash, range, item_hash, item_range)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER, at REAL, id TEXT, event TEXT,
    by_service INTEGER, keys BLOB, before BLOB, after BLOB
);
CREATE INDEX IF NOT EXISTS records_by_stream ON records (stream, sequence);
CREATE INDEX IF NOT EXISTS records_by_age ON records (at);
"""

GET = "SELECT item FROM items WHERE tab = ? AND hash = ? AND range = ?"
PUT = (
    "INSERT INTO items (tab, hash, range, item) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (tab, hash, range) DO UPDATE SET item = excluded.item"
)
DELETE = "DELETE FROM items WHERE tab = ? AND hash = ? AND range = ?"
COUNT = "SELECT count(*), coalesce(sum(length(item)), 0) FROM items WHERE tab = ?"
CLEAR = "DELETE FROM items WHERE tab = ?"

ENTER = "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?)"
WITHDRAW = "DELETE FROM entries WHERE ind = ? AND hash = ? AND range = ? AND item_hash = ? AND item_range = ?"
CLEAR_INDEX = "DELETE FROM entries WHERE ind = ?"

QUERY = (
    "SELECT item FROM items WHERE tab = :tab AND hash = :hash "
    "AND range >= :low AND range < :high ORDER BY range {order}"
)
SCAN = (
    "SELECT item FROM items WHERE tab = :tab AND hash >= :low AND hash < :high "
    "AND (hash, range) > (:hash, :range) ORDER BY hash, range"
)
# CROSS JOIN keeps SQLite from reading the items first.
_JOINED = (
    "SELECT i.item FROM entries e CROSS JOIN items i "
    "ON i.tab = :tab AND i.hash = e.item_hash AND i.range = e.item_range WHERE e.ind = :ind "
)
QUERY_INDEX = _JOINED + (
    "AND e.hash = :hash AND e.range >= :low AND e.range < :high "
    "AND (e.range, e.item_hash, e.item_range) {beyond} (:range, :item_hash, :item_range) "
    "ORDER BY e.range {order}, e.item_hash {order}, e.item_range {order}"
)
SCAN_INDEX = _JOINED + (
    "AND e.hash >= :low AND e.hash < :high "
    "AND (e.hash, e.range, e.item_hash, e.item_range) > (:hash, :range, :item_hash, :item_range) "
    "ORDER BY e.hash, e.range, e.item_hash, e.item_range"
)
# Of an expiry index: one partition, in order of time.
EXPIRED = (
    "SELECT item_hash, item_range FROM entries WHERE ind = ? AND hash = ? AND range >= ? AND range < ? ORDER BY range"
)
FIRST_TO_EXPIRE = (
    "SELECT item_hash, item_range FROM entries WHERE ind = ? AND hash = ? AND range >= ? ORDER BY range LIMIT 1"
)

APPEND = "INSERT INTO records (stream, at, id, event, by_service, keys, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
RECORDS = (
    "SELECT sequence, at, id, event, by_service, keys, before, after FROM records "
    "WHERE stream = ? AND sequence BETWEEN ? AND ? AND at >= ? ORDER BY sequence LIMIT ?"
)
FIRST_RECORD = "SELECT sequence FROM records WHERE stream = ? AND sequence >= ? AND at >= ? ORDER BY sequence LIMIT 1"
LAST_SEQUENCE = "SELECT seq FROM sqlite_sequence WHERE name = 'records'"
TRIM = "DELETE FROM records WHERE at < ?"

CATALOG = "SELECT document FROM catalog WHERE kind = ? ORDER BY number"
CATALOGUE = "INSERT OR REPLACE INTO catalog VALUES (?, ?, ?)"
FORGET = "DELETE FROM catalog WHERE kind = ? AND number = ?"
