INSERT INTO t (id, a, p) VALUES (1000, 'new', 1);
INSERT INTO t (id, a, p) VALUES (1000, 'v1', 1) ON CONFLICT (a) DO UPDATE SET p = 1;
UPDATE t SET a = a || '!', p = p;
