-- Views and what hangs on tables without being a part of their definition.
SELECT CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized_view' END AS kind, x.name AS name,
       NULL::text AS table_namespace, NULL::text AS table_name,
       ARRAY['CREATE ' || CASE c.relkind WHEN 'v' THEN 'VIEW ' ELSE 'MATERIALIZED VIEW ' END || x.name
             || coalesce(' WITH (' || (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(c.reloptions) o) || ')', '') || ' AS '
             || pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';')]
       || ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid) FROM pg_catalog.pg_index i
                JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
                WHERE i.indrelid = c.oid ORDER BY ic.relname)
       || ARRAY(SELECT 'ALTER VIEW ' || x.name || ' ALTER COLUMN ' || pg_catalog.quote_ident(a.attname) || ' SET DEFAULT '
                       || pg_catalog.pg_get_expr(d.adbin, d.adrelid)
                FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                WHERE d.adrelid = c.oid ORDER BY a.attnum) AS creates,
       CASE c.relkind WHEN 'v' THEN 'DROP VIEW ' ELSE 'DROP MATERIALIZED VIEW ' END || x.name AS drops,
       ARRAY(SELECT pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
             FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns,
       'pg_catalog.pg_class'::pg_catalog.regclass::int8 AS class, c.oid::int8 AS object
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name) x
WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't'
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%' AND c.relname NOT LIKE '\_schema\_%'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 'rule', x.name, t.namespace, t.relation,
       ARRAY[pg_catalog.rtrim(pg_catalog.pg_get_ruledef(r.oid), ';')]
       || CASE r.ev_enabled WHEN 'O' THEN '{}' ELSE ARRAY['ALTER TABLE ' || x.relation
            || CASE r.ev_enabled WHEN 'A' THEN ' ENABLE ALWAYS' WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' DISABLE' END
            || ' RULE ' || pg_catalog.quote_ident(r.rulename)] END,
       'DROP RULE ' || x.name, '{}',
       'pg_catalog.pg_rewrite'::pg_catalog.regclass::int8, r.oid::int8
FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
CROSS JOIN LATERAL (SELECT CASE WHEN c.relkind IN ('r', 'p') THEN n.nspname::text END AS namespace, c.relname::text AS relation) t
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS relation,
                           pg_catalog.quote_ident(r.rulename) || ' ON ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name) x
WHERE r.rulename <> '_RETURN'
UNION ALL
SELECT 'trigger', x.name, t.namespace, t.relation,
       ARRAY[pg_catalog.pg_get_triggerdef(g.oid)]
       || CASE g.tgenabled WHEN 'O' THEN '{}' ELSE ARRAY['ALTER TABLE ' || x.relation
            || CASE g.tgenabled WHEN 'A' THEN ' ENABLE ALWAYS' WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' DISABLE' END
            || ' TRIGGER ' || pg_catalog.quote_ident(g.tgname)] END
       -- A partition's own may fire otherwise than that of its table. Until 12 only what depends tells whose it is.
       || CASE c.relkind WHEN 'p' THEN ARRAY(
            WITH RECURSIVE below (object) AS (
                SELECT g.oid
                UNION ALL
                SELECT d.objid FROM below b
                JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND d.refobjid = b.object
                     AND d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND d.deptype = 'P')
            SELECT 'ALTER TABLE ONLY ' || p.tgrelid::pg_catalog.regclass::text
                   || CASE p.tgenabled WHEN 'O' THEN ' ENABLE' WHEN 'A' THEN ' ENABLE ALWAYS' WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' DISABLE' END
                   || ' TRIGGER ' || pg_catalog.quote_ident(p.tgname)
            FROM below b JOIN pg_catalog.pg_trigger p ON p.oid = b.object
            WHERE p.tgenabled <> g.tgenabled ORDER BY 1) ELSE '{}' END,
       'DROP TRIGGER ' || x.name, '{}', 'pg_catalog.pg_trigger'::pg_catalog.regclass::int8, g.oid::int8
FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
CROSS JOIN LATERAL (SELECT CASE WHEN c.relkind IN ('r', 'p') THEN n.nspname::text END AS namespace, c.relname::text AS relation) t
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS relation,
                           pg_catalog.quote_ident(g.tgname) || ' ON ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name) x
