INSERT INTO t (a) VALUES ('new');
INSERT INTO t (id, a) VALUES (1000, 'own');
UPDATE t SET id = 2000 WHERE id = 3;
INSERT INTO t (id, a) VALUES (4, 'x') ON CONFLICT (id) DO UPDATE SET a = excluded.a;
SELECT id, a FROM t;
