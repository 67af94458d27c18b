SELECT count(*) = 50 FROM u WHERE b = 'v' || id;
