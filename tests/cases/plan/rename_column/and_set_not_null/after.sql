SELECT count(*) = 25 FROM t WHERE b = 'none';
