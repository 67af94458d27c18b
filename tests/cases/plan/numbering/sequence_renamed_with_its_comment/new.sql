INSERT INTO t (a) VALUES ('x');
SELECT id, a FROM t;
