INSERT INTO "order" ("order", "Größe ""x""") VALUES (1000, 'n');
UPDATE "order" SET "Größe ""x""" = "Größe ""x""" || '!';
