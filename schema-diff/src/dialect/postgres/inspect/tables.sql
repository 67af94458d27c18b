-- Ordinary and partitioned tables of the user's namespaces. Extension members and our own history are left out.
SELECT c.oid::int8 AS oid, n.nspname::text AS namespace, c.relname::text AS name, c.relkind::text AS kind,
       c.relpersistence::text AS persistence, c.relispartition AS is_partition, c.reltuples::float8 AS estimated_rows,
       c.relrowsecurity AS row_security, c.relreplident::text AS replica_identity,
       pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
       ARRAY(SELECT o FROM unnest(c.reloptions || ARRAY(SELECT 'toast.' || t FROM pg_catalog.pg_class tc, unnest(tc.reloptions) AS t
                                                         WHERE tc.oid = c.reltoastrelid)) AS o
             WHERE o IS NOT NULL ORDER BY o COLLATE "C") AS options,
       EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid OR h.inhrelid = c.oid) AS inherits,
       (p.tablename IS NOT NULL OR EXISTS (SELECT FROM pg_catalog.pg_subscription_rel s WHERE s.srrelid = c.oid)) AS replicated
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (SELECT DISTINCT schemaname, tablename FROM pg_catalog.pg_publication_tables) p
  ON p.schemaname = n.nspname AND p.tablename = c.relname
WHERE c.relkind IN ('r', 'p')
  AND c.relpersistence <> 't'
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
  AND c.relname NOT LIKE '\_schema\_%'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname
