-- Partitioned tables and their partitions, each with the key by which it is partitioned itself.
SELECT c.oid::int8 AS oid, h.inhparent::int8 AS parent, n.nspname::text AS namespace, c.relname::text AS name,
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound, c.relkind = 'f' AS is_foreign,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS key
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = c.oid AND c.relispartition
WHERE (c.relkind = 'p' OR c.relkind IN ('r', 'f') AND c.relispartition)
ORDER BY n.nspname, c.relname
