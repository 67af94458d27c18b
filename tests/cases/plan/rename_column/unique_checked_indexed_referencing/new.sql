INSERT INTO t (id, b, parent) VALUES (1000, 'new', 1);
INSERT INTO t (id, b, parent) VALUES (1000, 'v1', 1) ON CONFLICT (b) DO UPDATE SET parent = 1;
UPDATE t SET b = b || '!', parent = parent;
