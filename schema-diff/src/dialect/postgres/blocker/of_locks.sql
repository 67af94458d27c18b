WITH wanted AS (
    SELECT to_regclass(w.name)::oid AS relation, w.mode FROM unnest($1::text[], $2::text[]) AS w (name, mode)
), prepared AS (
    -- It keeps the virtual transaction id of the session that it was begun in; its own id leads there.
    SELECT p.gid, p.owner, p.prepared, l.virtualtransaction
    FROM pg_catalog.pg_prepared_xacts p
    JOIN pg_catalog.pg_locks l ON l.locktype = 'transactionid' AND l.transactionid = p.transaction AND l.pid IS NULL AND l.granted
    WHERE p.database = current_database()
)
SELECT DISTINCT ON (l.pid, p.gid) l.pid, p.gid, coalesce(a.usename, p.owner, '')::text AS usename,
    CASE WHEN a.backend_type = 'client backend' THEN a.application_name ELSE coalesce(a.backend_type, '') END AS application,
    coalesce(a.state, 'state unknown') AS state,
    coalesce(extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, p.prepared)), 0)::float8 AS age,
    l.mode, coalesce(a.query, '') AS query
FROM pg_catalog.pg_locks l
JOIN wanted w ON w.relation = l.relation AND w.mode = l.mode
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
LEFT JOIN prepared p ON l.pid IS NULL AND p.virtualtransaction = l.virtualtransaction
WHERE l.locktype = 'relation' AND l.granted AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND (l.pid IS NOT NULL OR p.gid IS NOT NULL)
ORDER BY l.pid, p.gid, l.mode
