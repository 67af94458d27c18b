CREATE FUNCTION pg_temp.schema_diff_each(statements text[])
RETURNS TABLE (place integer, code text, message text)
LANGUAGE plpgsql AS $function$
DECLARE
    detail text;
    hint text;
BEGIN
    FOR at IN 1 .. coalesce(array_length(statements, 1), 0) LOOP
        BEGIN
            EXECUTE statements[at];
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS
                code = RETURNED_SQLSTATE,
                message = MESSAGE_TEXT,
                detail = PG_EXCEPTION_DETAIL,
                hint = PG_EXCEPTION_HINT;
            place := at - 1;
            message := message || coalesce(' (' || nullif(detail, '') || ')', '') || coalesce(' (' || nullif(hint, '') || ')', '');
            RETURN NEXT;
        END;
    END LOOP;
END
$function$
