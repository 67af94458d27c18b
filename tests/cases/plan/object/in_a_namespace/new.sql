SELECT id FROM reports.ids WHERE a = 'ONE' AND reports.double(id) = 2;
