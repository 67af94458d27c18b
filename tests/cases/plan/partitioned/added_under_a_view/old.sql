SELECT kind, place FROM kinds;
SELECT kind FROM all_of;
