//! The server's own types, by the names that `format_type` gives them.

use schema_model::SqlType;

const PLAIN: &str = "PLAIN";
const MAIN: &str = "MAIN";
const EXTENDED: &str = "EXTENDED";

/// Each with its storage mode (`typstorage`), sorted by name.
const BUILTIN: &[(&str, &str)] = &[
    ("\"char\"", PLAIN),
    ("aclitem", PLAIN),
    ("bigint", PLAIN),
    ("bit", EXTENDED),
    ("bit varying", EXTENDED),
    ("boolean", PLAIN),
    ("box", PLAIN),
    ("bpchar", EXTENDED),
    ("bytea", EXTENDED),
    ("character", EXTENDED),
    ("character varying", EXTENDED),
    ("cid", PLAIN),
    ("cidr", MAIN),
    ("circle", PLAIN),
    ("date", PLAIN),
    ("datemultirange", EXTENDED),
    ("daterange", EXTENDED),
    ("double precision", PLAIN),
    ("inet", MAIN),
    ("int4multirange", EXTENDED),
    ("int4range", EXTENDED),
    ("int8multirange", EXTENDED),
    ("int8range", EXTENDED),
    ("integer", PLAIN),
    ("interval", PLAIN),
    ("json", EXTENDED),
    ("jsonb", EXTENDED),
    ("jsonpath", EXTENDED),
    ("line", PLAIN),
    ("lseg", PLAIN),
    ("macaddr", PLAIN),
    ("macaddr8", PLAIN),
    ("money", PLAIN),
    ("name", PLAIN),
    ("numeric", MAIN),
    ("nummultirange", EXTENDED),
    ("numrange", EXTENDED),
    ("oid", PLAIN),
    ("path", EXTENDED),
    ("pg_lsn", PLAIN),
    ("pg_snapshot", EXTENDED),
    ("point", PLAIN),
    ("polygon", EXTENDED),
    ("real", PLAIN),
    ("record", EXTENDED),
    ("refcursor", EXTENDED),
    ("regclass", PLAIN),
    ("regcollation", PLAIN),
    ("regconfig", PLAIN),
    ("regdictionary", PLAIN),
    ("regnamespace", PLAIN),
    ("regoper", PLAIN),
    ("regoperator", PLAIN),
    ("regproc", PLAIN),
    ("regprocedure", PLAIN),
    ("regrole", PLAIN),
    ("regtype", PLAIN),
    ("smallint", PLAIN),
    ("text", EXTENDED),
    ("tid", PLAIN),
    ("time with time zone", PLAIN),
    ("time without time zone", PLAIN),
    ("timestamp with time zone", PLAIN),
    ("timestamp without time zone", PLAIN),
    ("tsmultirange", EXTENDED),
    ("tsquery", PLAIN),
    ("tsrange", EXTENDED),
    ("tstzmultirange", EXTENDED),
    ("tstzrange", EXTENDED),
    ("tsvector", EXTENDED),
    ("txid_snapshot", EXTENDED),
    ("uuid", PLAIN),
    ("xid", PLAIN),
    ("xid8", PLAIN),
    ("xml", EXTENDED),
];

/// The storage mode that the server's own types have; nothing where only the server can tell.
pub fn own_storage(sql_type: &SqlType) -> Option<&'static str> {
    if sql_type.array { Some(EXTENDED) } else { builtin(sql_type) }
}

/// Whether the server knows the type without a namespace being looked up.
pub fn is_builtin(sql_type: &SqlType) -> bool {
    builtin(sql_type).is_some()
}

/// The storage mode of a type that is the server's own, an array's that of its elements.
fn builtin(sql_type: &SqlType) -> Option<&'static str> {
    let name = sql_type.name.as_str();
    // It may name its fields: `interval day to second`.
    let name = if name.starts_with("interval ") { "interval" } else { name };
    let found = BUILTIN.iter().find(|(own, _)| *own == name && sql_type.namespace.is_none());
    found.map(|(_, storage)| *storage)
}
