"""How Alembic reaches the database: by the connection, and inside the transaction, that `schema.migrate` hands over."""

from __future__ import annotations

from alembic import context

from storage.schema import VERSION_TABLE

# Alembic executes this file; it is imported by nobody.
context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=True,  # true of SQLite too, since our engine begins the transaction itself
)
with context.begin_transaction():
    context.run_migrations()
