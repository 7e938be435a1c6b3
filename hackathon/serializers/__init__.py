"""Input and output shapes of Tommy's endpoints, split by noun. Form is checked here, rules by the services."""
