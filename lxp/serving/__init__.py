"""One command that runs an installation on one machine: web, worker and schedule, watched over by one process."""
