-- Every table and view that people made, with what tells of work done to it: the file that holds its rows, those of its indexes,
-- and the rows that this session has read by sequential scans and not reported yet.
SELECT c.oid::int8 AS oid,
       c.relkind IN ('v', 'm') AS is_view,
       n.nspname AS namespace,
       c.relname AS name,
       coalesce(pg_catalog.pg_relation_filenode(c.oid), 0)::int8 AS file,
       ARRAY(SELECT pg_catalog.pg_relation_filenode(i.indexrelid)::int8
             FROM pg_catalog.pg_index AS i
             WHERE i.indrelid = c.oid AND pg_catalog.pg_relation_filenode(i.indexrelid) IS NOT NULL) AS index_files,
       coalesce(pg_catalog.pg_stat_get_xact_tuples_returned(c.oid), 0) AS rows_read
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm')
  AND c.oid >= 16384
  AND n.nspname <> 'information_schema'
  AND left(n.nspname, 3) <> 'pg_'
