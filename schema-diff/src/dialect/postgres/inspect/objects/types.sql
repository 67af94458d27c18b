-- Namespaces, extensions, collations, domains, composite and range types, sequences that no column owns, functions.
-- Every part gives: kind, name, the table it belongs to, the statements that make it, the one that removes it, and the
-- class and number by which pg_depend knows it. What belongs to an extension comes with it.
SELECT 'namespace' AS kind, pg_catalog.quote_ident(n.nspname) AS name, NULL::text AS table_namespace, NULL::text AS table_name,
       ARRAY['CREATE SCHEMA ' || pg_catalog.quote_ident(n.nspname)] AS creates,
       'DROP SCHEMA ' || pg_catalog.quote_ident(n.nspname) AS drops, '{}'::text[] AS columns,
       'pg_catalog.pg_namespace'::pg_catalog.regclass::int8 AS class, n.oid::int8 AS object
FROM pg_catalog.pg_namespace n
WHERE n.nspname NOT IN ('information_schema', 'public') AND n.nspname NOT LIKE 'pg\_%'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.objid = n.oid AND d.deptype = 'e')
UNION ALL
SELECT 'extension', pg_catalog.quote_ident(e.extname), NULL, NULL,
       CASE WHEN n.nspname = 'public' OR n.nspname LIKE 'pg\_%' THEN '{}'
            ELSE ARRAY['CREATE SCHEMA IF NOT EXISTS ' || pg_catalog.quote_ident(n.nspname)] END
       || ARRAY['CREATE EXTENSION IF NOT EXISTS ' || pg_catalog.quote_ident(e.extname) || ' WITH SCHEMA '
             || pg_catalog.quote_ident(n.nspname) || ' CASCADE'],
       'DROP EXTENSION ' || pg_catalog.quote_ident(e.extname), ARRAY[e.extversion],
       'pg_catalog.pg_extension'::pg_catalog.regclass::int8, e.oid::int8
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
UNION ALL
SELECT 'collation', x.name, NULL, NULL,
       ARRAY['CREATE COLLATION ' || x.name || ' (provider = '
             || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END
             || coalesce(', locale = ' || pg_catalog.quote_literal(coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale',
                                                                          CASE WHEN c.collprovider = 'i' THEN c.collcollate END)), '')
             || CASE WHEN c.collprovider = 'c' THEN ', lc_collate = ' || pg_catalog.quote_literal(c.collcollate)
                     || ', lc_ctype = ' || pg_catalog.quote_literal(c.collctype) ELSE '' END
             || CASE WHEN NOT c.collisdeterministic THEN ', deterministic = false' ELSE '' END
             || coalesce(', rules = ' || pg_catalog.quote_literal(to_jsonb(c) ->> 'collicurules'), '') || ')'],
       'DROP COLLATION ' || x.name, '{}', 'pg_catalog.pg_collation'::pg_catalog.regclass::int8, c.oid::int8
FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname) AS name) x
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_collation'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range_type' ELSE 'composite_type' END, x.name, NULL, NULL,
       ARRAY[CASE t.typtype
         WHEN 'd' THEN 'CREATE DOMAIN ' || x.name || ' AS ' || pg_catalog.format_type(t.typbasetype, t.typtypmod) || b.collation
           || coalesce(' DEFAULT ' || t.typdefault, '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
           || coalesce((SELECT string_agg(' CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid), '' ORDER BY k.conname)
                        FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND k.convalidated), '')
         WHEN 'r' THEN 'CREATE TYPE ' || x.name || ' AS RANGE (subtype = ' || pg_catalog.format_type(r.rngsubtype, NULL)
           || coalesce((SELECT ', subtype_opclass = ' || pg_catalog.quote_ident(on2.nspname) || '.' || pg_catalog.quote_ident(o.opcname)
                        FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace on2 ON on2.oid = o.opcnamespace
                        WHERE o.oid = r.rngsubopc AND NOT o.opcdefault), '')
           || coalesce((SELECT ', collation = ' || pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname)
                        FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                        JOIN pg_catalog.pg_type st ON st.oid = r.rngsubtype
                        WHERE co.oid = r.rngcollation AND r.rngcollation <> st.typcollation), '')
           || CASE WHEN r.rngsubdiff <> 0 THEN ', subtype_diff = ' || r.rngsubdiff::text ELSE '' END
           || coalesce((SELECT ', multirange_type_name = ' || pg_catalog.quote_ident(mn.nspname) || '.' || pg_catalog.quote_ident(m.typname)
                        FROM pg_catalog.pg_type m JOIN pg_catalog.pg_namespace mn ON mn.oid = m.typnamespace
                        WHERE m.oid = (to_jsonb(r) ->> 'rngmultitypid')::oid), '') || ')'
         ELSE 'CREATE TYPE ' || x.name || ' AS ('
           || coalesce((SELECT string_agg(pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
                                          || coalesce((SELECT ' COLLATE ' || pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname)
                                                       FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                                                       JOIN pg_catalog.pg_type at ON at.oid = a.atttypid
                                                       WHERE co.oid = a.attcollation AND a.attcollation <> at.typcollation), ''), ', ' ORDER BY a.attnum)
                        FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')' END]
       -- What doesn't hold for every value can't be said in CREATE DOMAIN.
       || ARRAY(SELECT 'ALTER DOMAIN ' || x.name || ' ADD CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid)
                FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND NOT k.convalidated ORDER BY k.conname),
       CASE t.typtype WHEN 'd' THEN 'DROP DOMAIN ' ELSE 'DROP TYPE ' END || x.name,
       -- Of a domain: the base type, the default, NOT NULL, and each check's name and definition.
       CASE WHEN t.typtype <> 'd' THEN '{}' ELSE
         ARRAY[pg_catalog.format_type(t.typbasetype, t.typtypmod) || b.collation, coalesce(t.typdefault, ''), CASE WHEN t.typnotnull THEN 'NOT NULL' ELSE '' END]
         || coalesce((SELECT array_agg(w.word ORDER BY k.conname, w.at)
                      FROM pg_catalog.pg_constraint k
                      CROSS JOIN LATERAL unnest(ARRAY[k.conname::text, pg_catalog.pg_get_constraintdef(k.oid)]) WITH ORDINALITY w (word, at)
                      WHERE k.contypid = t.oid AND k.contype = 'c'), '{}') END,
       'pg_catalog.pg_type'::pg_catalog.regclass::int8, t.oid::int8
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname) AS name) x
CROSS JOIN LATERAL (SELECT coalesce((SELECT ' COLLATE ' || pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname)
                                     FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                                     JOIN pg_catalog.pg_type bt ON bt.oid = t.typbasetype
                                     WHERE co.oid = t.typcollation AND t.typcollation <> bt.typcollation), '') AS collation) b
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
  AND (t.typtype IN ('d', 'r') OR t.typtype = 'c' AND c.relkind = 'c')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid AND d.deptype = 'e')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 'sequence', x.name, w.namespace, w.relation,
       ARRAY['CREATE ' || CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END || 'SEQUENCE ' || x.name || ' AS '
             || pg_catalog.format_type(q.seqtypid, NULL) || ' INCREMENT BY ' || q.seqincrement
             || ' MINVALUE ' || q.seqmin || ' MAXVALUE ' || q.seqmax || ' START WITH ' || q.seqstart || ' CACHE ' || q.seqcache
             || CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END]
       || CASE WHEN w.column_name IS NULL THEN '{}'
               ELSE ARRAY['ALTER SEQUENCE ' || x.name || ' OWNED BY ' || pg_catalog.quote_ident(w.namespace) || '.'
                          || pg_catalog.quote_ident(w.relation) || '.' || pg_catalog.quote_ident(w.column_name)] END,
       'DROP SEQUENCE ' || x.name, '{}', 'pg_catalog.pg_class'::pg_catalog.regclass::int8, c.oid::int8
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_sequence q ON q.seqrelid = c.oid
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name) x
LEFT JOIN LATERAL (SELECT tn.nspname::text AS namespace, tc.relname::text AS relation, ta.attname::text AS column_name,
                          tc.oid AS relation_oid, ta.attnum AS number
                   FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class tc ON tc.oid = d.refobjid
                   JOIN pg_catalog.pg_namespace tn ON tn.oid = tc.relnamespace
                   JOIN pg_catalog.pg_attribute ta ON ta.attrelid = d.refobjid AND ta.attnum = d.refobjsubid
                   WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'a'
                     AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0) w ON true
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%' AND c.relpersistence <> 't'
  AND c.relname NOT LIKE '\_schema\_%'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype IN ('i', 'e'))
  -- One that its owner counts by is a part of the column.
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_attrdef ad JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = ad.oid
                  WHERE ad.adrelid = w.relation_oid AND ad.adnum = w.number AND d.refobjid = c.oid
                    AND pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) LIKE 'nextval(%::regclass)')
