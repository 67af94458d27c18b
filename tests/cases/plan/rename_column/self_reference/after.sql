SELECT count(*) = 49 FROM t WHERE above = id - 1;
