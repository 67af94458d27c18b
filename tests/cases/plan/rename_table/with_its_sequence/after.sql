SELECT pg_get_serial_sequence('followings', 'id') = 'public.followings_id_seq';
