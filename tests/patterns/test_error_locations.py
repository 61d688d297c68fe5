"""Where AWS says that a pattern is at fault: ‸ stands where its reader does, and is no part of the pattern.

Each text is what EventBridge's TestEventPattern answered, the names aside, or follows from event-ruler's compiler.
"""

import pytest

from bus.patterns import InvalidPatternError, compile_pattern

PREFIX = "Event pattern is not valid. Reason: "

EITHER_BRACKET = '"size" must be an object or an array'
NO_STRING = "prefix/suffix match pattern must be a string"
NO_VALUE = "Value of anything-but must be an array or single string/number value."
NO_STRING_IGNORING_CASE = "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
TOO_COMPLEX = (
    "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences "
    "after a wildcard character"
)

# EventBridge user guide, "Event patterns".
FIELDS = [
    ('{"size": 42‸}', EITHER_BRACKET),
    ('{"size": "‸large"}', EITHER_BRACKET),
    ('{"size": []‸}', "Empty arrays are not allowed"),
    ('{"size": {}‸}', "Empty objects are not allowed"),
    ('{"size": [[‸"large"]]}', "Match value must be String, number, true, false, or null"),
    ('[‸"size", "large", "but valid json"]', "Filter is not an object"),
    ('"‸size"', "Filter is not an object"),
    ("12‸", "Filter is not an object"),
    ("‸", "Filter is not an object"),
]
# The same, "Comparison operators for use in event patterns".
OPERATORS = [
    ('{"size": [{"PREFIX": true‸}]}', "Unrecognized match type PREFIX"),
    ('{"detail": {"equal": [{"NUMERIC": [‸"=", 5]}]}}', "Unrecognized match type NUMERIC"),
    ('{"size": [{}‸]}', "Match expression name not found"),
    ('{"key": [{"suffix": "value", "prefix": "‸value2"}]}', "Only one key allowed in match expression"),
    ('{"size": [{"prefix": [‸"la"]}]}', "prefix match pattern must be a string"),
    ('{"size": [{"prefix": 123‸}]}', "prefix match pattern must be a string"),
    ('{"size": [{"prefix": {}‸}]}', "Prefix expression name not found"),
    ('{"size": [{"prefix": {"suffix": "‸la"}}]}', "Unsupported prefix pattern: suffix"),
    ('{"size": [{"suffix": 123‸}]}', "suffix match pattern must be a string"),
    ('{"size": [{"suffix": [‸"ge"]}]}', "suffix match pattern must be a string"),
    ('{"size": [{"equals-ignore-case": [‸"large"]}]}', "equals-ignore-case match pattern must be a string"),
    ('{"size": [{"equals-ignore-case": {‸"prefix": "la"}}]}', "equals-ignore-case match pattern must be a string"),
    ('{"size": [{"wildcard": 123‸}]}', "wildcard match pattern must be a string"),
    ('{"size": [{"wildcard": [‸"l**e"]}]}', "wildcard match pattern must be a string"),
    ('{"arn": [{"wildcard": "arn:aws:events:us-east-1:**:a/*"‸}]}', "Consecutive wildcard characters at pos 26"),
    ('{"key": [{"wildcard": "abc**def"‸}]}', "Consecutive wildcard characters at pos 4"),
    ('{"size": [{"cidr": [‸"10.0.0.0/8"]}]}', "prefix match pattern must be a string"),
    ('{"size": [{"exists": null‸}]}', "exists match pattern must be either true or false."),
    ('{"size": [{"exists": "‸no"}]}', "exists match pattern must be either true or false."),
    ('{"size": [{"exactly": 5‸}]}', "exact match pattern must be a string"),
]
# The same, "Numeric matching".
NUMERIC = [
    ('{"size": [{"numeric": 10‸}]}', "Value of numeric must be an array."),
    ('{"size": [{"numeric": [">", 0, ">"‸, 0]}]}', "Bad numeric range operator: >"),
    ('{"size": [{"numeric": [">", 0, "<"]‸}]}', "Value of < must be numeric"),
    ('{"size":[{"numeric":[]‸}]}', "Invalid member in numeric match: ]"),
    ('{"size":[{"numeric":[{‸}]}]}', "Invalid member in numeric match: {"),
    ('{"size":[{"numeric":[1.50e1‸,"<="]}]}', "Invalid member in numeric match: 1.50e1"),
    ('{"size":[{"numeric":["like"]‸}]}', "Unrecognized numeric range operator: like"),
    ('{"size":[{"numeric":["like",7‸]}]}', "Unrecognized numeric range operator: like"),
    ('{"size":[{"numeric":["=","‸000"]}]}', "Value of equals must be numeric"),
    ('{"size":[{"numeric":[">="]‸}]}', "Value of >= must be numeric"),
    ('{"size":[{"numeric":["<",100,"‸>",10]}]}', "Too many elements in numeric expression"),
    ('{"size":[{"numeric":[">",3,"<",1]‸}]}', "Bottom must be less than top"),
    ('{"size":[{"numeric":[">",20,"<="]‸}]}', "Value of <= must be numeric"),
    ('{"size":[{"numeric":[">",20,30‸]}]}', "Bad value in numeric range: 30"),
    ('{"size":[{"numeric":[">",20,"test"‸]}]}', "Bad numeric range operator: test"),
    ('{"size":[{"numeric":[">","‸20","<","30"]}]}', "Value of > must be numeric"),
    ('{"size":[{"numeric":[">",20,"<","‸30"]}]}', "Value of < must be numeric"),
    ('{"size":[{"numeric":[">",20,"<",30,"‸<",50]}]}', "Too many terms in numeric range expression"),
    ('{"size":[{"numeric":[">",20,"<",10,"‸<",50]}]}', "Too many terms in numeric range expression"),
    ('{"size":[{"numeric":["=",5e10]‸}]}', "Value must be between -5.0E9 and 5.0E9, inclusive"),
    ('{"size":[{"numeric":["=",5],"prefix":"‸x"}]}', "Too many elements in numeric expression"),
]
# The same, "Anything-but matching".
ANYTHING_BUT = [
    ('{"size": [{"anything-but": null‸}]}', NO_VALUE),
    ('{"size": [{"anything-but": {"prefix": {‸"equals-ignore-case": "la"}}}]}', NO_VALUE),
    ('{"size": [{"anything-but": {"suffix": {‸"equals-ignore-case": "ge"}}}]}', NO_VALUE),
    ('{"size": [{"anything-but": {}‸}]}', "Anything-But expression name not found"),
    ('{"size": [{"anything-but": {"exists": false‸}}]}', "Unsupported anything-but pattern: exists"),
    ('{"size": [{"anything-but": {"equals-ignore-case": 123‸}}]}', NO_STRING_IGNORING_CASE),
    ('{"size": [{"anything-but": {"wildcard": 123‸}}]}', "wildcard match pattern must be a string"),
    ('{"size": [{"anything-but": {"prefix": 123‸}}]}', NO_STRING),
    ('{"size": [{"anything-but": {"suffix": 123‸}}]}', NO_STRING),
    ('{"size": [{"anything-but": {"prefix": ""‸}}]}', "Null prefix/suffix not allowed"),
    ('{"size": [{"anything-but": {"suffix": ""‸}}]}', "Null prefix/suffix not allowed"),
    ('{"size": [{"anything-but": {"wildcard": "l**"‸}}]}', "Consecutive wildcard characters at pos 2"),
    ('{"size": [{"anything-but": {"wildcard": ["a*", "l**"]‸}}]}', "Consecutive wildcard characters at pos 2"),
    (
        '{"size": [{"anything-but": ["large", 1]‸}]}',
        "Inside anything but list, either all values are number or string, mixed type is not supported",
    ),
    ('{"size": [{"anything-but": [1, 6e9‸]}]}', "Value must be between -5.0E9 and 5.0E9, inclusive"),
    ('{"size": [{"anything-but": ["large"], "prefix": "‸x"}]}', "Too many elements in numeric expression"),
]
# The same, "Or matching".
OR = [
    ('{"$or": {‸"a": [1]}}', "It must be an Array followed with $or."),
    ('{"$or": [{"a": [1]}, "‸b"]}', "Only JSON object is allowed in array of $or relationship."),
    ('{"$or": [{"a": [1]}]‸}', "There must have at least 2 Objects in $or relationship."),
    (
        '{"$or": [{"a": [1]}, {"b": {"cidr": [‸1]}}]}',
        "cidr is Ruler reserved fieldName which cannot be used inside $or.",
    ),
]


