"""The command `lxp plugins`: what is installed, whether it fits, where it is on, and how to take it out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lxp import icons, plugin_discovery, plugin_manager
from lxp.checks import plugins_can_go, plugins_fit
from lxp.models import Organisation, PluginSwitch
from lxp.plugin_discovery import FoundPlugin
from lxp.plugin_scaffold import ScaffoldError, write_plugin
from lxp.serving.readiness import pending_migrations

OUR_DISTRIBUTION = "lxp"
ORGANISATION_OF_DEMO = "maasdal"


class Command(BaseCommand):
    help = "See, check, begin, switch and remove plugins."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="Every plugin, its version, and where it is on.")
        actions.add_parser("check", help="Exit code 1 when a plugin cannot load, misspells a hook or is not migrated.")
        scaffold = actions.add_parser("scaffold", help="Write a small whole plugin to begin with.")
        scaffold.add_argument("name", help="What it is called in code: 2 to 20 small letters and digits.")
        scaffold.add_argument("--title", help="What people call it, in Dutch (the name).")
        scaffold.add_argument("--english", metavar="TITLE", help="The same in English, as the code says it (the name).")
        scaffold.add_argument("--folder", type=Path, default=Path(), help="Where to put it (here).")
        switch = actions.add_parser("switch", help="Switch a plugin on or off for one organisation.")
        switch.add_argument("name")
        switch.add_argument("--organisation", required=True, metavar="SLUG")
        direction = switch.add_mutually_exclusive_group(required=True)
        direction.add_argument("--on", action="store_true")
        direction.add_argument("--off", dest="on", action="store_false")
        remove = actions.add_parser("remove", help="Export a plugin's tables, then remove them.")
        remove.add_argument("name")
        remove.add_argument("--export", type=Path, metavar="FILE", help="Where to keep the data (NAME.json).")
        remove.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, **options: Any) -> None:
        actions = {
            "list": self._list,
            "check": self._check,
            "scaffold": self._scaffold,
            "switch": self._switch,
            "remove": self._remove,
        }
        actions[options["action"]](options)

    def _list(self, options: dict[str, Any]) -> None:
        for name, plugin in sorted(plugin_discovery.found.items()):
            slugs = PluginSwitch.objects.filter(plugin=name, is_on=True).values_list("organisation__slug", flat=True)
            places = ", ".join(sorted(slugs)) or "no organisation"
            self.stdout.write(f"{name}  {plugin.distribution} {plugin.version}  on for: {places}")
            for row in PluginSwitch.objects.stopped().filter(plugin=name).select_related("organisation"):
                faults = f"off by itself since {row.stopped_at:%Y-%m-%d %H:%M} UTC after {row.fault_count} faults"
                self.stdout.write(f"  {row.organisation.slug}: {faults}")
        for name, reason in sorted(plugin_discovery.quarantined.items()):
            self.stdout.write(f"{name}  in quarantine: {reason}")
        if not plugin_discovery.found and not plugin_discovery.quarantined:
            self.stdout.write("No plugins are installed.")

    def _check(self, options: dict[str, Any]) -> None:
        warnings = [*plugins_fit(None), *plugins_can_go(None)]
        faults = [f"{name}: {reason}" for name, reason in sorted(plugin_discovery.quarantined.items())]
        if faults:
            raise CommandError("In quarantine:\n" + "\n".join(faults))
        pending = Counter(label for label in pending_migrations() if label in plugin_discovery.found)
        waiting = [f"{name}: {_has_not_run(count)}" for name, count in sorted(pending.items())]
        if waiting:
            raise CommandError("Not migrated; run: lxp migrate\n" + "\n".join(waiting))
        if warnings:
            raise CommandError("\n".join(f"{each.msg} {each.hint}" for each in warnings))
        unknown = {name: icons.unknown_in(_folder_of(name)) for name in sorted(plugin_discovery.found)}
        if any(unknown.values()):
            lines = [f"{name}: {each}" for name, missing in unknown.items() for each in missing]
            raise CommandError("Icons that are not there; /stijlgids/#icons shows all:\n" + "\n".join(lines))
        self.stdout.write(
            f"Every plugin fits this platform: {', '.join(plugin_manager.installed()) or 'none is installed'}."
        )

    def _scaffold(self, options: dict[str, Any]) -> None:
        name = options["name"]
        try:
            titles = {
                "title": options["title"] or name.capitalize(),
                "english": options["english"] or name.capitalize(),
            }
            folder = write_plugin(name=name, folder=options["folder"], **titles)
        except ScaffoldError as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write("\n".join(_what_next(name, folder)))

    def _switch(self, options: dict[str, Any]) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"There is no organisation {options['organisation']}. {_organisations()}")
        try:
            plugin_manager.switch(plugin=options["name"], organisation=organisation, on=options["on"], by=None)
        except plugin_manager.UnknownPluginError as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"{options['name']} is {'on' if options['on'] else 'off'} for {organisation.name}.")

    def _remove(self, options: dict[str, Any]) -> None:
        plugin = _loaded_plugin(options["name"])
        file: Path = options["export"] or Path(f"{plugin.name}.json")
        if file.exists():
            raise CommandError(f"{file} exists already. Name another file with --export.")
        if not options["yes"] and input(f"Remove every table of {plugin.name}? The data goes to {file}. [y/N] ") != "y":
            raise CommandError("Nothing was changed.")
        call_command("dumpdata", plugin.name, output=str(file), indent=1, verbosity=0)
        plugin_manager.forget_switches(plugin.name)
        call_command("migrate", plugin.name, "zero", interactive=False, verbosity=0)
        self.stdout.write("\n".join(_what_remains(plugin, file)))


def _loaded_plugin(name: str) -> FoundPlugin:
    """The plugin, if its models are there to be exported."""
    installed = plugin_manager.installed()
    if name not in installed:
        reason = plugin_discovery.quarantined.get(name)
        if reason:
            raise CommandError(f"{name} is in quarantine ({reason}). Install a version that loads, then remove it.")
        raise CommandError(f"There is no plugin {name} here. Installed: {', '.join(installed) or '-'}.")
    return plugin_discovery.found[name]


def _folder_of(name: str) -> Path:
    return Path(apps.get_app_config(name).path)


def _what_next(name: str, folder: Path) -> list[str]:
    return [
        f"A plugin that works is in {folder}. Now:",
        f"  cd {folder}",
        "  pip install --no-deps --no-build-isolation -e .",
        "  lxp migrate && lxp plugins check",
        f"  lxp plugins switch {name} --organisation {ORGANISATION_OF_DEMO} --on",
        "  pytest --reuse-db",
        f"{ORGANISATION_OF_DEMO} is an organisation of the demo; a name that is not there lists those that are.",
        "Restart the site after installing. Its README.md says what is where; docs/plugins.md says what else there is.",
    ]


def _organisations() -> str:
    """Which there are, by what the command calls them."""
    slugs = ", ".join(Organisation.objects.open().order_by("slug").values_list("slug", flat=True))
    return f"There are: {slugs}." if slugs else "There are none yet: `lxp load_library` loads those of the demo."


def _what_remains(plugin: FoundPlugin, file: Path) -> list[str]:
    if plugin.distribution == OUR_DISTRIBUTION:
        leave = f"It comes with LXP: start with LXP_PLUGINS_DISABLED={plugin.name} from now on."
    else:
        leave = f"Now take the package out and start again: pip uninstall {plugin.distribution}"
    return [
        f"The tables of {plugin.name} are gone; their data is in {file} (back again: migrate, then loaddata).",
        "What authors made with it stays in their pages, and what learners answered stays in their records;",
        "both show again when the plugin comes back.",
        leave,
        "Afterwards: lxp rebuild_references_index && lxp update_index",
    ]


def _has_not_run(count: int) -> str:
    return "1 migration has not run" if count == 1 else f"{count} migrations have not run"
