"""Query and Scan: pages of a table or index."""

from bus.local.dynamodb import pages, places
from bus.local.dynamodb.database import Database
from bus.local.dynamodb.errors import invalid
from bus.local.dynamodb.expressions import Expressions
from bus.local.dynamodb.parameters import accept
from bus.local.dynamodb.places import Source
from bus.local.dynamodb.ranges import key_range
from bus.local.operations import Params, Response

_READ = frozenset(
    {
        "TableName",
        "IndexName",
        "Select",
        "Limit",
        "ConsistentRead",
        "ExclusiveStartKey",
        "ProjectionExpression",
        "FilterExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
    }
)
_QUERY = _READ | {"KeyConditionExpression", "ScanIndexForward"}
_SCAN = _READ | {"TotalSegments", "Segment"}


def query(database: Database, params: Params) -> Response:
    """Query: a range of one partition, in order of its sort key."""
    accept("Query", params, _QUERY)
    source, expressions = _source(database, params), Expressions(params)
    tests = expressions.key_condition()
    if tests is None:
        raise invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
    page = pages.Page(source, params, expressions.filter(source.keys.names), expressions.projection())
    expressions.finish()
    wanted = key_range(source.keys, tests, expressions.values)
    start = places.start_key(source, params)
    statement, bindings = places.query(source, wanted, start, forward=params.get("ScanIndexForward", True))
    return page.filled(database.store.read(statement, bindings))


def scan(database: Database, params: Params) -> Response:
    """Scan: everything, partition by partition, in an order that means nothing; or one segment of it."""
    accept("Scan", params, _SCAN)
    source, expressions = _source(database, params), Expressions(params)
    page = pages.Page(source, params, expressions.condition("FilterExpression"), expressions.projection())
    expressions.finish()
    low, high = places.segment(params)
    statement, bindings = places.scan(source, low, high, places.start_key(source, params))
    return page.filled(database.store.read(statement, bindings))


def _source(database: Database, params: Params) -> Source:
    table = database.table(params["TableName"])
    name = params.get("IndexName")
    source = Source(table, None if name is None else table.index(name))
    if source.index is not None and source.index.is_global and params.get("ConsistentRead"):
        raise invalid("Consistent reads are not supported on global secondary indexes")
    return source
