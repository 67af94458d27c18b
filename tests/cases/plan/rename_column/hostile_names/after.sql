SELECT count(*) = 50 FROM "order" WHERE a_very_long_name_that_takes_all_of_the_sixty_three_bytes_of_itx = 'v' || "order";
