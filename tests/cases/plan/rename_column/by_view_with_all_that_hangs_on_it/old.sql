INSERT INTO t (id, b, n) VALUES (1000, 'new', 1);
UPDATE t SET b = 'x' || id, n = n + 1 WHERE id = 3;
SELECT id, b, n, twice FROM t;
SELECT b FROM above;
SELECT t.id FROM t JOIN other ON other.t = t.b;
DELETE FROM t WHERE id = 4;
