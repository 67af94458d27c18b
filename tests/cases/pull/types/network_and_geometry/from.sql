CREATE TABLE places (
    a inet, b cidr, c macaddr, d macaddr8, e point, f line, g lseg, h box, i path, j polygon, k circle
);
