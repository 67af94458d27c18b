INSERT INTO t (a, extra, mood) VALUES ('z', 2, 'sad');
