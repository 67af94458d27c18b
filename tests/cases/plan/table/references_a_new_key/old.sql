INSERT INTO script (name, code) VALUES ('old', 100);
UPDATE script SET code = 101 WHERE name = 's1';
