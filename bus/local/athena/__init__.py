"""Amazon Athena: SQL over the Glue catalog's tables, run by DuckDB."""

from bus.local.athena.room import AthenaRoom as AthenaRoom
