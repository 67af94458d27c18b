-- Sequences without their state, which is data. Manual: pg_sequence; ownership stands in pg_depend.
SELECT
    format('sequence %s.%s', n.nspname, c.relname),
    a.attribute,
    a.value
FROM pg_sequence s
JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('type', s.seqtypid::regtype::text),
    ('start', s.seqstart::text),
    ('increment', s.seqincrement::text),
    ('minimum', s.seqmin::text),
    ('maximum', s.seqmax::text),
    ('cache', s.seqcache::text),
    ('cycle', s.seqcycle::text),
    ('owned by', (SELECT format('%s.%s (%s)', d.refobjid::regclass, o.attname,
            CASE d.deptype WHEN 'i' THEN 'identity' ELSE 'serial' END)
        FROM pg_depend d
        JOIN pg_attribute o ON o.attrelid = d.refobjid AND o.attnum = d.refobjsubid
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
            AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')))
) a (attribute, value)
WHERE n.nspname = ANY ($1)
    AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
