"""CloudFormation's API, over the stacks of the plane."""
