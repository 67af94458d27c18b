-- What objects need of each other and of tables. A view's needs are those of its rule, a default's those of its column's table.
-- Who needs an array needs what it is made of, and who needs the rows of a view needs that.
SELECT coalesce(rw.class, co.class, d.classid)::int8 AS class, coalesce(rw.object, co.object, d.objid)::int8 AS object,
       CASE WHEN tc.relkind IN ('v', 'm') THEN 'pg_catalog.pg_class'::pg_catalog.regclass::oid ELSE d.refclassid END::int8 AS needed_class,
       CASE WHEN tc.relkind IN ('v', 'm') THEN tc.oid ELSE coalesce(ty.oid, d.refobjid) END::int8 AS needed_object,
       CASE WHEN tc.relkind IN ('r', 'p') THEN pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(tc.relname) END AS needed_table,
       pg_catalog.quote_ident(ta.attname) AS needed_column,
       CASE WHEN ty.typtype = 'e' THEN pg_catalog.quote_ident(yn.nspname) || '.' || pg_catalog.quote_ident(ty.typname) END AS needed_enum
FROM pg_catalog.pg_depend d
LEFT JOIN LATERAL (SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid AS class, r.ev_class AS object FROM pg_catalog.pg_rewrite r
                   WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid AND r.rulename = '_RETURN') rw ON true
LEFT JOIN LATERAL (SELECT 'pg_catalog.pg_type'::pg_catalog.regclass::oid AS class, c.reltype AS object FROM pg_catalog.pg_class c
                   WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = d.objid) co ON true
LEFT JOIN pg_catalog.pg_type rt ON d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND rt.oid = d.refobjid
LEFT JOIN pg_catalog.pg_type ty ON ty.oid = CASE WHEN rt.typelem <> 0 AND rt.typlen = -1 THEN rt.typelem ELSE rt.oid END
LEFT JOIN pg_catalog.pg_namespace yn ON yn.oid = ty.typnamespace
LEFT JOIN pg_catalog.pg_class tc ON tc.oid = CASE WHEN d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN d.refobjid ELSE ty.typrelid END
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = tc.relnamespace
LEFT JOIN pg_catalog.pg_attribute ta ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND ta.attrelid = d.refobjid AND ta.attnum = d.refobjsubid AND d.refobjsubid > 0
WHERE d.deptype IN ('n', 'a') AND d.refobjid >= 16384
  AND (d.classid <> 'pg_catalog.pg_constraint'::pg_catalog.regclass
       OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.oid = d.objid AND k.contype = 'x'))
  AND (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
       AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = d.objid AND c.relkind = 'c')
       OR d.classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_type'::pg_catalog.regclass,
                    'pg_catalog.pg_trigger'::pg_catalog.regclass, 'pg_catalog.pg_policy'::pg_catalog.regclass, 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass,
                    'pg_catalog.pg_constraint'::pg_catalog.regclass, 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, 'pg_catalog.pg_collation'::pg_catalog.regclass,
                    'pg_catalog.pg_ts_config'::pg_catalog.regclass, 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, 'pg_catalog.pg_cast'::pg_catalog.regclass))
