-- Comments on anything that lies in one of the schemas. Manual: pg_description, object information functions.
SELECT
    format('%s %s', i.type, i.identity),
    'comment',
    d.description
FROM pg_description d
CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
CROSS JOIN LATERAL pg_identify_object_as_address(d.classoid, d.objoid, d.objsubid) a
WHERE (d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass)
    AND (i.schema = ANY ($1) OR a.object_names[1] = ANY ($1))
    AND NOT EXISTS (SELECT FROM pg_depend e
        WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
