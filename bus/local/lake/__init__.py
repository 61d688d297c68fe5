"""The lake from inside the plane: Iceberg tables in the Glue catalog, with boto3 alone underneath.

PyArrow's own S3 client and s3fs talk past botocore, where the plane cannot answer them; so the files
go through a boto3 client (`objects`), and the catalog through boto3's Glue client (`catalog`).
"""

from bus.local.lake.catalog import LakeCatalog as LakeCatalog
from bus.local.lake.catalog import catalog as catalog
from bus.local.lake.commits import append as append
from bus.local.lake.scans import Plan as Plan
from bus.local.lake.scans import Scans as Scans
