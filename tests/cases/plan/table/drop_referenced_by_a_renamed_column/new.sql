INSERT INTO account (id, group_id) VALUES (1000, 7);
UPDATE account SET group_id = 8 WHERE id = 3;
SELECT id, group_id FROM account;
