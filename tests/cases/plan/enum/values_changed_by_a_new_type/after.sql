SELECT count(*) = 17 FROM e WHERE feeling = 'fine';
SELECT to_regtype('mood') IS NULL;
