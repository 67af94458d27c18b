INSERT INTO e (id, mood) SELECT i, (ARRAY['sad', 'so_so', 'happy'])[1 + i % 3]::mood FROM generate_series(1, 50) AS i;
