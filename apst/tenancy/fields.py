"""Keys that cannot leave the taskforce: the join, the constraint and the default all carry the tenant."""

from typing import Any

from django.db import models
from django.db.models.base import ModelBase
from django.db.models.constraints import BaseConstraint
from django.db.models.expressions import Col
from django.db.models.lookups import Exact
from django.db.models.sql.where import AND, WhereNode


class CurrentTenant(models.Func):
    """`app.tenant()`: the taskforce of the open context; the database raises where there is none."""

    function = "app.tenant"
    template = "%(function)s()"
    output_field = models.BigIntegerField()
    allowed_default = True


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """A foreign key to a row of the same taskforce.

    Joins use (tenant_id, id), which keeps the planner's estimates right (tenancy design 2.1), and the database checks
    the composite key that `TenantModelBase` adds, because a single-column key would accept another taskforce's row
    (5.1).

    keeping  columns that this table keeps a copy of, under the same names: they are part of the key, so that a copy is
             refused where it differs, and follows where the original changes. The row that is pointed at needs a
             unique index over (tenant, id and them).
    """

    def __init__(
        self, to: Any, on_delete: Any = models.PROTECT, *, keeping: tuple[str, ...] = (), **kwargs: Any
    ) -> None:
        self.keeping = keeping
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs

    def get_extra_restriction(self, alias: Any, related_alias: Any) -> Any:
        mine: Any = self.model._meta.get_field("tenant")
        theirs: Any = self.related_model._meta.get_field("tenant")
        where = WhereNode(connector=AND)
        where.add(Exact(Col(alias, mine), Col(related_alias, theirs)), AND)
        return where


class TenantKey(BaseConstraint):
    """The composite foreign key (tenant_id, x_id, ...) -> (tenant_id, id, ...) behind one TenantForeignKey."""

    def __init__(self, *, field: str, name: str, keeping: tuple[str, ...] = ()) -> None:
        super().__init__(name=name)
        self.field = field
        self.keeping = keeping

    def _sql(self, model: Any, schema_editor: Any) -> str:
        key = model._meta.get_field(self.field)
        target = key.related_model._meta.db_table
        quote = schema_editor.quote_name
        copies = "".join(f", {quote(name)}" for name in self.keeping)
        return (
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)}"
            f" FOREIGN KEY (tenant_id, {quote(key.column)}{copies}) REFERENCES {quote(target)} (tenant_id, id{copies})"
            f"{' ON UPDATE CASCADE' if copies else ''}"
        )

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        # The table that is pointed at may be made later in the same migration, so Django gets nothing to run at once.
        schema_editor.deferred_sql.append(self._sql(model, schema_editor))
        return ""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        return self.constraint_sql(model, schema_editor)

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT IF EXISTS {quote(self.name)}"

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """The database alone judges it: within a context a form can only choose rows of the same taskforce."""

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs["field"] = self.field
        if self.keeping:
            kwargs["keeping"] = self.keeping
        return path, args, kwargs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TenantKey) and self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]  # as Django's own constraints: equal by value, not hashable


class TenantModelBase(ModelBase):
    """Adds a TenantKey for every TenantForeignKey, so that makemigrations sees it."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any) -> Any:
        model: Any = super().__new__(cls, name, bases, attrs, **kwargs)
        meta = model._meta
        if not meta.abstract:
            keys = [f for f in meta.local_fields if isinstance(f, TenantForeignKey)]
            meta.constraints = [
                *meta.constraints,
                *(TenantKey(field=f.name, keeping=f.keeping, name=f"{meta.db_table}_{f.name}_key"[-60:]) for f in keys),
            ]
            meta.original_attrs["constraints"] = meta.constraints
        return model
