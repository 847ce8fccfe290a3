"""Deployment of a force: flow over time through links and ports with capacities."""
