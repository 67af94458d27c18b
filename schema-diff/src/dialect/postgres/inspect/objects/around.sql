-- Comments and privileges, other than those that the model holds: comments on tables, columns and enum types.
SELECT 'comment' AS kind, i.type || ' ' || i.identity AS name, tn.nspname::text AS table_namespace, tc.relname::text AS table_name,
       ARRAY['COMMENT ON ' || w.target || ' IS ' || pg_catalog.quote_literal(d.description)] AS creates,
       'COMMENT ON ' || w.target || ' IS ' || coalesce(pg_catalog.quote_literal(w.initial), 'NULL') AS drops,
       -- The index of a materialised view is made along with it.
       '{}'::text[] AS columns, d.classoid::int8 AS class, coalesce(ix.indrelid, d.objoid)::int8 AS object
FROM pg_catalog.pg_description d
CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) i
LEFT JOIN pg_catalog.pg_class c ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = d.objoid
LEFT JOIN pg_catalog.pg_type t ON d.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.oid = d.objoid
LEFT JOIN pg_catalog.pg_constraint k ON d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objoid
LEFT JOIN pg_catalog.pg_trigger g ON d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND g.oid = d.objoid
LEFT JOIN pg_catalog.pg_policy p ON d.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND p.oid = d.objoid
LEFT JOIN pg_catalog.pg_index ix ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND ix.indexrelid = d.objoid
LEFT JOIN pg_catalog.pg_class tc ON tc.oid = coalesce(nullif(k.conrelid, 0), g.tgrelid, p.polrelid, ix.indrelid) AND tc.relkind IN ('r', 'p')
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = tc.relnamespace
LEFT JOIN pg_catalog.pg_namespace dn ON dn.oid = k.connamespace AND k.contypid <> 0
LEFT JOIN pg_catalog.pg_type dt ON dt.oid = k.contypid
CROSS JOIN LATERAL (SELECT CASE
    WHEN dt.oid IS NOT NULL THEN 'CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ON DOMAIN ' || pg_catalog.quote_ident(dn.nspname) || '.' || pg_catalog.quote_ident(dt.typname)
    WHEN k.oid IS NOT NULL THEN 'CONSTRAINT ' || i.identity
    WHEN i.type LIKE '% column' THEN 'COLUMN ' || i.identity
    -- One without arguments has no form of its own here.
    WHEN i.type = 'aggregate' THEN 'ROUTINE ' || i.identity
    WHEN i.type = 'statistics object' THEN 'STATISTICS ' || i.identity
    ELSE pg_catalog.upper(i.type) || ' ' || i.identity END AS target,
    -- What initdb says of it.
    CASE WHEN d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND i.identity = 'public' THEN 'standard public schema' END AS initial) w
WHERE (d.objoid >= 16384 OR d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                            AND d.objoid = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'public'))
  AND d.description IS DISTINCT FROM w.initial
  AND NOT coalesce(c.relkind IN ('r', 'p'), false) AND NOT coalesce(t.typtype = 'e', false)
  AND coalesce(i.schema, '') <> 'information_schema' AND coalesce(i.schema, '') NOT LIKE 'pg\_%'
  AND i.identity NOT LIKE '%schema\_sync\_%'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
  -- What an extension says of itself.
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension e
                  JOIN pg_catalog.pg_available_extensions a ON a.name = e.extname AND a.comment = d.description
                  WHERE d.classoid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND e.oid = d.objoid)
UNION ALL
SELECT 'privileges', o.word || ' ' || o.name || o.suffix, o.table_namespace, o.table_name,
       d.revoked || d.granted, array_to_string(d.given_back || d.taken_back, E';\n'), '{}', o.class::int8, o.object::int8
FROM (
    SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS word, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name,
           CASE WHEN c.relkind IN ('r', 'p') THEN n.nspname::text END AS table_namespace, c.relname::text AS table_name,
           c.relacl AS acl, c.relowner AS owner, pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner) AS fresh, '' AS suffix,
           'pg_catalog.pg_class'::pg_catalog.regclass::oid AS class, c.oid AS object, 'relowner FROM pg_catalog.pg_class' AS owned, 'regclass' AS known
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relacl IS NOT NULL AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
    UNION ALL
    SELECT 'TABLE', pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), CASE WHEN c.relkind IN ('r', 'p') THEN n.nspname::text END, c.relname::text,
           a.attacl, c.relowner, pg_catalog.acldefault('c', c.relowner), ' (' || pg_catalog.quote_ident(a.attname) || ')', 'pg_catalog.pg_class'::pg_catalog.regclass::oid, c.oid,
           'relowner FROM pg_catalog.pg_class', 'regclass'
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
    UNION ALL
    SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, p.oid::pg_catalog.regprocedure::text, NULL, NULL, p.proacl, p.proowner,
           pg_catalog.acldefault('f', p.proowner), '', 'pg_catalog.pg_proc'::pg_catalog.regclass::oid, p.oid, 'proowner FROM pg_catalog.pg_proc', 'regprocedure'
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE p.proacl IS NOT NULL AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname), NULL, NULL, t.typacl, t.typowner,
           pg_catalog.acldefault('T', t.typowner), '', 'pg_catalog.pg_type'::pg_catalog.regclass::oid, t.oid, 'typowner FROM pg_catalog.pg_type', 'regtype'
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typacl IS NOT NULL AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
    UNION ALL
    -- What everybody may do in `public` from the start no default says: initdb grants it, until 14 with CREATE.
    SELECT 'SCHEMA', pg_catalog.quote_ident(n.nspname), NULL, NULL, coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner)), n.nspowner,
           pg_catalog.acldefault('n', n.nspowner)
             || CASE WHEN n.nspname = 'public' THEN ARRAY[('=U' || CASE WHEN pg_catalog.current_setting('server_version_num')::int4 < 150000 THEN 'C' ELSE '' END
                                                           || '/' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(n.nspowner)))::pg_catalog.aclitem] ELSE '{}' END,
           '', 'pg_catalog.pg_namespace'::pg_catalog.regclass::oid, n.oid, 'nspowner FROM pg_catalog.pg_namespace', 'regnamespace'
    FROM pg_catalog.pg_namespace n
    WHERE (n.nspacl IS NOT NULL OR n.nspname = 'public') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%') o
