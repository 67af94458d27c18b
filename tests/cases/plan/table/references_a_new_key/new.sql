INSERT INTO timing (id, script, code) SELECT 1, id, code FROM script WHERE name = 's2';
INSERT INTO script (name, code) VALUES ('new', 100);
