SELECT count(*) = 50 FROM t WHERE "end" = date '2020-01-01' + id::int AND "from" = id::text;
