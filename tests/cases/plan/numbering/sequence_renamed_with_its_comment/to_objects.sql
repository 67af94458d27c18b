COMMENT ON SEQUENCE t_id_seq IS 'For all.';
