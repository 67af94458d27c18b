-- Comments and privileges, other than those that the model holds: comments on tables, columns and enum types.
SELECT 'comment' AS kind, i.type || ' ' || i.identity AS name, tn.nspname::text AS table_namespace, tc.relname::text AS table_name,
       ARRAY['COMMENT ON ' || w.target || ' IS ' || pg_catalog.quote_literal(d.description)] AS creates,
       'COMMENT ON ' || w.target || ' IS NULL' AS drops,
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
    ELSE pg_catalog.upper(i.type) || ' ' || i.identity END AS target) w
WHERE (d.objoid >= 16384)
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
       CASE WHEN o.public_by_default AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(o.acl) e WHERE e.grantee = 0)
            THEN ARRAY['REVOKE ALL ON ' || o.word || ' ' || o.name || ' FROM PUBLIC'] ELSE '{}' END
       || ARRAY(SELECT 'GRANT ' || string_agg(e.privilege_type || o.suffix, ', ' ORDER BY e.privilege_type) || ' ON ' || o.word || ' ' || o.name || ' TO '
                       || CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(e.grantee)) END
                       || CASE WHEN e.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
                FROM pg_catalog.aclexplode(o.acl) e WHERE e.grantee <> o.owner
                  AND NOT (o.public_by_default AND e.grantee = 0)
                GROUP BY e.grantee, e.is_grantable ORDER BY 1),
       concat_ws(E';\n',
         CASE WHEN o.public_by_default AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(o.acl) e WHERE e.grantee = 0)
              THEN 'GRANT ALL ON ' || o.word || ' ' || o.name || ' TO PUBLIC' END,
         'REVOKE ALL' || o.suffix || ' ON ' || o.word || ' ' || o.name || ' FROM '
           || (SELECT string_agg(DISTINCT CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(e.grantee)) END, ', ')
               FROM pg_catalog.aclexplode(o.acl) e WHERE e.grantee <> o.owner AND NOT (o.public_by_default AND e.grantee = 0))),
       '{}', o.class::int8, o.object::int8
FROM (
    SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS word, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name,
           CASE WHEN c.relkind IN ('r', 'p') THEN n.nspname::text END AS table_namespace, c.relname::text AS table_name,
           c.relacl AS acl, c.relowner AS owner, false AS public_by_default, '' AS suffix,
           'pg_catalog.pg_class'::pg_catalog.regclass::oid AS class, c.oid AS object
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relacl IS NOT NULL AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
    UNION ALL
    SELECT 'TABLE', pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), CASE WHEN c.relkind IN ('r', 'p') THEN n.nspname::text END, c.relname::text,
           a.attacl, c.relowner, false, ' (' || pg_catalog.quote_ident(a.attname) || ')', 'pg_catalog.pg_class'::pg_catalog.regclass::oid, c.oid
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
    UNION ALL
    SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, p.oid::pg_catalog.regprocedure::text, NULL, NULL, p.proacl, p.proowner, true, '',
           'pg_catalog.pg_proc'::pg_catalog.regclass::oid, p.oid
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE p.proacl IS NOT NULL AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname), NULL, NULL, t.typacl, t.typowner, true, '',
           'pg_catalog.pg_type'::pg_catalog.regclass::oid, t.oid
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typacl IS NOT NULL AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
    UNION ALL
    SELECT 'SCHEMA', pg_catalog.quote_ident(n.nspname), NULL, NULL, n.nspacl, n.nspowner, false, '',
           'pg_catalog.pg_namespace'::pg_catalog.regclass::oid, n.oid
    FROM pg_catalog.pg_namespace n
    WHERE n.nspacl IS NOT NULL AND n.nspname NOT IN ('information_schema', 'public') AND n.nspname NOT LIKE 'pg\_%') o
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = o.class AND d.objid = o.object AND d.deptype = 'e')
  AND o.name NOT LIKE '%.\_schema\_%' AND o.name NOT LIKE '%schema\_sync\_%'
  AND (EXISTS (SELECT FROM pg_catalog.aclexplode(o.acl) e WHERE e.grantee <> o.owner AND NOT (o.public_by_default AND e.grantee = 0))
       OR o.public_by_default AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(o.acl) e WHERE e.grantee = 0))
