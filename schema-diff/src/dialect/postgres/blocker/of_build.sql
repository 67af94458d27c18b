WITH tables AS (
    SELECT to_regclass(name)::oid AS relation FROM unnest($1::text[]) AS name
), prepared AS (
    -- It keeps the virtual transaction id of the session that it was begun in; its own id leads there.
    SELECT p.gid, p.owner, p.prepared, l.virtualtransaction
    FROM pg_catalog.pg_prepared_xacts p
    JOIN pg_catalog.pg_locks l ON l.locktype = 'transactionid' AND l.transactionid = p.transaction AND l.pid IS NULL AND l.granted
    WHERE p.database = current_database()
)
SELECT a.pid, NULL::text AS gid, coalesce(a.usename, '')::text AS usename,
    CASE WHEN a.backend_type = 'client backend' THEN a.application_name ELSE coalesce(a.backend_type, '') END AS application,
    coalesce(a.state, 'state unknown') AS state,
    extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS age, '' AS mode, coalesce(a.query, '') AS query
FROM pg_catalog.pg_stat_activity a
WHERE a.datname = current_database() AND a.pid <> pg_catalog.pg_backend_pid()
  AND a.application_name NOT LIKE 'schema-diff %'
  AND a.xact_start < clock_timestamp() - interval '5 s'
  AND (a.backend_xmin IS NOT NULL OR a.pid IN (
      SELECT l.pid FROM pg_catalog.pg_locks l JOIN tables USING (relation) WHERE l.locktype = 'relation' AND l.granted))
UNION ALL
SELECT DISTINCT NULL::int, p.gid, p.owner::text, '', '', extract(epoch FROM clock_timestamp() - p.prepared)::float8, '', ''
FROM prepared p
JOIN pg_catalog.pg_locks l ON l.virtualtransaction = p.virtualtransaction AND l.pid IS NULL AND l.granted
JOIN tables USING (relation)
