SELECT enum_range(NULL::mood)::text = '{sad,tired,awake,happy,zen,elated}';
