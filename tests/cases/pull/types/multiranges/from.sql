CREATE TABLE multiranges (id int PRIMARY KEY, a int4multirange NOT NULL DEFAULT '{}', b tstzmultirange, c datemultirange[]);
