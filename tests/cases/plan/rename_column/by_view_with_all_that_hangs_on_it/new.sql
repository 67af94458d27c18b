INSERT INTO t (id, c, m) VALUES (1000, 'new', 1);
UPDATE t SET c = 'x' || id, m = m + 1 WHERE id = 3;
SELECT id, c, m, twice FROM t;
SELECT b FROM above;
SELECT t.id FROM t JOIN other ON other.t = t.c;
DELETE FROM t WHERE id = 4;
