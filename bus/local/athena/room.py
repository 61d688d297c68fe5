"""Athena's operations, and the resource that makes a workgroup."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from bus.local.athena.errors import MalformedQueryError
from bus.local.athena.executions import FINISHED_WELL, Execution
from bus.local.athena.workgroups import PRIMARY, Workgroup
from bus.local.errors import AwsError
from bus.local.operations import Params, Response, only, operation
from bus.local.plane import Plane
from bus.local.resources import LABEL, LOGGED, UNENCRYPTED, Deployed, Made, Resource, removes, resource, updates

if TYPE_CHECKING:
    from bus.local.athena.queries import Queries

_PAGE = 1000
_CONFIGURATION = "WorkGroupConfiguration"
_START = {"QueryString", "ClientRequestToken", "QueryExecutionContext", "ResultConfiguration", "WorkGroup"}


class AthenaRoom:
    """Runs SELECTs over the Iceberg tables and views of the Glue catalog.

    A query is finished when StartQueryExecution returns, so whoever polls for it finds it done
    and never waits on a clock that it holds up itself.
    """

    service: ClassVar[str] = "athena"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._workgroups = {PRIMARY: Workgroup(PRIMARY, enforced=False)}
        self._executions: dict[str, Execution] = {}
        self._tokens: dict[str, str] = {}
        # Made at the first query: by then the plane answers this process's clients.
        self._queries: Queries | None = None

    @resource(
        "AWS::Athena::WorkGroup",
        acts_on={
            "Name",
            "State",
            f"{_CONFIGURATION}.BytesScannedCutoffPerQuery",
            f"{_CONFIGURATION}.EnforceWorkGroupConfiguration",
            f"{_CONFIGURATION}.ResultConfiguration.OutputLocation",
        },
        inert={
            "Description": LABEL,
            "RecursiveDeleteOption": "a workgroup's queries are kept apart from it here",
            "Tags": LABEL,
            f"{_CONFIGURATION}.EngineVersion": "the plane has one engine",
            f"{_CONFIGURATION}.PublishCloudWatchMetricsEnabled": LOGGED,
            f"{_CONFIGURATION}.RequesterPaysEnabled": "nobody pays",
            f"{_CONFIGURATION}.ResultConfiguration.EncryptionConfiguration": UNENCRYPTED,
        },
        replaced_by={"Name"},
    )
    def make_workgroup(self, wanted: Resource) -> Deployed:
        name = wanted.properties["Name"]
        configuration = wanted.properties.get(_CONFIGURATION, {})
        limit = configuration.get("BytesScannedCutoffPerQuery")
        self._workgroups[name] = Workgroup(
            name,
            configuration.get("ResultConfiguration", {}).get("OutputLocation"),
            enforced=str(configuration.get("EnforceWorkGroupConfiguration", True)).lower() == "true",
            limit=None if limit is None else int(limit),
            enabled=wanted.properties.get("State", "ENABLED") == "ENABLED",
        )
        return Deployed(name, {"CreationTime": str(int(self._plane.clock.time()))})

    @updates("AWS::Athena::WorkGroup")
    def update_workgroup(self, wanted: Resource, made: Made) -> Deployed:
        self.make_workgroup(wanted)
        return made.deployed

    @removes("AWS::Athena::WorkGroup")
    def remove_workgroup(self, made: Made) -> None:
        del self._workgroups[made.ref]

    @operation("StartQueryExecution")
    def start(self, params: Params) -> Response:
        only("athena:StartQueryExecution", params, _START)
        token = params.get("ClientRequestToken")
        if token in self._tokens:
            return {"QueryExecutionId": self._tokens[token]}
        execution = self._submitted(params)
        self._executions[execution.id] = execution
        if token is not None:
            self._tokens[token] = execution.id
        return {"QueryExecutionId": execution.id}

    @operation("GetQueryExecution")
    def get_execution(self, params: Params) -> Response:
        return {"QueryExecution": self._execution(params).described()}

    @operation("GetQueryResults")
    def get_results(self, params: Params) -> Response:
        execution = self._execution(params)
        if execution.state != FINISHED_WELL:
            message = f"Query did not finish successfully. Final query state: {execution.state}"
            raise _invalid(message)
        size = params.get("MaxResults", _PAGE)
        if not 1 <= size <= _PAGE:
            raise _invalid(f"MaxResults is more than maximum allowed length {_PAGE}.")
        return execution.page(int(params.get("NextToken", 0)), size)

    @operation("StopQueryExecution")
    def stop(self, params: Params) -> Response:
        """A query that is finished stays as it is, as on AWS; here every query is."""
        self._execution(params)
        return {}

    def _submitted(self, params: Params) -> Execution:
        from bus.local.athena.queries import Queries  # noqa: PLC0415 - what runs queries takes a second to load

        workgroup = self._workgroup(params.get("WorkGroup", PRIMARY))
        self._queries = self._queries or Queries(self._plane)
        try:
            execution = self._queries.submit(
                params["QueryString"],
                database=_database(params.get("QueryExecutionContext", {})),
                workgroup=workgroup,
                output=workgroup.output_for(_wanted_output(params)),
            )
        except MalformedQueryError as error:
            raise _invalid(str(error), "MALFORMED_QUERY") from error
        outcome, note = ("ok", "") if execution.error is None else ("failed", execution.error.reason)
        self._plane.ledger.record("athena", "StartQueryExecution", workgroup.name, outcome=outcome, note=note)
        return execution

    def _workgroup(self, name: str) -> Workgroup:
        if name not in self._workgroups:
            raise _invalid(f"WorkGroup {name} is not found.")
        if not self._workgroups[name].enabled:
            raise _invalid(f"WorkGroup {name} is disabled.")
        return self._workgroups[name]

    def _execution(self, params: Params) -> Execution:
        identity = params["QueryExecutionId"]
        if identity not in self._executions:
            raise _invalid(f"QueryExecution {identity} was not found")
        return self._executions[identity]


def _database(context: Mapping[str, Any]) -> str:
    catalog = context.get("Catalog", "AwsDataCatalog")
    if catalog.lower() != "awsdatacatalog":
        raise _invalid(f"the local event plane has no data catalog {catalog}")
    return str(context.get("Database", "default")).lower()


def _wanted_output(params: Params) -> str | None:
    output: str | None = params.get("ResultConfiguration", {}).get("OutputLocation")
    return output


def _invalid(message: str, code: str = "INVALID_INPUT") -> AwsError:
    return AwsError("InvalidRequestException", message, AthenaErrorCode=code)
