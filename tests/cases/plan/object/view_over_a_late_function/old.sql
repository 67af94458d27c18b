INSERT INTO t (id, n) VALUES (1000, 1);
SELECT sum_of();
