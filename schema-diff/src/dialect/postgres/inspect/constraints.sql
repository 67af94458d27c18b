-- Constraints of tables. NOT NULL constraints (contype 'n', PostgreSQL 18) stand with the columns.
-- A column that the server doesn't have yet is the one of `older`.
SELECT k.conrelid::int8 AS table_oid, k.conname::text AS name, k.contype::text AS kind,
       ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u(attnum, position)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum
             ORDER BY u.position) AS columns,
       pg_catalog.pg_get_expr(k.conbin, k.conrelid) AS expression,
       rn.nspname::text AS referenced_namespace, rc.relname::text AS referenced_table,
       ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS u(attnum, position)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum
             ORDER BY u.position) AS referenced_columns,
       k.confdeltype::text AS on_delete, k.confupdtype::text AS on_update, k.confmatchtype::text AS match_type,
       k.condeferrable AS deferrable, k.condeferred AS deferred, k.convalidated AS validated,
       k.connoinherit AS no_inherit, k.enforced, k.without_overlaps, k.sets_some_columns,
       coalesce(i.nulls_not_distinct, false) AS nulls_not_distinct,
       ARRAY(SELECT a.attname::text FROM unnest(ARRAY(SELECT unnest(i.indkey))) WITH ORDINALITY AS u(attnum, position)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.attnum
             WHERE u.position > i.indnkeyatts ORDER BY u.position) AS include
FROM (SELECT true AS conenforced, false AS conperiod, NULL::smallint[] AS confdelsetcols, false AS indnullsnotdistinct) older
CROSS JOIN LATERAL (SELECT x.*, conenforced AS enforced, conperiod AS without_overlaps,
                           confdelsetcols IS NOT NULL AS sets_some_columns FROM pg_catalog.pg_constraint x) k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
LEFT JOIN pg_catalog.pg_class rc ON rc.oid = k.confrelid
LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace
LEFT JOIN LATERAL (SELECT x.*, indnullsnotdistinct AS nulls_not_distinct FROM pg_catalog.pg_index x) i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u')
WHERE k.contype IN ('p', 'u', 'c', 'f', 'x')
  -- A key that references a partitioned table has one more for each partition of that.
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint up WHERE up.oid = k.conparentid AND up.conrelid = k.conrelid)
ORDER BY k.conrelid, k.contype, k.conname
