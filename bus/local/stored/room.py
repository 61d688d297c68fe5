"""The room of everything that only stores state."""

from bus.local.stored.buckets import Buckets
from bus.local.stored.catalog import Catalog
from bus.local.stored.keys import Keys
from bus.local.stored.observability import Observability
from bus.local.stored.roles import Roles
from bus.local.stored.workflows import Workflows


class StoredRoom(Roles, Buckets, Catalog, Observability, Keys, Workflows):
    """Makes what moto keeps; it answers no operations, since boto3's calls fall through to moto.

    moto is to be active in the process (`moto.mock_aws`) before anything is made.
    """
