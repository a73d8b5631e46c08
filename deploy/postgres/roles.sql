-- Roles of a PostgreSQL database of Sealane, each with the least it needs. Run it as a superuser, or as the owner of the
-- database with CREATEROLE, in the database itself, before the first start and again after each new release:
--
--     psql "postgresql://postgres@db/sealane" -v ON_ERROR_STOP=1 -f roles.sql
--
-- Then give each role to a login of its own, with a password or a certificate (nothing here can log in):
--
--     CREATE ROLE lane_migrations LOGIN IN ROLE sealane_owner;   ALTER ROLE lane_migrations SET role = sealane_owner;
--     CREATE ROLE lane_server     LOGIN IN ROLE sealane_writer;
--     CREATE ROLE lane_dashboard  LOGIN IN ROLE sealane_reader;
--     CREATE ROLE lane_shop       LOGIN IN ROLE sealane_tenant;
--     INSERT INTO sealane_access.tenant_login VALUES ('lane_shop', 'mer_01kan6k3zw8t5q1r9v0m2c4d7e');
--
-- sealane_owner   makes and changes tables: `sealane migrate`, at an installation and at each new release; never serves
-- sealane_writer  serves: adds and changes rows, but can neither change tables nor rewrite what must never change
-- sealane_reader  counts, decisions' outcomes and the public log; no vault, no keys, no sessions, no documents
-- sealane_tenant  one merchant's analysts: the lines and counts of that merchant's orders, by row-level security
--
-- Every table that says whose a row is has row-level security. The server keeps merchants apart itself, as one session
-- writes for all of them, so the writer sees all rows; whoever comes in by another way sees none, or their own.

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'sealane_owner') THEN
        CREATE ROLE sealane_owner NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'sealane_writer') THEN
        CREATE ROLE sealane_writer NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'sealane_reader') THEN
        CREATE ROLE sealane_reader NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'sealane_tenant') THEN
        CREATE ROLE sealane_tenant NOLOGIN;
    END IF;
    -- Only the four come in; the owner may make the schema that a copy grows in, unseen, until it is whole.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO sealane_writer, sealane_reader, sealane_tenant', current_database());
    EXECUTE format('GRANT CONNECT, CREATE ON DATABASE %I TO sealane_owner', current_database());
    -- A schema of its own, found by every session without a word in its address.
    EXECUTE format('ALTER DATABASE %I SET search_path TO sealane', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA IF NOT EXISTS sealane;
ALTER SCHEMA sealane OWNER TO sealane_owner;
GRANT USAGE ON SCHEMA sealane TO sealane_writer, sealane_reader, sealane_tenant;

-- Which login is whose; who comes in may learn only their own tenant, and cannot choose another.
CREATE SCHEMA IF NOT EXISTS sealane_access;
CREATE TABLE IF NOT EXISTS sealane_access.tenant_login (login NAME PRIMARY KEY, merchant_id TEXT NOT NULL);
CREATE OR REPLACE FUNCTION sealane_access.tenant() RETURNS TEXT LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = sealane_access, pg_temp
    AS $$ SELECT merchant_id FROM tenant_login WHERE login = session_user $$;
REVOKE ALL ON FUNCTION sealane_access.tenant() FROM PUBLIC;
GRANT USAGE ON SCHEMA sealane_access TO sealane_tenant;
GRANT EXECUTE ON FUNCTION sealane_access.tenant() TO sealane_tenant;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sealane TO sealane_writer;
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA sealane TO sealane_writer;

DO $$
DECLARE
    named TEXT;
BEGIN
    -- What is written once: the log, the facts, the decisions and the texts that made them, releases and their receipts.
    FOREACH named IN ARRAY ARRAY[
        'log_entry', 'log_identity', 'log_sealed', 'risk_fact', 'risk_decision', 'risk_text',
        'disclosure_release', 'disclosure_attempt', 'vault_tombstone', 'control_run'
    ] LOOP
        IF to_regclass('sealane.' || named) IS NOT NULL THEN
            EXECUTE format('REVOKE UPDATE, DELETE ON sealane.%I FROM sealane_writer', named);
        END IF;
    END LOOP;
    IF to_regclass('sealane.migrations') IS NOT NULL THEN
        REVOKE INSERT, UPDATE, DELETE ON sealane.migrations FROM sealane_writer;
    END IF;
    FOREACH named IN ARRAY ARRAY[
        'migrations', 'order_lines', 'order_totals', 'lane_totals', 'order_truths', 'log_entry', 'log_identity',
        'gate_findings', 'market_release'
    ] LOOP
        IF to_regclass('sealane.' || named) IS NOT NULL THEN
            EXECUTE format('GRANT SELECT ON sealane.%I TO sealane_reader', named);
        END IF;
    END LOOP;
    FOREACH named IN ARRAY ARRAY['order_lines', 'order_totals'] LOOP
        IF to_regclass('sealane.' || named) IS NOT NULL THEN
            EXECUTE format('GRANT SELECT ON sealane.%I TO sealane_tenant', named);
        END IF;
    END LOOP;
    FOR named IN
        SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = 'sealane' AND column_name = 'merchant_id' AND table_type = 'BASE TABLE'
    LOOP
        EXECUTE format('ALTER TABLE sealane.%I ENABLE ROW LEVEL SECURITY', named);
        EXECUTE format('DROP POLICY IF EXISTS everyone ON sealane.%I', named);
        EXECUTE format('DROP POLICY IF EXISTS own ON sealane.%I', named);
        EXECUTE format('CREATE POLICY everyone ON sealane.%I TO sealane_writer, sealane_reader USING (true)', named);
        EXECUTE format(
            'CREATE POLICY own ON sealane.%I FOR SELECT TO sealane_tenant '
            'USING (merchant_id = (SELECT sealane_access.tenant()))', named
        );
    END LOOP;
END
$$;
