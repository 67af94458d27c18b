-- What hangs on a single column and would be lost or would refuse when the column goes or changes.
SELECT d.refobjid::int8 AS table_oid,
       -- As a join it may become the first of all, over every column there is.
       (SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = d.refobjid AND a.attnum = d.refobjsubid) AS column_name,
       CASE WHEN d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
            THEN (SELECT CASE WHEN r.rulename <> '_RETURN' THEN 'rule ' || pg_catalog.quote_ident(r.rulename) || ' ON '
                              WHEN v.relkind = 'm' THEN 'materialized view ' ELSE 'view ' END
                         || pg_catalog.quote_ident(vn.nspname) || '.' || pg_catalog.quote_ident(v.relname)
                  FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
                  JOIN pg_catalog.pg_namespace vn ON vn.oid = v.relnamespace WHERE r.oid = d.objid)
            WHEN d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass THEN 'policy '
              || (SELECT pg_catalog.quote_ident(p.polname) || ' ON ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
                  FROM pg_catalog.pg_policy p WHERE p.oid = d.objid)
            WHEN d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass THEN 'trigger '
              || (SELECT pg_catalog.quote_ident(t.tgname) || ' ON ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
                  FROM pg_catalog.pg_trigger t WHERE t.oid = d.objid)
            WHEN d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass THEN 'function ' || d.objid::pg_catalog.regprocedure::text
            WHEN d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass THEN 'generated column '
              || (SELECT pg_catalog.quote_ident(ga.attname) FROM pg_catalog.pg_attrdef gd
                  JOIN pg_catalog.pg_attribute ga ON ga.attrelid = gd.adrelid AND ga.attnum = gd.adnum WHERE gd.oid = d.objid)
            WHEN d.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass THEN 'statistics '
              || (SELECT pg_catalog.quote_ident(sn.nspname) || '.' || pg_catalog.quote_ident(s.stxname)
                  FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace sn ON sn.oid = s.stxnamespace WHERE s.oid = d.objid)
            WHEN d.classid = 'pg_catalog.pg_publication_rel'::pg_catalog.regclass THEN 'publication '
              || (SELECT pg_catalog.quote_ident(pb.pubname) FROM pg_catalog.pg_publication_rel pr
                  JOIN pg_catalog.pg_publication pb ON pb.oid = pr.prpubid WHERE pr.oid = d.objid)
            ELSE d.classid::pg_catalog.regclass::text END AS dependent
FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0
  AND d.classid NOT IN ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_constraint'::pg_catalog.regclass)
  AND NOT (d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
           AND EXISTS (SELECT FROM pg_catalog.pg_attrdef own WHERE own.oid = d.objid AND own.adrelid = d.refobjid AND own.adnum = d.refobjsubid))
  AND NOT (d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
           AND EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.oid = d.objid AND t.tgenabled = 'A' AND t.tgname LIKE '%schema\_sync\_%'))
ORDER BY 1, 2, 3
