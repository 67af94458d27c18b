INSERT INTO t (id, a) VALUES (2, 'Two');
