COMMENT ON INDEX t_x IS 'made by hand';
