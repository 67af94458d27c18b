SELECT count(*) = 50 FROM one WHERE t = id;
SELECT count(*) = 49 FROM two JOIN t ON t.id = two.t;
SELECT count(*) = 49 FROM t WHERE parent = id - 1;
