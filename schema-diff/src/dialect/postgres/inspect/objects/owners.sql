-- Views, functions and what searches texts that belong to another role than the session's: one that makes them anew
-- would own them. Another database may know no such role, or not let the session give anything to it.
SELECT CASE c.relkind WHEN 'v' THEN 'view ' ELSE 'materialized view ' END || x.name AS key,
       'ALTER ' || CASE c.relkind WHEN 'v' THEN 'VIEW ' ELSE 'MATERIALIZED VIEW ' END || x.name || ' OWNER TO '
         || pg_catalog.quote_ident(r.rolname) AS sql, r.rolname::text AS role
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles r ON r.oid = c.relowner AND r.rolname <> current_user
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name) x
WHERE c.relkind IN ('v', 'm') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
UNION ALL
SELECT 'function ' || p.oid::pg_catalog.regprocedure::text,
       'ALTER ' || CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' WHEN 'a' THEN 'ROUTINE ' ELSE 'FUNCTION ' END || p.oid::pg_catalog.regprocedure::text || ' OWNER TO '
         || pg_catalog.quote_ident(r.rolname), r.rolname::text
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_roles r ON r.oid = p.proowner AND r.rolname <> current_user
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
UNION ALL
SELECT 'object ' || t.kind || ' ' || x.name, 'ALTER ' || pg_catalog.upper(t.kind) || ' ' || x.name || ' OWNER TO ' || pg_catalog.quote_ident(r.rolname), r.rolname::text
FROM (SELECT 'text search dictionary' AS kind, d.dictname AS name, d.dictnamespace AS namespace, d.dictowner AS owner,
             'pg_catalog.pg_ts_dict'::pg_catalog.regclass AS class, d.oid FROM pg_catalog.pg_ts_dict d
      UNION ALL
      SELECT 'text search configuration', c.cfgname, c.cfgnamespace, c.cfgowner, 'pg_catalog.pg_ts_config'::pg_catalog.regclass, c.oid
      FROM pg_catalog.pg_ts_config c) t
JOIN pg_catalog.pg_namespace n ON n.oid = t.namespace
JOIN pg_catalog.pg_roles r ON r.oid = t.owner AND r.rolname <> current_user
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.name) AS name) x
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = t.class AND d.objid = t.oid AND d.deptype = 'e')
