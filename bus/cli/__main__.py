"""`python -m bus.cli`: the `bus` command."""

from bus.cli import main

main(prog_name="bus")
