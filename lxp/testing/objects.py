"""Makes an object of each model of a plugin: by the plugin's own factory, or by filling in what the fields ask."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.utils import timezone

from lxp.models import Organisation, User
from lxp.plugin_manager import is_core
from lxp.testing.clauses import OBJECTS, broken
from lxp.testing.world import make_person

PERSON_WORDS = ("person", "user", "learner", "employee", "member")
SIMPLE: dict[type[models.Field], Callable[[int], Any]] = {
    models.UUIDField: lambda number: uuid.uuid4(),
    models.BooleanField: lambda number: False,
    models.EmailField: lambda number: f"kit{number}@example.org",
    models.URLField: lambda number: f"https://example.org/{number}",
    models.SlugField: lambda number: f"kit-{number}",
    models.DecimalField: Decimal,
    models.FloatField: float,
    models.IntegerField: lambda number: number,
    models.DateTimeField: lambda number: timezone.now() + timedelta(minutes=number),
    models.DateField: lambda number: timezone.localdate() + timedelta(days=number),
    models.TimeField: lambda number: (timezone.localtime() + timedelta(minutes=number)).time(),
    models.DurationField: lambda number: timedelta(minutes=number),
    models.JSONField: lambda number: {},
}


@dataclass
class Planted:
    """For whom an object is made: `text` belongs into whatever people could have written, `number` is new each time.

    `made` holds the objects that are there already, by label ("courses.Module" is a published module of the
    organisation); `of` makes one of another model of the plugin.
    """

    person: User
    organisation: Organisation
    text: str
    number: int = 1
    made: dict[str, models.Model] = field(default_factory=dict)
    factories: Mapping[str, Factory] = field(default_factory=dict)

    def of(self, label: str) -> Any:
        """The object of another model that this one belongs to, made once."""
        if label not in self.made:
            self.made[label] = make(apps.get_model(label), self)
        return self.made[label]

    def colleague(self) -> User:
        """Somebody else who works for the organisation, new each time: where two people stand in one object."""
        return make_person(self.organisation)


Factory = Callable[[Planted], models.Model]


def models_of(plugin: str) -> list[type[models.Model]]:
    """The plugin's own tables, those that Django makes for many-to-many keys left out."""
    return [
        model for model in apps.get_app_config(plugin).get_models() if model._meta.managed and not model._meta.proxy
    ]


def make(model: type[models.Model], planted: Planted) -> models.Model:
    """One stored object. Breaks the clause “objects” where no factory is given and the fields cannot be guessed."""
    factory = planted.factories.get(model._meta.label)
    if factory is not None:
        return _by_factory(model, factory, planted)
    values = {each.name: _value(each, planted) for each in model._meta.concrete_fields if _is_asked(each)}
    try:
        with transaction.atomic():
            made = model._default_manager.create(**values)
    except (DatabaseError, ValueError, TypeError) as refusal:
        broken(OBJECTS, f"{model._meta.label} refused what the kit filled in: {type(refusal).__name__}: {refusal}")
    for each in model._meta.local_many_to_many:
        if each.related_model in (User, Organisation):
            getattr(made, each.name).add(planted.person if each.related_model is User else planted.organisation)
    return made


def _by_factory(model: type[models.Model], factory: Factory, planted: Planted) -> models.Model:
    try:
        with transaction.atomic():
            return factory(planted)
    except DatabaseError as refusal:
        broken(
            OBJECTS,
            f"the factory of {model._meta.label} was refused: {type(refusal).__name__}: {refusal}. It is asked several times "
            "for one person: use `get_or_create`, `planted.number`, or `planted.colleague()` for somebody else",
        )


def make_all(plugin: str, planted: Planted) -> dict[str, models.Model]:
    """One object of each model."""
    for model in models_of(plugin):
        planted.of(model._meta.label)
    return planted.made


def _is_asked(each: models.Field[Any, Any]) -> bool:
    if each.primary_key and (each.has_default() or isinstance(each, models.AutoField)):
        return False
    if _names_person(each) or named_behind(each) or each.is_relation:
        return True
    if isinstance(each, models.CharField | models.TextField) and not each.choices:
        return True
    return not (each.null or each.has_default() or each.blank or getattr(each, "auto_now", False))


