"""What is wrong in a template, said with the place and the way out."""


class TopologyError(Exception):
    """A template that cannot be read or resolved.

    `where` is the resource with its type and the property path, or the template's section:
    "Table (AWS::DynamoDB::Table) Properties.KeySchema".
    """

    def __init__(self, template: str, line: int, where: str, problem: str) -> None:
        self.template, self.line, self.where, self.problem = template, line, where, problem
        super().__init__(f"{template}:{line}: {where}: {problem}" if where else f"{template}:{line}: {problem}")
