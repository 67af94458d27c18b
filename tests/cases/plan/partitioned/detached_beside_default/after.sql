SELECT count(*) = 1 FROM events;
SELECT count(*) = 1 FROM events_2;
SELECT to_regclass('events_1') IS NULL;
