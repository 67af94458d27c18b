-- Columns in catalog order, with what hangs on them. A sequence belongs to a column as identity ('i') or serial ('a').
SELECT a.attrelid::int8 AS table_oid, a.attname::text AS name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       -- From 18 on NOT NULL may be there for new rows alone: then the column still holds NULLs.
       a.attnotnull AND (a.attrelid, a.attnum) NOT IN (SELECT k.conrelid, k.conkey[1] FROM pg_catalog.pg_constraint k
                                                       WHERE k.contype = 'n' AND NOT k.convalidated) AS not_null,
       pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression,
       a.attidentity::text AS identity, a.attgenerated::text AS generated,
       CASE WHEN a.attcollation <> t.typcollation
            THEN (SELECT pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname)
                  FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                  WHERE co.oid = a.attcollation) END AS collation,
       pg_catalog.col_description(a.attrelid, a.attnum) AS comment,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END AS storage,
       nullif(a.attstattarget, -1)::int4 AS statistics_target, a.compression::text AS compression,
       a.attacl::text AS privileges,
       t.typtype::text AS type_kind, coalesce(co.collisdeterministic, true) AS deterministic,
       s.sequence_namespace, s.sequence_name,
       CASE WHEN q.seqtypid <> a.atttypid THEN pg_catalog.format_type(q.seqtypid, NULL) END AS sequence_type,
       nullif(q.seqstart, CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END) AS sequence_start,
       nullif(q.seqincrement, 1) AS sequence_increment,
       nullif(q.seqmin, CASE WHEN q.seqincrement > 0 THEN 1 ELSE -l.top - 1 END) AS sequence_min,
       nullif(q.seqmax, CASE WHEN q.seqincrement > 0 THEN l.top ELSE -1 END) AS sequence_max,
       nullif(q.seqcache, 1) AS sequence_cache, q.seqcycle AS sequence_cycle
-- A column that the server doesn't have yet is the one of `older`.
FROM (SELECT NULL::"char" AS attcompression) older
CROSS JOIN LATERAL (SELECT x.*, attcompression AS compression FROM pg_catalog.pg_attribute x) a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN (SELECT dep.refobjid, dep.refobjsubid, min(sn.nspname::text) AS sequence_namespace,
                  min(sc.relname::text) AS sequence_name, min(sc.oid::int8)::oid AS sequence_oid
           FROM pg_catalog.pg_depend dep
           JOIN pg_catalog.pg_class sc ON sc.oid = dep.objid AND sc.relkind = 'S'
           JOIN pg_catalog.pg_namespace sn ON sn.oid = sc.relnamespace
           WHERE dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
             AND dep.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
             AND dep.deptype IN ('a', 'i') AND dep.refobjsubid > 0
           GROUP BY dep.refobjid, dep.refobjsubid) s ON s.refobjid = a.attrelid AND s.refobjsubid = a.attnum
LEFT JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.sequence_oid
LEFT JOIN LATERAL (SELECT CASE q.seqtypid WHEN 'pg_catalog.int2'::pg_catalog.regtype THEN 32767
                                          WHEN 'pg_catalog.int4'::pg_catalog.regtype THEN 2147483647
                                          ELSE 9223372036854775807 END AS top) l ON true
WHERE a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
