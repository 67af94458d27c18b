SELECT count(*) = 25 FROM t WHERE a = 'none';
