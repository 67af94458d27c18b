SELECT bool_and(n = length(a)) FROM v;
