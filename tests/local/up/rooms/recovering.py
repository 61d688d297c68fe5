"""`python -m tests.local.up.rooms.recovering FOLDER…`: what another process recovers from the folders of states.

One line of JSON for each: what is seen then, and after a day on which nobody answers.
"""

import json
import sys
from pathlib import Path

from moto import mock_aws

from bus.local.up.state import State
from tests.local.up.rooms.bench import Nobody
from tests.local.up.rooms.seen import looked

DAY = 86_400


def main() -> None:
    for folder in map(Path, sys.argv[1:]):
        with mock_aws():
            machine = State(folder).recover().machine
            assert machine is not None
            now = looked(machine)
            Nobody(machine).run(DAY)
            sys.stdout.write(json.dumps([now, looked(machine)]) + "\n")


if __name__ == "__main__":
    main()
