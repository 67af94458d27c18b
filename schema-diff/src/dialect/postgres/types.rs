//! The server's own types, by the names that `format_type` gives them.

use schema_model::SqlType;

const BUILTIN: &[&str] = &[
    "\"char\"", "aclitem", "bigint", "bit", "bit varying", "boolean", "box", "bpchar", "bytea", "character",
    "character varying", "cid", "cidr", "circle", "date", "datemultirange", "daterange", "double precision", "inet",
    "int4multirange", "int4range", "int8multirange", "int8range", "integer", "interval", "json", "jsonb", "jsonpath",
    "line", "lseg", "macaddr", "macaddr8", "money", "name", "numeric", "nummultirange", "numrange", "oid", "path",
    "pg_lsn", "pg_snapshot", "point", "polygon", "real", "record", "refcursor", "regclass", "regcollation", "regconfig",
    "regdictionary", "regnamespace", "regoper", "regoperator", "regproc", "regprocedure", "regrole", "regtype",
    "smallint", "text", "tid", "time with time zone", "time without time zone", "timestamp with time zone",
    "timestamp without time zone", "tsmultirange", "tsquery", "tsrange", "tstzmultirange", "tstzrange", "tsvector",
    "txid_snapshot", "uuid", "xid", "xid8", "xml",
];

/// Whether the server knows the type without a namespace being looked up.
pub fn is_builtin(sql_type: &SqlType) -> bool {
    sql_type.namespace.is_none() && (BUILTIN.contains(&sql_type.name.as_str()) || sql_type.name.starts_with("interval "))
}
