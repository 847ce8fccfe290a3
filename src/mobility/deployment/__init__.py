"""Deployment of a force: flow over time through links and ports with capacities."""

from mobility.errors import needs

needs("ortools", "deploy", "deployment")
