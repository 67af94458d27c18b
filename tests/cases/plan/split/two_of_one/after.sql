SELECT count(*) = 50 FROM people WHERE first = 'First' || id AND last IS NOT DISTINCT FROM CASE WHEN id % 5 <> 0 THEN 'Last' || id END;
