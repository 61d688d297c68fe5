"""The physical names that CloudFormation generates: stack, logical id and a suffix, within the service's limit."""

import string
from random import Random

_SUFFIX = 12
_LETTERS = string.ascii_uppercase + string.digits

# The longest name that each service takes (its API reference); 255 where a type is not listed.
_LONGEST = {
    "AWS::Events::Archive": 48,
    "AWS::Events::Rule": 64,
    "AWS::IAM::ManagedPolicy": 128,
    "AWS::IAM::Policy": 128,
    "AWS::IAM::Role": 64,
    "AWS::Kinesis::Stream": 128,
    "AWS::KinesisFirehose::DeliveryStream": 64,
    "AWS::Lambda::Function": 64,
    "AWS::Pipes::Pipe": 64,
    "AWS::S3::Bucket": 63,
    "AWS::SQS::Queue": 80,
}
_LOWER_CASE = frozenset({"AWS::Glue::Database", "AWS::S3::Bucket"})
_FIFO = frozenset({"AWS::SNS::Topic", "AWS::SQS::Queue"})


def physical_name(type_: str, stack: str, logical_id: str, random: Random, *, fifo: bool = False) -> str:
    """A name such as orders-Table-1ABC2DEF3GH4; that of a FIFO queue or topic ends in .fifo."""
    ending = ".fifo" if fifo and type_ in _FIFO else ""
    suffix = "".join(random.choices(_LETTERS, k=_SUFFIX))
    room = _LONGEST.get(type_, 255) - len(ending) - _SUFFIX - 2
    logical_id = logical_id[: max(room // 2, room - len(stack))]
    name = f"{stack[: room - len(logical_id)]}-{logical_id}-{suffix}{ending}"
    return name.lower() if type_ in _LOWER_CASE else name
