"""What follows from the network: routes, and what closures and new links change."""
