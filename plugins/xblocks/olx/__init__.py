"""OLX, the format of Open edX courses: an archive or folder becomes module documents, with a report of what stayed behind."""
