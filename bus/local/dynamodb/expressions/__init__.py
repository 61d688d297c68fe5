"""DynamoDB's expressions: parsed once per text, compiled to closures, and kept.

One grammar for all of them. `tokens` and `paths` are the ground; `operands` and `conditions` make
condition and filter expressions, `keyconditions` the key conditions of Query, `updates` update
expressions, `projections` lists of paths. `Expressions` binds a request's names and values to them.
"""

from bus.local.dynamodb.expressions.compiled import Compiled
from bus.local.dynamodb.expressions.conditions import Condition
from bus.local.dynamodb.expressions.keyconditions import KeyTest
from bus.local.dynamodb.expressions.projections import Projection
from bus.local.dynamodb.expressions.request import Expressions
from bus.local.dynamodb.expressions.updates import Update

__all__ = ["Compiled", "Condition", "Expressions", "KeyTest", "Projection", "Update"]
