SELECT array_agg(sort ORDER BY id) = '{2,1,2,1,2,1,2,1,2,1,2,1}' FROM events;