UNION ALL
SELECT 'function', x.name, NULL, NULL,
       ARRAY[CASE WHEN p.prokind = 'a' THEN g.definition ELSE pg_catalog.pg_get_functiondef(p.oid) END],
       'DROP ' || CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' WHEN 'a' THEN 'ROUTINE ' ELSE 'FUNCTION ' END || x.name,
       ARRAY[coalesce(pg_catalog.pg_get_function_result(p.oid), '')]::text[] || coalesce(p.proargnames, '{}'),
       'pg_catalog.pg_proc'::pg_catalog.regclass::int8, p.oid::int8
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
CROSS JOIN LATERAL (SELECT p.oid::pg_catalog.regprocedure::text AS name) x
-- An aggregate, which pg_get_functiondef refuses.
LEFT JOIN LATERAL (
    SELECT 'CREATE OR REPLACE AGGREGATE ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname)
           || '(' || CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_catalog.pg_get_function_arguments(p.oid) END || ') (SFUNC = ' || a.aggtransfn::text
           || ', STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL)
           || CASE WHEN a.aggtransspace <> 0 THEN ', SSPACE = ' || a.aggtransspace ELSE '' END
           || CASE WHEN a.aggfinalfn <> 0 THEN ', FINALFUNC = ' || a.aggfinalfn::text || CASE WHEN a.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END
                || ', FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END ELSE '' END
           || CASE WHEN a.aggcombinefn <> 0 THEN ', COMBINEFUNC = ' || a.aggcombinefn::text ELSE '' END
           || CASE WHEN a.aggserialfn <> 0 THEN ', SERIALFUNC = ' || a.aggserialfn::text || ', DESERIALFUNC = ' || a.aggdeserialfn::text ELSE '' END
           || coalesce(', INITCOND = ' || pg_catalog.quote_literal(a.agginitval), '')
           || CASE WHEN a.aggmtransfn <> 0 THEN ', MSFUNC = ' || a.aggmtransfn::text || ', MINVFUNC = ' || a.aggminvtransfn::text
                || ', MSTYPE = ' || pg_catalog.format_type(a.aggmtranstype, NULL)
                || CASE WHEN a.aggmtransspace <> 0 THEN ', MSSPACE = ' || a.aggmtransspace ELSE '' END
                || CASE WHEN a.aggmfinalfn <> 0 THEN ', MFINALFUNC = ' || a.aggmfinalfn::text || CASE WHEN a.aggmfinalextra THEN ', MFINALFUNC_EXTRA' ELSE '' END
                     || ', MFINALFUNC_MODIFY = ' || CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END ELSE '' END
                || coalesce(', MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval), '') ELSE '' END
           || coalesce((SELECT ', SORTOP = OPERATOR(' || pg_catalog.quote_ident(sn.nspname) || '.' || o.oprname || ')'
                        FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace sn ON sn.oid = o.oprnamespace WHERE o.oid = a.aggsortop), '')
           || CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r' THEN ', PARALLEL = RESTRICTED' ELSE '' END
           || CASE WHEN a.aggkind = 'h' THEN ', HYPOTHETICAL' ELSE '' END || ')' AS definition
    FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid) g ON true
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
UNION ALL
SELECT 'other', 'text search dictionary ' || x.name, NULL, NULL,
       ARRAY['CREATE TEXT SEARCH DICTIONARY ' || x.name || ' (TEMPLATE = ' || pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.tmplname)
             || coalesce(', ' || nullif(d.dictinitoption, ''), '') || ')'],
       'DROP TEXT SEARCH DICTIONARY ' || x.name, '{}', 'pg_catalog.pg_ts_dict'::pg_catalog.regclass::int8, d.oid::int8
FROM pg_catalog.pg_ts_dict d JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
JOIN pg_catalog.pg_ts_template t ON t.oid = d.dicttemplate JOIN pg_catalog.pg_namespace tn ON tn.oid = t.tmplnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(d.dictname) AS name) x
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass AND e.objid = d.oid AND e.deptype = 'e')
UNION ALL
SELECT 'other', 'text search configuration ' || x.name, NULL, NULL,
       ARRAY['CREATE TEXT SEARCH CONFIGURATION ' || x.name || ' (PARSER = ' || pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.prsname) || ')']
       || ARRAY(SELECT 'ALTER TEXT SEARCH CONFIGURATION ' || x.name || ' ADD MAPPING FOR ' || pg_catalog.quote_ident(k.alias) || ' WITH '
                       || string_agg(m.mapdict::pg_catalog.regdictionary::text, ', ' ORDER BY m.mapseqno)
                FROM pg_catalog.pg_ts_config_map m JOIN pg_catalog.ts_token_type(p.oid) k ON k.tokid = m.maptokentype
                WHERE m.mapcfg = c.oid GROUP BY k.tokid, k.alias ORDER BY k.tokid),
       'DROP TEXT SEARCH CONFIGURATION ' || x.name, '{}', 'pg_catalog.pg_ts_config'::pg_catalog.regclass::int8, c.oid::int8
FROM pg_catalog.pg_ts_config c JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser JOIN pg_catalog.pg_namespace pn ON pn.oid = p.prsnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.cfgname) AS name) x
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_ts_config'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'other', 'cast ' || x.name, NULL, NULL,
       ARRAY['CREATE CAST ' || x.name || CASE c.castmethod WHEN 'f' THEN ' WITH FUNCTION ' || c.castfunc::pg_catalog.regprocedure::text
                                              WHEN 'i' THEN ' WITH INOUT' ELSE ' WITHOUT FUNCTION' END
             || CASE c.castcontext WHEN 'i' THEN ' AS IMPLICIT' WHEN 'a' THEN ' AS ASSIGNMENT' ELSE '' END],
       'DROP CAST ' || x.name, '{}', 'pg_catalog.pg_cast'::pg_catalog.regclass::int8, c.oid::int8
FROM pg_catalog.pg_cast c
CROSS JOIN LATERAL (SELECT '(' || pg_catalog.format_type(c.castsource, NULL) || ' AS ' || pg_catalog.format_type(c.casttarget, NULL) || ')' AS name) x
WHERE c.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype IN ('e', 'i'))
