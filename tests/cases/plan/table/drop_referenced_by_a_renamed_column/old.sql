INSERT INTO account (id, team_id) VALUES (1000, 7);
UPDATE account SET team_id = 8 WHERE id = 3;
SELECT account.id, team.id FROM account JOIN team ON team.id = account.team_id;
