"""Changes of the graph, the ledger and credentials."""
