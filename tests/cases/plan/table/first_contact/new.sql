INSERT INTO t (a, b) VALUES ('z', 'b');
