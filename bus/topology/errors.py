"""What is wrong in a template, said with the place and the way out."""


class TopologyError(Exception):
    """A template that cannot be read or resolved.

    `where` is the resource with its type and the property path, or the template's section:
    "Table (AWS::DynamoDB::Table) Properties.KeySchema".
    """

    def __init__(self, template: str, line: int, where: str, problem: str) -> None:
        self.template, self.line, self.where, self.problem = template, line, where, problem
        super().__init__(f"{template}:{line}: {where}: {problem}" if where else f"{template}:{line}: {problem}")


class NotWellFormedError(TopologyError):
    """A text that is neither YAML nor JSON; `line` and `column` count from 1."""

    def __init__(self, template: str, line: int, column: int, problem: str) -> None:
        self.column = column
        super().__init__(template, line, "", f"not YAML: {problem}")


class NoResourcesError(TopologyError):
    """A template that makes nothing."""


class UnresolvedError(TopologyError):
    """A reference, or a DependsOn, to what the template does not have.

    `function` is Ref, Fn::GetAtt, Fn::Sub or DependsOn; `section` that of the template which it stands in.
    """

    def __init__(self, found: TopologyError, section: str, function: str, name: str) -> None:
        self.section, self.function, self.name = section, function, name
        super().__init__(found.template, found.line, found.where, found.problem)
