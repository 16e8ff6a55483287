//! Database of the backend on SQLite and PostgreSQL.
