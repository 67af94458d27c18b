-- Views and functions that belong to another role than the session's: one that makes them anew would own them. Another
-- database may know no such role, or not let the session give anything to it.
SELECT CASE c.relkind WHEN 'v' THEN 'view ' ELSE 'materialized view ' END || x.name AS key,
       'ALTER ' || CASE c.relkind WHEN 'v' THEN 'VIEW ' ELSE 'MATERIALIZED VIEW ' END || x.name || ' OWNER TO '
         || pg_catalog.quote_ident(r.rolname) AS sql, r.rolname::text AS role
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles r ON r.oid = c.relowner AND r.rolname <> current_user
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name) x
WHERE c.relkind IN ('v', 'm') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
UNION ALL
SELECT 'function ' || p.oid::pg_catalog.regprocedure::text,
       'ALTER ' || CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || p.oid::pg_catalog.regprocedure::text || ' OWNER TO '
         || pg_catalog.quote_ident(r.rolname), r.rolname::text
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_roles r ON r.oid = p.proowner AND r.rolname <> current_user
WHERE p.prokind <> 'a' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
