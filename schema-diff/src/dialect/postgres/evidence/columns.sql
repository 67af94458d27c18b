-- The columns that each statement uses, as the server resolves them; nothing of those that it takes no function of. It is
-- gone with the transaction.
CREATE FUNCTION pg_temp.schema_diff_columns_of(statements text[])
RETURNS TABLE (place bigint, namespace text, relation text, name text)
LANGUAGE plpgsql AS $function$
DECLARE
    types text;
BEGIN
    FOR at IN 1 .. coalesce(array_length(statements, 1), 0) LOOP
        BEGIN
            EXECUTE E'PREPARE schema_diff_statement AS\n' || statements[at];
            SELECT array_to_string(s.parameter_types::text[], ', ') INTO types
            FROM pg_catalog.pg_prepared_statements AS s WHERE s.name = 'schema_diff_statement';
            DEALLOCATE schema_diff_statement;
            EXECUTE 'CREATE FUNCTION pg_temp.schema_diff_statement(' || types
                || E') RETURNS void LANGUAGE sql BEGIN ATOMIC\n' || statements[at] || E'\n; END';
            place := at;
            namespace := NULL;
            RETURN NEXT;
            RETURN QUERY
            SELECT at::bigint, n.nspname::text, c.relname::text, a.attname::text
            FROM pg_catalog.pg_proc AS p
            JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid
            JOIN pg_catalog.pg_class AS c ON c.oid = d.refobjid
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid AND a.attnum > 0
            WHERE p.proname = 'schema_diff_statement' AND p.pronamespace = pg_catalog.pg_my_temp_schema()
              AND d.refclassid = 'pg_catalog.pg_class'::regclass;
            DROP FUNCTION pg_temp.schema_diff_statement;
        EXCEPTION WHEN OTHERS THEN
            NULL;
        END;
    END LOOP;
END
$function$
