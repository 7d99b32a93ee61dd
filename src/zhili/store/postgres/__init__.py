"""The store on PostgreSQL: one schema of one database, one round trip a transaction."""

from zhili.store.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
