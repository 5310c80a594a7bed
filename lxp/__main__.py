"""The command `lxp`: Django's commands and ours, with the settings of this installation."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one command. The settings are those of DJANGO_SETTINGS_MODULE, or the development ones."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lxp.config.settings.development")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
