SELECT enum_range(NULL::mood)::text = '{sad,so_so,happy}';
