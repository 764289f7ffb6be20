"""Migrates as the migrator, then applies policies, grants and functions."""

from typing import Any

from django.apps import apps
from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from apst.tenancy import state
from apst.tenancy.migrating import only_stale_models_built_again


class Command(Migrate):
    """Django's migrate, with the owner's connection by default and the derived state at its end."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        with only_stale_models_built_again():
            super().handle(*args, **options)
        whole = not options.get("app_label") and not options.get("plan") and not options.get("check_unapplied")
        if whole and apps.is_installed("apst.tenancy"):
            applied = state.apply(connections[options["database"]])
            if options.get("verbosity", 1) > 0:
                self.stdout.write("Policies, grants and functions: " + ("applied." if applied else "unchanged."))
