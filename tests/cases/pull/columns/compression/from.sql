CREATE TABLE kept (a text COMPRESSION pglz);
