SELECT obj_description('t_x'::regclass) = 'made by hand';
