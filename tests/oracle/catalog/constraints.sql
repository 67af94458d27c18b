-- Constraints of tables and domains; from 18 on NOT NULL is one too. Manual: pg_constraint.
SELECT
    format('constraint %s.%s.%s', n.nspname,
        coalesce((SELECT c.relname FROM pg_class c WHERE c.oid = k.conrelid),
            (SELECT t.typname FROM pg_type t WHERE t.oid = k.contypid)),
        k.conname),
    a.attribute,
    a.value
FROM pg_constraint k
JOIN pg_namespace n ON n.oid = k.connamespace
CROSS JOIN LATERAL (VALUES
    ('definition', pg_get_constraintdef(k.oid)),
    ('validated', k.convalidated::text),
    ('enforced', to_jsonb(k) ->> 'conenforced'),
    ('deferrable', CASE WHEN k.condeferred THEN 'initially deferred' WHEN k.condeferrable THEN 'yes' END),
    ('inherited', CASE WHEN k.coninhcount > 0 THEN format('from %s, %s', k.coninhcount,
        CASE WHEN k.conislocal THEN 'also declared here' ELSE 'only' END) END),
    ('not inherited', CASE WHEN k.connoinherit AND k.contype IN ('c', 'n') THEN 'true' END),
    ('index', CASE WHEN k.contype IN ('p', 'u', 'x', 'f') THEN
        (SELECT c.relname::text FROM pg_class c WHERE c.oid = k.conindid) END),
    -- The server's own triggers behind a foreign key: O is the origin mode, everything else is switched by hand.
    ('enforcing triggers', (SELECT string_agg(t.tgenabled::text, '' ORDER BY t.tgtype, t.tgrelid::regclass::text)
        FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgisinternal))
) a (attribute, value)
WHERE n.nspname = ANY ($1)
    AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.deptype = 'e' AND (d.classid, d.objid) IN
            (('pg_class'::regclass, k.conrelid), ('pg_type'::regclass, k.contypid), ('pg_constraint'::regclass, k.oid)))