CROSS JOIN LATERAL (SELECT ' ON ' || o.word || ' ' || o.name AS target) w
-- What was taken of that which a fresh object has, and what was granted beyond it. The owner has another name in each
-- database, so that he is looked up.
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(CASE WHEN t.grantee = o.owner THEN 'DO $owner$ BEGIN EXECUTE (SELECT ' || pg_catalog.quote_literal('REVOKE ' || t.shortly || w.target || ' FROM ') || i.owner
                                   ELSE 'REVOKE ' || t.shortly || w.target || ' FROM PUBLIC' END ORDER BY t.grantee) FILTER (WHERE NOT t.is_more), '{}') AS revoked,
           coalesce(array_agg(CASE WHEN t.grantee = o.owner THEN 'DO $owner$ BEGIN EXECUTE (SELECT ' || pg_catalog.quote_literal('GRANT ' || t.privileges || w.target || ' TO ') || i.owner
                                   ELSE 'GRANT ' || t.privileges || w.target || ' TO PUBLIC' END ORDER BY t.grantee) FILTER (WHERE NOT t.is_more), '{}') AS given_back,
           coalesce(array_agg('GRANT ' || t.privileges || w.target || ' TO ' || r.role || CASE WHEN t.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
                              ORDER BY 'GRANT ' || t.privileges || w.target || ' TO ' || r.role || CASE WHEN t.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
                    FILTER (WHERE t.is_more), '{}') AS granted,
           coalesce(array_agg(DISTINCT 'REVOKE ' || CASE WHEN t.has_some THEN t.privileges ELSE 'ALL' || o.suffix END || w.target || ' FROM ' || r.role)
                    FILTER (WHERE t.is_more), '{}') AS taken_back
    FROM (SELECT false AS is_more, f.grantee, false AS is_grantable, string_agg(f.privilege_type, ', ' ORDER BY f.privilege_type) AS privileges,
                 CASE WHEN count(*) = (SELECT count(*) FROM pg_catalog.aclexplode(o.fresh) a WHERE a.grantee = f.grantee) THEN 'ALL'
                      ELSE string_agg(f.privilege_type, ', ' ORDER BY f.privilege_type) END AS shortly, false AS has_some
          FROM (SELECT grantee, privilege_type FROM pg_catalog.aclexplode(o.fresh) EXCEPT SELECT grantee, privilege_type FROM pg_catalog.aclexplode(o.acl)) f
          GROUP BY f.grantee
          UNION ALL
          SELECT true, e.grantee, e.is_grantable, string_agg(e.privilege_type || o.suffix, ', ' ORDER BY e.privilege_type), NULL,
                 EXISTS (SELECT FROM pg_catalog.aclexplode(o.fresh) a WHERE a.grantee = e.grantee)
          FROM (SELECT grantee, privilege_type, is_grantable FROM pg_catalog.aclexplode(o.acl)
                EXCEPT SELECT grantee, privilege_type, is_grantable FROM pg_catalog.aclexplode(o.fresh)) e
          WHERE e.grantee <> o.owner GROUP BY e.grantee, e.is_grantable) t
    CROSS JOIN LATERAL (SELECT CASE t.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(t.grantee)) END AS role) r
    CROSS JOIN LATERAL (SELECT ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(' || split_part(o.owned, ' ', 1) || ')) ' || substr(o.owned, strpos(o.owned, ' ') + 1)
                               || ' WHERE oid = ' || pg_catalog.quote_literal(o.name) || '::pg_catalog.' || o.known || '); END $owner$' AS owner) i) d
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = o.class AND d.objid = o.object AND d.deptype = 'e')
  AND o.name NOT LIKE '%.\_schema\_%' AND o.name NOT LIKE '%schema\_sync\_%'
  AND d.revoked || d.granted <> '{}'