@pytest.mark.parametrize(("marked", "reason"), FIELDS + OPERATORS + NUMERIC + ANYTHING_BUT + OR)
def test_the_text_ends_in_the_location(marked: str, reason: str):
    pattern, column = marked.replace("‸", ""), marked.index("‸") + 1

    refused = refusal_of(pattern)

    assert str(refused) == f'{PREFIX}{reason}\n at [Source: (String)"{pattern}"; line: 1, column: {column}]'
    assert (refused.reason, refused.line, refused.column) == (reason, 1, column)


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        (
            '{"size": [{"anything-but": ["large", null‸]}]}',
            "Inside anything but list, start|null|boolean is not supported.",
        ),
        ('{"size": [{"anything-but": {"equals-ignore-case": [123‸, 456]}}]}', NO_STRING_IGNORING_CASE),
        ('{"size": [{"anything-but": {"prefix": [123‸, "la"]}}]}', NO_STRING),
        ('{"size": [{"anything-but": {"suffix": [123‸, "ge"]}}]}', NO_STRING),
        ('{"size": [{"anything-but": {"suffix": [null‸, "ge"]}}]}', NO_STRING),
        ('{"size": [{"anything-but": {"wildcard": [123‸, "*/dir/*"]}}]}', "wildcard match pattern must be a string"),
        ('{"size": [{"anything-but": {"prefix": ["la", ""‸]}}]}', "Null prefix/suffix not allowed"),
    ],
)
def test_aws_names_the_location_twice_for_what_a_list_of_anything_but_holds(marked: str, reason: str):
    pattern, column = marked.replace("‸", ""), marked.index("‸") + 1
    location = f'\n at [Source: (String)"{pattern}"; line: 1, column: {column}]'

    refused = refusal_of(pattern)

    assert str(refused) == PREFIX + reason + location + location
    assert refused.reason == reason


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ('{"address": [{"cidr": "10.0.0.0"}]}', "Malformed CIDR, one '/' required"),
        ('{"size": [{"anything-but": 6e9}]}', "Value must be between -5.0E9 and 5.0E9, inclusive"),
        ('{"arn": [{"wildcard": "*:*:*:*:*:event-bus/*"}]}', TOO_COMPLEX),
    ],
)
def test_aws_names_no_location_for_what_its_reader_has_no_part_in(pattern: str, reason: str):
    refused = refusal_of(pattern)

    assert str(refused) == PREFIX + reason
    assert (refused.line, refused.column) == (None, None)


