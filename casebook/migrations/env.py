"""Alembic's environment: one connection, handed over by `casebook.migrate`."""

from alembic import context

from casebook.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
