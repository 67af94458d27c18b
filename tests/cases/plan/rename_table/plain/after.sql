SELECT count(*) = 50 FROM u WHERE a = 'v' || id;
