INSERT INTO t (id, note) VALUES (1000, 'new');
UPDATE t SET note = 'other', seen = NULL WHERE id = 3;
DO $$ BEGIN INSERT INTO t (id, note) VALUES (1000, 'new'); UPDATE t SET note = 'other', seen = NULL WHERE id = 3; IF EXISTS (SELECT FROM t, to_jsonb(t) AS r WHERE id IN (3, 1000) AND (seen IS NULL OR made IS NULL OR r ? 'looked_at' AND (r ->> 'looked_at' IS DISTINCT FROM r ->> 'seen' OR id = 1000 AND r ->> 'created' IS DISTINCT FROM r ->> 'made'))) THEN RAISE 'not in step'; END IF; END $$;
