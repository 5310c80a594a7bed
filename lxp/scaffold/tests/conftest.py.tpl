"""Loads the contract kit of LXP; it must stand in the conftest at the top of the tests."""

pytest_plugins = ["lxp.testing"]
