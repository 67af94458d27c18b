SELECT count(*) = 50 FROM one WHERE t_key = id;
SELECT count(*) = 49 FROM two JOIN t ON t.key = two.t_key;
