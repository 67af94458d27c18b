INSERT INTO t (id, a, b) VALUES (1000, 'Large', '{Small}');
UPDATE t SET a = 'Large', b = '{}' WHERE id = 3;
SELECT id, a, b FROM t;
UPDATE u SET a = 'Large' WHERE id = 2;
INSERT INTO u (id, a) VALUES (9, 'Small') ON CONFLICT (a) DO NOTHING;
SELECT id, a FROM u;
