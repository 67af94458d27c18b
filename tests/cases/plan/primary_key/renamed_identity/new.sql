INSERT INTO t (a) VALUES ('new');
INSERT INTO t (key, a) VALUES (1000, 'own');
UPDATE t SET key = 2000 WHERE key = 3;
INSERT INTO t (key, a) VALUES (4, 'x') ON CONFLICT (key) DO UPDATE SET a = excluded.a;
SELECT key, a FROM t;
