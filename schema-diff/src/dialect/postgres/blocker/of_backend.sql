WITH prepared AS (
    -- It keeps the virtual transaction id of the session that it was begun in; its own id leads there.
    SELECT p.gid, p.owner, p.prepared, l.virtualtransaction
    FROM pg_catalog.pg_prepared_xacts p
    JOIN pg_catalog.pg_locks l ON l.locktype = 'transactionid' AND l.transactionid = p.transaction AND l.pid IS NULL AND l.granted
    WHERE p.database = current_database()
)
SELECT a.pid, NULL::text AS gid, coalesce(a.usename, '')::text AS usename,
    CASE WHEN a.backend_type = 'client backend' THEN a.application_name ELSE coalesce(a.backend_type, '') END AS application,
    coalesce(a.state, 'state unknown') AS state,
    coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::float8 AS age,
    '' AS mode, coalesce(a.query, '') AS query
FROM pg_catalog.pg_stat_activity a
WHERE a.pid = ANY (pg_catalog.pg_blocking_pids($1))
UNION ALL
SELECT DISTINCT NULL::int, p.gid, p.owner::text, '', '', extract(epoch FROM clock_timestamp() - p.prepared)::float8, '', ''
FROM pg_catalog.pg_locks w
JOIN pg_catalog.pg_locks h ON h.pid IS NULL AND h.granted AND h.locktype = w.locktype
    AND h.database IS NOT DISTINCT FROM w.database AND h.relation IS NOT DISTINCT FROM w.relation
    AND h.transactionid IS NOT DISTINCT FROM w.transactionid AND h.virtualxid IS NOT DISTINCT FROM w.virtualxid
JOIN prepared p ON p.virtualtransaction = h.virtualtransaction
WHERE w.pid = $1 AND NOT w.granted AND 0 = ANY (pg_catalog.pg_blocking_pids($1))
