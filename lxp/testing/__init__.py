"""The contract kit: what every plugin passes before it is let in, as a pytest plugin that anybody can use.

In the `conftest.py` at the top of a plugin's tests: `pytest_plugins = ["lxp.testing"]`; in a test module, a class that derives
from `PluginContract` and names the plugin. Needs pytest and pytest-django (`make install-dev`, or the extra `testing` of
LXP); nothing of a running site imports this package.
"""

from lxp.testing.contract import PluginContract
from lxp.testing.fixtures import plugin_world
from lxp.testing.objects import Planted
from lxp.testing.world import World

__all__ = ["Planted", "PluginContract", "World", "plugin_world"]
