-- What else is set on tables, columns, constraints and indexes, each told apart by name, so that no plan passes over it;
-- and whole objects of kinds that have no form here.
SELECT 'setting' AS kind, x.name || ': ' || w.what AS name, n.nspname::text AS table_namespace, c.relname::text AS table_name,
       '{}'::text[] AS creates, '' AS drops, '{}'::text[] AS columns, NULL::int8 AS class, NULL::int8 AS object
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name) x
CROSS JOIN LATERAL (
    SELECT 'tablespace ' || s.spcname AS what FROM pg_catalog.pg_tablespace s WHERE s.oid = c.reltablespace
    UNION ALL SELECT 'access method ' || am.amname FROM pg_catalog.pg_am am WHERE am.oid = c.relam AND am.amname <> 'heap'
    UNION ALL SELECT 'rows of type ' || pg_catalog.format_type(c.reloftype, NULL) WHERE c.reloftype <> 0
    UNION ALL SELECT 'child of ' || h.inhparent::pg_catalog.regclass::text FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid AND NOT c.relispartition) w
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%' AND c.relname NOT LIKE '\_schema\_%'
UNION ALL
SELECT 'setting', 'options of column ' || x.name || '.' || pg_catalog.quote_ident(a.attname), n.nspname::text, c.relname::text,
       ARRAY['ALTER TABLE ' || x.name || ' ALTER COLUMN ' || pg_catalog.quote_ident(a.attname) || ' SET ('
             || (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(a.attoptions) o) || ')'],
       'ALTER TABLE ' || x.name || ' ALTER COLUMN ' || pg_catalog.quote_ident(a.attname) || ' RESET ('
             || (SELECT string_agg(split_part(o, '=', 1), ', ' ORDER BY o) FROM unnest(a.attoptions) o) || ')', '{}', NULL, NULL
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name) x
WHERE a.attoptions IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
UNION ALL
SELECT 'setting', 'constraint ' || pg_catalog.quote_ident(k.conname) || ' on ' || x.name || ': ' || w.what, n.nspname::text, c.relname::text,
       '{}', '', '{}', NULL, NULL
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid AND c.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name) x
-- A column that the server doesn't have yet is the one of `older`.
CROSS JOIN (SELECT false AS conperiod, true AS conenforced, NULL::int2[] AS confdelsetcols) older
JOIN LATERAL (
    SELECT oid, 'without overlaps' AS what FROM pg_catalog.pg_constraint WHERE conperiod
    UNION ALL SELECT oid, 'not enforced' FROM pg_catalog.pg_constraint WHERE NOT conenforced
    UNION ALL SELECT oid, 'sets only some columns' FROM pg_catalog.pg_constraint WHERE confdelsetcols IS NOT NULL
    UNION ALL SELECT oid, 'not valid' FROM pg_catalog.pg_constraint WHERE contype = 'n' AND NOT convalidated
    UNION ALL SELECT oid, 'no inherit' FROM pg_catalog.pg_constraint WHERE contype = 'n' AND connoinherit
    UNION ALL SELECT DISTINCT tgconstraint, 'some of its triggers are disabled' FROM pg_catalog.pg_trigger WHERE tgisinternal AND tgenabled = 'D'
    UNION ALL SELECT s.oid, 'with (' || (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(ic.reloptions) o) || ')'
              FROM pg_catalog.pg_constraint s JOIN pg_catalog.pg_class ic ON ic.oid = s.conindid AND ic.reloptions IS NOT NULL WHERE s.contype IN ('p', 'u', 'x')
    UNION ALL SELECT s.oid, 'tablespace ' || e.spcname FROM pg_catalog.pg_constraint s JOIN pg_catalog.pg_class ic ON ic.oid = s.conindid
              JOIN pg_catalog.pg_tablespace e ON e.oid = ic.reltablespace WHERE s.contype IN ('p', 'u', 'x')) w ON w.oid = k.oid
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%' AND c.relname NOT LIKE '\_schema\_%'
UNION ALL
SELECT 'setting', 'index ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(ic.relname) || ': ' || w.what, n.nspname::text, c.relname::text,
       '{}', '', '{}', NULL, NULL
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN (
    SELECT indexrelid AS oid, 'the table is clustered on it' AS what FROM pg_catalog.pg_index WHERE indisclustered
    UNION ALL SELECT t.oid, 'tablespace ' || s.spcname FROM pg_catalog.pg_class t JOIN pg_catalog.pg_tablespace s ON s.oid = t.reltablespace
              WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = t.oid AND k.contype IN ('p', 'u', 'x'))
    UNION ALL SELECT a.attrelid, 'statistics target ' || a.attstattarget || ' on its column ' || a.attnum FROM pg_catalog.pg_attribute a
              WHERE a.attnum > 0 AND a.attstattarget >= 0
    -- From 13 on they are the parameters of its operator class, which stand with the index, or in the constraint's definition.
    UNION ALL SELECT a.attrelid, 'options of its column ' || a.attnum || ': ' || array_to_string(a.attoptions, ', ') FROM pg_catalog.pg_attribute a
              WHERE a.attoptions IS NOT NULL AND pg_catalog.current_setting('server_version_num')::int4 < 130000) w ON w.oid = ic.oid
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%' AND c.relname NOT LIKE '\_schema\_%'
UNION ALL
SELECT CASE o.class WHEN 'pg_catalog.pg_publication'::pg_catalog.regclass THEN 'publication' ELSE 'other' END,
       i.type || ' ' || i.identity || coalesce(': ' || o.more, ''), NULL, NULL, '{}', '', '{}', o.class::oid::int8, o.object::int8
