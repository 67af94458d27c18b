CREATE FUNCTION pg_temp.schema_diff_uses_each(statements text[])
RETURNS TABLE (place integer, relation text, name text, number smallint)
LANGUAGE plpgsql AS $function$
BEGIN
    FOR at IN 1 .. coalesce(array_length(statements, 1), 0) LOOP
        BEGIN
            EXECUTE statements[at];
            place := at - 1;
            relation := NULL;
            RETURN NEXT;
            RETURN QUERY
            SELECT at - 1, n.nspname || '.' || c.relname, a.attname::text, a.attnum
            FROM (
                SELECT 'pg_catalog.pg_proc'::regclass AS class, p.oid
                FROM pg_catalog.pg_proc AS p
                WHERE p.proname = 'schema_diff_uses' AND p.pronamespace = pg_catalog.pg_my_temp_schema()
                UNION ALL
                SELECT 'pg_catalog.pg_rewrite'::regclass, r.oid
                FROM pg_catalog.pg_rewrite AS r
                JOIN pg_catalog.pg_class AS v ON v.oid = r.ev_class
                WHERE v.relname = 'schema_diff_uses' AND v.relnamespace = pg_catalog.pg_my_temp_schema()
            ) AS made
            JOIN pg_catalog.pg_depend AS d ON d.classid = made.class AND d.objid = made.oid
            JOIN pg_catalog.pg_class AS c ON c.oid = d.refobjid
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
            WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0
              AND n.oid <> pg_catalog.pg_my_temp_schema();
            IF statements[at] LIKE 'CREATE FUNCTION%' THEN
                DROP FUNCTION pg_temp.schema_diff_uses;
            ELSE
                DROP VIEW pg_temp.schema_diff_uses;
            END IF;
        EXCEPTION WHEN OTHERS THEN
            -- The server takes no function of this query: nothing is told about it.
            NULL;
        END;
    END LOOP;
END
$function$
