INSERT INTO hub (code) VALUES ('c');
INSERT INTO spoke (id, hub_code) VALUES (3, 'a');
