SELECT count(*) = 50 FROM t WHERE b = '2020-01-01';
