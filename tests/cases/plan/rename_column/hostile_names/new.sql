INSERT INTO "order" ("order", a_very_long_name_that_takes_all_of_the_sixty_three_bytes_of_itx) VALUES (1000, 'n');
