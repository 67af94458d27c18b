-- Triggers that somebody made; event triggers belong to the whole database. Manual: pg_trigger, pg_event_trigger.
SELECT
    format('trigger %s.%s.%s', n.nspname, c.relname, t.tgname),
    a.attribute,
    a.value
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('definition', pg_get_triggerdef(t.oid)),
    ('enabled', t.tgenabled::text)
) a (attribute, value)
-- Until 14 those of partitions count as internal; those of constraints are another matter.
WHERE n.nspname = ANY ($1) AND (NOT t.tgisinternal OR t.tgconstraint = 0)
UNION ALL
SELECT
    format('event trigger %s', e.evtname),
    a.attribute,
    a.value
FROM pg_event_trigger e
CROSS JOIN LATERAL (VALUES
    ('definition', format('%s: %s on %s', e.evtevent, e.evtfoid::regproc, coalesce(array_to_string(e.evttags, ', '), 'all'))),
    ('enabled', e.evtenabled::text)
) a (attribute, value)
