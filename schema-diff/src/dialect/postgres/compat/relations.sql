SELECT
    c.oid::int8 AS oid,
    n.nspname::text AS namespace,
    c.relname::text AS name,
    c.relkind IN ('v', 'm') AS is_view,
    pg_catalog.array_agg(a.attnum ORDER BY a.attnum) AS numbers,
    pg_catalog.array_agg(a.attname::text ORDER BY a.attnum) AS names,
    pg_catalog.array_agg(a.attnotnull ORDER BY a.attnum) AS not_null
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg\_t%'
GROUP BY c.oid, n.nspname, c.relname, c.relkind
