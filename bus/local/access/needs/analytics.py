"""Glue and Athena: what their operations need (Service Authorization Reference)."""

from typing import Any

from bus.local.access.needs.need import Call, Need
from bus.local.access.needs.rules import On, Rules

_OF_DATABASES = frozenset({"CreateDatabase", "DeleteDatabase", "GetDatabase", "UpdateDatabase"})
_OF_THE_CATALOG = frozenset(
    {
        "GetConnections",
        "GetDataCatalogEncryptionSettings",
        "GetDatabases",
        "PutDataCatalogEncryptionSettings",
        "SearchTables",
    }
)
_OF_CONNECTIONS = frozenset({"DeleteConnection", "GetConnection", "UpdateConnection"})
_NOWHERE = frozenset({"CreateCrawler", "CreateDevEndpoint"})
_OF_TABLES = frozenset({"CreateTable", "DeleteTable", "GetTable", "UpdateTable"})


def _of_catalog(call: Call) -> list[str] | None:
    """A table is in a database, which is in the catalog: an action on one is an action on all three.

    Glue developer guide, "Specifying AWS Glue resource ARNs": "to … a table, permission … on the table, … its database
    and the catalog".
    """
    params = call.params
    catalog = call.arn("glue", "catalog")
    database = None if call.operation in _NOWHERE else params.get("DatabaseName")
    tables = _tables(call)
    if database is None and call.operation in _OF_DATABASES:
        database = params.get("Name") or (params.get("DatabaseInput") or {}).get("Name")
    if database is None:
        return [catalog] if call.operation in _OF_THE_CATALOG else None
    found = [catalog, call.arn("glue", f"database/{database}")]
    found += [call.arn("glue", f"table/{database}/{table}") for table in tables]
    if (function := params.get("FunctionName") or (params.get("FunctionInput") or {}).get("FunctionName")) is not None:
        found.append(call.arn("glue", f"userDefinedFunction/{database}/{function}"))
    return found


def _tables(call: Call) -> list[str]:
    params = call.params
    if (named := params.get("TableName")) is not None:
        return [named]
    if call.operation in _OF_TABLES:
        named = params.get("Name") or (params.get("TableInput") or {}).get("Name")
        return [] if named is None else [named]
    if call.operation == "GetTables":
        return ["*"]
    return list(params.get("TablesToDelete") or ())


class GlueRules(Rules):
    """Glue's rules: those of the catalog, then those of everything else that has a name."""

    def needs(self, call: Call) -> list[Need]:
        """Everything that is to be allowed for the call."""
        found = _of_catalog(call)
        if found is None:
            return super().needs(call)
        return [Need(f"glue:{call.operation}", resource) for resource in found]


def _schema(call: Call, schema: Any) -> str:
    return str(
        schema.get("SchemaArn") or call.arn("glue", f"schema/{schema.get('RegistryName')}/{schema.get('SchemaName')}")
    )


def _registry(call: Call, registry: Any) -> str:
    return str(registry.get("RegistryArn") or call.arn("glue", f"registry/{registry.get('RegistryName')}"))


def _connection_type(call: Call, made: Any) -> str:
    return call.arn("glue", f"connectionType:{made.get('ConnectionType')}")


def _of_kind(kind: str, *verbs: str) -> set[str]:
    return {f"{verb}{kind}" for verb in (*verbs, "Create", "Delete", "Get", "Start", "Stop", "Update")}


