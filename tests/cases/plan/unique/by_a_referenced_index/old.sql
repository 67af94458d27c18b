INSERT INTO hub (id, code) VALUES (9, 'c') ON CONFLICT (code) DO NOTHING;
INSERT INTO spoke (id, hub) VALUES (1000, 'a');
SELECT id, code FROM hub;