def _value(each: models.Field[Any, Any], planted: Planted) -> Any:
    if each.is_relation:
        return _related(each, planted)
    if _names_person(each):
        return planted.person.uuid if isinstance(each, models.UUIDField) else planted.person.pk
    behind = named_behind(each)
    if behind is not None and behind._meta.label in planted.made:
        key = _key_of(planted.made[behind._meta.label], each)
        if not (each.unique and each.model._default_manager.filter(**{each.name: key}).exists()):
            return key
    if each.choices:
        return each.flatchoices[0][0]
    for kind, value in SIMPLE.items():
        if isinstance(each, kind):
            return value(planted.number)
    text = f"{planted.text}{planted.number}" if each.unique else planted.text
    return text[: each.max_length] if each.max_length else text


def _related(each: models.Field[Any, Any], planted: Planted) -> Any:
    if each.related_model in (User, Organisation):
        return planted.person if each.related_model is User else planted.organisation
    related: Any = each.related_model
    label = related._meta.label
    is_own = related._meta.app_label == each.model._meta.app_label
    if label in planted.made or (is_own and related is not each.model):
        return planted.of(label)
    if not each.null:
        broken(OBJECTS, f"{each.model._meta.label}.{each.name} is a key to {label}, which the kit cannot make")
    return None


def _names_person(each: models.Field[Any, Any]) -> bool:
    """A number or uuid that is somebody, without being a key of the database."""
    if each.primary_key or each.is_relation:
        return False
    if isinstance(each, models.UUIDField):
        return any(word in each.name.lower().split("_") for word in PERSON_WORDS)
    return isinstance(each, models.IntegerField) and re.sub(r"_(id|pk)$", "", each.name.lower()) in PERSON_WORDS


def behind_models() -> dict[str, type[models.Model]]:
    """Models of LXP that are about one person, by their name: whoever has a key of one knows who it is."""
    return {
        model._meta.model_name or "": model
        for model in apps.get_models()
        if is_core(model._meta.app_label)
        and any(each.name == "person" and each.related_model is User for each in model._meta.concrete_fields)
    }


def named_behind(each: models.Field[Any, Any]) -> type[models.Model] | None:
    """The model that a number or uuid names without being a key of the database: an attempt for `attempt_uuid`."""
    if each.primary_key or each.is_relation or not isinstance(each, models.UUIDField | models.IntegerField):
        return None
    stem, _line, ending = each.name.lower().rpartition("_")
    return behind_models().get(stem) if ending in ("uuid", "id", "pk") else None


def _key_of(thing: models.Model, each: models.Field[Any, Any]) -> Any:
    return getattr(thing, "uuid") if isinstance(each, models.UUIDField) else thing.pk  # noqa: B009 - not every model has one


@dataclass(frozen=True)
class Holder:
    """A field that says whose a row is: it names the person, or something of LXP that is about one person."""

    model: type[models.Model]
    field: str
    by: str  # "pk" or "uuid"
    behind: type[models.Model] | None = None

    @property
    def name(self) -> str:
        return f"{self.model._meta.label}.{self.field}"

    def keys(self, person: User) -> list[Any]:
        """What stands in the field for this person. Asked before they are forgotten: later nobody knows any more."""
        if self.behind is None:
            return [getattr(person, self.by)]
        return list(self.behind._default_manager.filter(person=person).values_list(self.by, flat=True))

    def rows(self, keys: list[Any]) -> models.QuerySet[Any]:
        return self.model._default_manager.filter(**{f"{self.field}__in": keys})


def holders(plugin: str) -> list[Holder]:
    """Every field of the plugin with a key, a uuid or a number of a person, or of something that is about one person."""
    about = behind_models().values()
    found = []
    for model in models_of(plugin):
        for each in [*model._meta.local_concrete_fields, *model._meta.local_many_to_many]:
            by = "uuid" if isinstance(each, models.UUIDField) else "pk"
            if each.related_model is User or _names_person(each):
                found.append(Holder(model, each.name, by))
            elif each.related_model in about:
                found.append(Holder(model, each.name, by, each.related_model))
            elif (behind := named_behind(each)) is not None:
                found.append(Holder(model, each.name, by, behind))
    return found