WHERE NOT g.tgisinternal AND coalesce(to_jsonb(g) ->> 'tgparentid', '0') = '0' AND g.tgname NOT LIKE '%schema\_sync\_%'
UNION ALL
SELECT 'event_trigger', pg_catalog.quote_ident(e.evtname), NULL, NULL,
       ARRAY['CREATE EVENT TRIGGER ' || pg_catalog.quote_ident(e.evtname) || ' ON ' || e.evtevent
             || coalesce(' WHEN TAG IN (' || (SELECT string_agg(pg_catalog.quote_literal(tag), ', ') FROM unnest(e.evttags) tag) || ')', '')
             || ' EXECUTE FUNCTION ' || e.evtfoid::pg_catalog.regproc::text || '()']
       || CASE e.evtenabled WHEN 'O' THEN '{}' ELSE ARRAY['ALTER EVENT TRIGGER ' || pg_catalog.quote_ident(e.evtname)
            || CASE e.evtenabled WHEN 'A' THEN ' ENABLE ALWAYS' WHEN 'R' THEN ' ENABLE REPLICA' ELSE ' DISABLE' END] END,
       'DROP EVENT TRIGGER ' || pg_catalog.quote_ident(e.evtname), '{}',
       'pg_catalog.pg_event_trigger'::pg_catalog.regclass::int8, e.oid::int8
FROM pg_catalog.pg_event_trigger e
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass AND d.objid = e.oid AND d.deptype = 'e')
UNION ALL
SELECT 'exclusion', x.name, n.nspname::text, c.relname::text,
       ARRAY['ALTER TABLE ' || x.relation || ' ADD CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid)],
       'ALTER TABLE ' || x.relation || ' DROP CONSTRAINT ' || pg_catalog.quote_ident(k.conname), '{}',
       'pg_catalog.pg_constraint'::pg_catalog.regclass::int8, k.oid::int8
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS relation,
                           pg_catalog.quote_ident(k.conname) || ' ON ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name) x
WHERE k.contype = 'x'
UNION ALL
SELECT 'statistics', x.name, CASE WHEN c.relkind IN ('r', 'p') THEN tn.nspname::text END, c.relname::text,
       ARRAY[pg_catalog.pg_get_statisticsobjdef(s.oid)]
       || CASE WHEN coalesce(to_jsonb(s) ->> 'stxstattarget', '-1') = '-1' THEN '{}'
               ELSE ARRAY['ALTER STATISTICS ' || x.name || ' SET STATISTICS ' || (to_jsonb(s) ->> 'stxstattarget')] END,
       'DROP STATISTICS ' || x.name, '{}', 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass::int8, s.oid::int8
FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(s.stxname) AS name) x
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
UNION ALL
SELECT 'row_security', x.name, n.nspname::text, c.relname::text,
       ARRAY['ALTER TABLE ' || x.name || CASE WHEN c.relrowsecurity THEN ' ENABLE' ELSE ' DISABLE' END || ' ROW LEVEL SECURITY',
             'ALTER TABLE ' || x.name || CASE WHEN c.relforcerowsecurity THEN ' FORCE' ELSE ' NO FORCE' END || ' ROW LEVEL SECURITY'],
       'ALTER TABLE ' || x.name || ' DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', '{}', NULL, NULL
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name) x
WHERE (c.relrowsecurity OR c.relforcerowsecurity) AND c.relkind IN ('r', 'p')
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
UNION ALL
SELECT 'policy', x.name, n.nspname::text, c.relname::text,
       ARRAY['CREATE POLICY ' || x.name || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
             || ' FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END
             || ' TO ' || (SELECT string_agg(role, ', ' ORDER BY role)
                           FROM (SELECT CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(r)) END AS role
                                 FROM unnest(p.polroles) r) roles)
             || coalesce(' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
             || coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')],
       'DROP POLICY ' || x.name, '{}', 'pg_catalog.pg_policy'::pg_catalog.regclass::int8, p.oid::int8
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(p.polname) || ' ON ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name) x
UNION ALL
SELECT 'replica_identity', x.name, n.nspname::text, c.relname::text,
       ARRAY['ALTER TABLE ' || x.name || ' REPLICA IDENTITY ' || CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING'
             ELSE 'USING INDEX ' || coalesce((SELECT pg_catalog.quote_ident(ic.relname) FROM pg_catalog.pg_index i
                  JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident), '""') END],
       'ALTER TABLE ' || x.name || ' REPLICA IDENTITY DEFAULT', '{}', NULL, NULL
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name) x
WHERE c.relreplident IN ('f', 'n', 'i') AND c.relkind IN ('r', 'p')
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
