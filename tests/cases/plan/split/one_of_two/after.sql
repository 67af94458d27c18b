SELECT count(*) = 50 FROM people WHERE name = 'First' || id || CASE WHEN id % 5 = 0 THEN '' ELSE ' Last' || id END;
