SELECT count(*) = 25 FROM t WHERE mood = 'sad';
SELECT typacl::text NOT LIKE '%{=%' FROM pg_type WHERE typname = 'mood';
