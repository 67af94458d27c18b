SELECT count(*) = 25 FROM v;
