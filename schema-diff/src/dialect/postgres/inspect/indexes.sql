-- Indexes that stand behind no constraint, a row for each of their columns.
-- pg_get_indexdef is dear: it is asked for expressions alone.
SELECT i.indrelid::int8 AS table_oid, i.indexrelid::int8 AS oid, ic.relname::text AS name, i.indisunique AS is_unique,
       am.amname::text AS method, (i.indisvalid AND i.indisready AND i.indislive) AS valid,
       i.nulls_not_distinct,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
       coalesce(ic.reloptions, '{}'::text[]) AS options,
       u.position > i.indnkeyatts AS included, a.attname::text AS column_name,
       CASE WHEN u.attnum = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, u.position, false) END AS expression,
       coalesce(u.option & 1 = 1, false) AS descending, coalesce(u.option & 2 = 2, false) AS nulls_first,
       -- Until 12 the options of its column are about statistics.
       CASE WHEN ia.attoptions IS NULL OR pg_catalog.current_setting('server_version_num')::int4 < 130000 THEN '{}'
            ELSE ARRAY(SELECT p FROM unnest(ia.attoptions) p ORDER BY p COLLATE "C") END AS parameters,
       CASE WHEN NOT oc.opcdefault OR ia.attoptions IS NOT NULL AND pg_catalog.current_setting('server_version_num')::int4 >= 130000
            THEN CASE WHEN ocn.nspname = 'pg_catalog' THEN '' ELSE pg_catalog.quote_ident(ocn.nspname) || '.' END
                 || pg_catalog.quote_ident(oc.opcname) END AS operator_class,
       -- The collation of an expression can't be asked for: where it isn't the expression's own, the server writes it.
       CASE WHEN u.coll <> 0 AND u.coll IS DISTINCT FROM coalesce(a.attcollation, ty.typcollation)
                 AND (u.attnum <> 0 OR strpos(pg_catalog.pg_get_indexdef(i.indexrelid),
                                              pg_catalog.pg_get_indexdef(i.indexrelid, u.position, false) || ' COLLATE ') > 0)
            THEN (SELECT pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname)
                  FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                  WHERE co.oid = u.coll) END AS collation
-- A column that the server doesn't have yet is the one of `older`.
FROM (SELECT false AS indnullsnotdistinct) older
CROSS JOIN LATERAL (SELECT x.*, indnullsnotdistinct AS nulls_not_distinct FROM pg_catalog.pg_index x) i
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
JOIN pg_catalog.pg_am am ON am.oid = ic.relam
-- These vectors begin at 0, and hold nothing of included columns but their numbers.
CROSS JOIN LATERAL (SELECT p AS position, i.indkey[p - 1] AS attnum, i.indoption[p - 1] AS option,
                           i.indcollation[p - 1] AS coll, i.indclass[p - 1] AS class
                    FROM generate_series(1, i.indnatts::int4) p) u
LEFT JOIN pg_catalog.pg_opclass oc ON oc.oid = u.class
LEFT JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.attnum AND u.attnum <> 0
LEFT JOIN pg_catalog.pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = u.position
LEFT JOIN pg_catalog.pg_type ty ON ty.oid = ia.atttypid
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                  WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, ic.relname, u.position