@pytest.mark.parametrize(
    ("pattern", "line", "column"),
    [
        ('{\n  "size": [\n    {"prefix": 1}\n  ]\n}', 3, 17),
        ('{\r\n"size":\r5}', 3, 2),
        ('{"é😀": 5}', 1, 10),
        ('{"\\u00e9": 5}', 1, 13),
    ],
)
def test_lines_and_columns_are_those_of_java(pattern: str, line: int, column: int):
    refused = refusal_of(pattern)

    assert (refused.line, refused.column) == (line, column)


def test_of_a_pattern_of_more_than_500_characters_the_rest_is_only_counted():
    pattern = '{"a": ["' + "x" * 600 + '"], "b": 5}'

    refused = refusal_of(pattern)

    shown = f'"{pattern[:500]}"[truncated {len(pattern) - 500} chars]'
    assert str(refused).endswith(f"[Source: (String){shown}; line: 1, column: {len(pattern)}]")


def test_the_first_of_two_faults_is_told():
    assert refusal_of('{"a": [{"numeric": [">", "x", "!"]}], "b": 5}').reason == "Value of > must be numeric"
    assert refusal_of('{"a": [{"prefix": 1, "b": 2}], "b": 5}').column == 20


def test_a_name_that_comes_twice_is_read_both_times():
    assert refusal_of('{"a": [{"prefix": "x", "prefix": "y"}]}').reason == "Only one key allowed in match expression"
    assert refusal_of('{"a": [{"like": 1}], "a": [1]}').reason == "Unrecognized match type like"


def test_a_parsed_pattern_has_no_lines_and_the_error_says_where_it_is_at_fault():
    with pytest.raises(InvalidPatternError) as refused:
        compile_pattern({"detail": {"size": [5, {"numeric": [None]}]}})

    assert str(refused.value) == PREFIX + "Invalid member in numeric match: null"
    assert refused.value.place == ("detail", "size", 1, "numeric", 0)
    assert (refused.value.line, refused.value.column) == (None, None)


def refusal_of(pattern: str) -> InvalidPatternError:
    with pytest.raises(InvalidPatternError) as refused:
        compile_pattern(pattern)
    return refused.value
