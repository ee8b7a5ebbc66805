"""The function by which text is searched, where a database keeps its own (PostgreSQL)."""

from django.db import migrations

from core import plain


def add_function(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(plain.for_postgresql(), params=None)


def drop_function(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {plain.NAME}(text)")


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(add_function, drop_function)]
