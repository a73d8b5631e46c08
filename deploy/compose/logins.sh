#!/bin/sh
# Runs once, when the database is made, after roles.sql: one login a role, each with a password of its own.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set owner="$OWNER_PASSWORD" --set writer="$WRITER_PASSWORD" <<'SQL'
CREATE ROLE lane_migrations LOGIN IN ROLE sealane_owner PASSWORD :'owner';
ALTER ROLE lane_migrations SET role = sealane_owner;
CREATE ROLE lane_server LOGIN IN ROLE sealane_writer PASSWORD :'writer';
SQL
