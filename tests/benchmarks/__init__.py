"""The workloads of docs/performance.md; `make bench` runs them."""
