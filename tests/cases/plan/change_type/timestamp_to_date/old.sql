DO $$ BEGIN IF EXISTS (SELECT FROM t WHERE a <> '2020-01-01 12:34:56') THEN RAISE 'the backfill has lost the time of day'; END IF; END $$;
UPDATE t SET a = '2021-02-03 04:05:06';
