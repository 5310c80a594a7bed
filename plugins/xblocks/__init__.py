"""Hosts XBlocks, the activities of Open edX, as they are."""
