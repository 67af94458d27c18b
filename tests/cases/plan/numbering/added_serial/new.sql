INSERT INTO t (name, a) VALUES ('new', 'x') RETURNING number;
UPDATE t SET a = 'y' WHERE number = 1;
DELETE FROM t WHERE number = 2;