_VERBS = ("Create", "Delete", "Get", "Put", "Resume", "Start", "Stop", "Update")
_RUN = ("WorkflowRun", "WorkflowRuns", "WorkflowRunProperties")
GLUE = GlueRules(
    "glue",
    on=(
        On("ResourceArn"),
        On("JobName", "job/{}"),
        On("JobNames", "job/{}"),
        On("jobName", "job/{}"),
        On("CrawlerName", "crawler/{}"),
        On("CrawlerNames", "crawler/{}"),
        On("ConnectionName", "connection/{}"),
        On("ConnectionNameList", "connection/{}"),
        On("TriggerNames", "trigger/{}"),
        On("DevEndpointNames", "devEndpoint/{}"),
        On("EndpointName", "devEndpoint/{}"),
        On("BlueprintName", "blueprint/{}"),
        On("SchemaId", _schema),
        On("RegistryId", _registry),
        On("SchemaName", lambda call, name: _schema(call, {"SchemaName": name, "RegistryName": _named_registry(call)})),
        On("RegistryName", "registry/{}"),
        On("TransformId", "mlTransform/{}"),
        On("SessionId", "session/{}"),
        On("Id", "session/{}"),
        On("Name", "crawler/{}", _of_kind("Crawler")),
        On("Name", "connection/{}", _OF_CONNECTIONS),
        On("ConnectionInput", _connection_type),
        On("Filter", "mlTransform/*", {"GetMLTransforms"}),
        On("Name", "job/{}", {"CreateJob"}),
        On("Name", "trigger/{}", _of_kind("Trigger")),
        On("Name", "workflow/{}", {f"{verb}{kind}" for kind in ("Workflow", *_RUN) for verb in _VERBS}),
        On("Names", "workflow/{}", {"BatchGetWorkflows"}),
        On("Names", "blueprint/{}", {"BatchGetBlueprints"}),
        On("Name", "blueprint/{}", _of_kind("Blueprint")),
        On("Name", "usageProfile/{}", _of_kind("UsageProfile")),
        On("Name", "dataQualityRuleset/{}", _of_kind("DataQualityRuleset")),
        On("Name", "catalog/{}", {"CreateCatalog"}),
        On("CatalogId", "catalog/{}", {"DeleteCatalog", "GetCatalog", "UpdateCatalog"}),
        On(
            "ConnectionType",
            "connectionType:{}",
            {"DeleteConnectionType", "DescribeConnectionType", "RegisterConnectionType"},
        ),
    ),
    nowhere=_NOWHERE,
)


def _named_registry(call: Call) -> str:
    return str((call.params.get("RegistryId") or {}).get("RegistryName") or "default-registry")


def _workgroup(call: Call, name: str) -> str:
    return call.arn("athena", f"workgroup/{name}")


def _of_execution(call: Call, execution: str) -> str:
    return _workgroup(call, call.directory.workgroup_of(execution))


_OF_CATALOGS = {"CreateDataCatalog", "DeleteDataCatalog", "GetDataCatalog", "UpdateDataCatalog"}
_OF_RESERVATIONS = {f"{verb}CapacityReservation" for verb in ("Cancel", "Create", "Delete", "Get", "Update")}
# In a workgroup, which is the primary one unless another is named.
_IN_A_WORKGROUP = frozenset({"CreateNamedQuery", "ListNamedQueries", "ListQueryExecutions", "StartQueryExecution"})


class AthenaRules(Rules):
    """Athena's rules: almost everything belongs to a workgroup."""

    def resources(self, call: Call) -> list[str]:
        """The ARNs of what the call is about."""
        if call.operation in _IN_A_WORKGROUP and not call.params.get("WorkGroup"):
            return [_workgroup(call, "primary")]
        return super().resources(call)


ATHENA = AthenaRules(
    "athena",
    on=(
        On("ResourceARN"),
        On("WorkGroup", "workgroup/{}"),
        On("QueryExecutionId", _of_execution),
        On("QueryExecutionIds", _of_execution),
        On("Name", "workgroup/{}", {"CreateWorkGroup"}),
        On("Name", "datacatalog/{}", _OF_CATALOGS),
        On("CatalogName", "datacatalog/{}"),
        On("Name", "capacity-reservation/{}", _OF_RESERVATIONS),
        On("CapacityReservationName", "capacity-reservation/{}"),
    ),
    nowhere={"ListApplicationDPUSizes"},
)
