"""What a function's process is given to reach the platform with."""

from collections.abc import Callable, Mapping

from bus.local.access import Gate
from bus.local.world import Work


class Credentials:
    """The endpoint, and a session of the function's role that does not end while the process is warm."""

    def __init__(self, gate: Gate, endpoint: Callable[[], str]) -> None:
        self._gate, self._endpoint = gate, endpoint

    def environment(self, work: Work) -> Mapping[str, str]:
        """The variables of a new process for that function; Lambda names the session after the function."""
        session = self._gate.credentials(work.role, work.settings.name[:64])
        return {
            "AWS_ENDPOINT_URL": self._endpoint(),
            "AWS_ACCESS_KEY_ID": session.access_key,
            "AWS_SECRET_ACCESS_KEY": session.secret_key,
            "AWS_SESSION_TOKEN": session.token,
        }