FROM (
    SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass AS class, oid AS object, NULL::text AS more FROM pg_catalog.pg_operator
    UNION ALL SELECT 'pg_catalog.pg_opclass'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_opclass
    UNION ALL SELECT 'pg_catalog.pg_opfamily'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_opfamily
    UNION ALL SELECT 'pg_catalog.pg_conversion'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_conversion
    UNION ALL SELECT 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_ts_parser
    UNION ALL SELECT 'pg_catalog.pg_ts_template'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_ts_template
    UNION ALL SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_language
    UNION ALL SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_foreign_server
    UNION ALL SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_class WHERE relkind = 'f'
    UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, oid, NULL FROM pg_catalog.pg_type t
              WHERE typtype = 'b' AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = t.oid)
    UNION ALL SELECT 'pg_catalog.pg_default_acl'::pg_catalog.regclass, oid, array_to_string(ARRAY(SELECT unnest(defaclacl)::text ORDER BY 1), ' ') FROM pg_catalog.pg_default_acl
    UNION ALL SELECT 'pg_catalog.pg_publication'::pg_catalog.regclass, b.oid,
                     pg_catalog.concat_ws(', ', CASE WHEN b.puballtables THEN 'all tables' END,
                         -- Numbers of columns say nothing: those that were dropped count along.
                         (SELECT string_agg(r.prrelid::pg_catalog.regclass::text
                                            || coalesce(' (' || (SELECT string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attname) FROM pg_catalog.pg_attribute a
                                                                 WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.attributes::int2[])) || ')', '')
                                            || coalesce(' where ' || pg_catalog.pg_get_expr(r.filter, r.prrelid), ''), ', ' ORDER BY r.prrelid::pg_catalog.regclass::text)
                          -- A column that the server doesn't have yet is the one of `older`.
                          FROM (SELECT NULL::int2vector AS prattrs, NULL::pg_catalog.pg_node_tree AS prqual) older
                          CROSS JOIN LATERAL (SELECT x.*, prattrs AS attributes, prqual AS filter FROM pg_catalog.pg_publication_rel x WHERE x.prpubid = b.oid) r),
                         -- The table of whole schemas isn't there on every version, so that what depends is asked.
                         (SELECT string_agg('schema ' || pg_catalog.quote_ident(sn.nspname), ', ' ORDER BY sn.nspname)
                          FROM pg_catalog.pg_depend one JOIN pg_catalog.pg_depend other ON other.classid = one.classid AND other.objid = one.objid
                               AND other.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                          JOIN pg_catalog.pg_namespace sn ON sn.oid = other.refobjid
                          WHERE one.refclassid = 'pg_catalog.pg_publication'::pg_catalog.regclass AND one.refobjid = b.oid
                            AND one.classid = pg_catalog.to_regclass('pg_catalog.pg_publication_namespace')),
                         CASE WHEN b.pubinsert THEN 'insert' END, CASE WHEN b.pubupdate THEN 'update' END,
                         CASE WHEN b.pubdelete THEN 'delete' END, CASE WHEN b.pubtruncate THEN 'truncate' END,
                         -- What later versions can set, where it isn't as it is from the start.
                         (SELECT string_agg(CASE s.value WHEN 'true' THEN s.key ELSE s.key || ' = ' || s.value END, ', ' ORDER BY s.key)
                          FROM pg_catalog.jsonb_each_text(to_jsonb(b) - ARRAY['oid', 'pubname', 'pubowner', 'puballtables', 'pubinsert', 'pubupdate', 'pubdelete', 'pubtruncate']) s
                          WHERE s.value NOT IN ('false', 'n')))
              FROM pg_catalog.pg_publication b) o
CROSS JOIN LATERAL pg_catalog.pg_identify_object(o.class, o.object, 0) i
WHERE o.object >= 16384 AND (i.schema IS NULL OR i.schema <> 'information_schema' AND i.schema NOT LIKE 'pg\_%')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = o.class AND d.objid = o.object AND d.deptype IN ('e', 'i'))
