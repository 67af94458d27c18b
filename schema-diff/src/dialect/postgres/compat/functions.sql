SELECT
    p.proname::text AS name,
    p.prosrc AS body,
    l.lanname = 'sql' AS is_sql,
    coalesce(p.proargnames, '{}') AS arguments
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
LEFT JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg\_t%'
  AND l.lanname NOT IN ('c', 'internal')
  AND p.prosrc <> ''
  AND p.proname NOT LIKE 'schema\_sync\_%'
  AND d.objid IS NULL
ORDER BY 1, 2
