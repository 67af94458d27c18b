SELECT max(size) = 'small' FROM t WHERE size < 'large';
