//! Which column type a Rust type has: all types that sqlx maps for PostgreSQL.
//!
//! [`peel`] takes `Option`, references, boxes and arrays off and leaves the core; [`known`] is the table of the cores
//! that are not the user's own. What isn't in the table is looked up in the source, or proven by a trait.

use syn::{GenericArgument, PathArguments, Type, TypePath};

use crate::name::Identifier;
use crate::sql_type::SqlType;

/// A field's type, taken apart.
#[derive(Clone, Debug)]
pub struct Peeled {
    /// Whether it is an `Option`.
    pub optional: bool,
    /// Whether it is an array of the core.
    pub array: bool,
    /// What is left.
    pub core: Core,
}

/// What is left of a type without `Option`, references, boxes and arrays.
#[derive(Clone, Debug)]
pub enum Core {
    /// `Vec<u8>`, `[u8; 32]`, `&[u8]`.
    Bytes,
    /// A type by its path.
    Path(TypePath),
    /// Something that no column holds: why, and the type it is said of.
    Impossible(&'static str, Box<Type>),
}

/// Takes a type apart.
pub fn peel(ty: &Type) -> Peeled {
    let mut peeled = Peeled { optional: false, array: false, core: Core::Bytes };
    peel_into(ty, &mut peeled);
    peeled
}

fn peel_into(ty: &Type, peeled: &mut Peeled) {
    match ty {
        Type::Group(group) => peel_into(&group.elem, peeled),
        Type::Paren(paren) => peel_into(&paren.elem, peeled),
        Type::Reference(reference) => peel_into(&reference.elem, peeled),
        Type::Slice(slice) => peel_elements(&slice.elem, ty, peeled),
        Type::Array(array) => peel_elements(&array.elem, ty, peeled),
        Type::Path(path) => peel_path(path, ty, peeled),
        Type::Tuple(_) => peeled.core = Core::Impossible("a column holds no tuple", Box::new(ty.clone())),
        _ => peeled.core = Core::Impossible("a column can't have this type", Box::new(ty.clone())),
    }
}

fn peel_path(path: &TypePath, ty: &Type, peeled: &mut Peeled) {
    let segments = segments(path);
    let wrapper = segments.last().map(String::as_str).unwrap_or_default();
    let standard = segments.len() == 1 || matches!(segments[0].as_str(), "std" | "core" | "alloc");
    match (wrapper, first_type_argument(path)) {
        ("Option", Some(inner)) if standard => {
            // The element of an array may be NULL without the column being so.
            peeled.optional |= !peeled.array;
            peel_into(inner, peeled);
        }
        ("Box" | "Rc" | "Arc" | "Cow", Some(inner)) if standard => peel_into(inner, peeled),
        ("Vec", Some(inner)) if standard => peel_elements(inner, ty, peeled),
        _ => peeled.core = Core::Path(path.clone()),
    }
}

fn peel_elements(element: &Type, whole: &Type, peeled: &mut Peeled) {
    if matches!(element, Type::Path(path) if path.path.is_ident("u8")) {
        peeled.core = Core::Bytes;
    } else if peeled.array {
        peeled.core = Core::Impossible("sqlx reads no arrays of arrays", Box::new(whole.clone()));
    } else {
        peeled.array = true;
        peel_into(element, peeled);
    }
}

/// The names of a path's segments.
pub(crate) fn segments(path: &TypePath) -> Vec<String> {
    path.path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

/// The first type among the generic arguments of a path's last segment.
fn first_type_argument(path: &TypePath) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

const STD: &[&str] = &["std", "core", "alloc"];
const SQLX: &[&str] = &["sqlx", "sqlx_core", "sqlx_postgres"];

/// Rust types by name: the crates that define or re-export them (sqlx re-exports all of them), and the column type.
const KNOWN: &[(&str, &[&str], &str)] = &[
    ("bool", STD, "boolean"),
    ("i8", STD, "\"char\""),
    ("i16", STD, "smallint"),
    ("i32", STD, "integer"),
    ("i64", STD, "bigint"),
    ("f32", STD, "real"),
    ("f64", STD, "double precision"),
    ("str", STD, "text"),
    ("String", STD, "text"),
    ("IpAddr", STD, "inet"),
    ("Duration", &["std", "core", "chrono", "time"], "interval"),
    ("TimeDelta", &["chrono"], "interval"),
    ("DateTime", &["chrono"], "timestamptz"),
    ("NaiveDateTime", &["chrono"], "timestamp"),
    ("NaiveDate", &["chrono"], "date"),
    ("NaiveTime", &["chrono"], "time"),
    ("OffsetDateTime", &["time"], "timestamptz"),
    ("PrimitiveDateTime", &["time"], "timestamp"),
    ("Date", &["time"], "date"),
    ("Time", &["time"], "time"),
    ("Uuid", &["uuid"], "uuid"),
    ("Decimal", &["rust_decimal"], "numeric"),
    ("BigDecimal", &["bigdecimal"], "numeric"),
    ("IpNetwork", &["ipnetwork"], "inet"),
    ("IpNet", &["ipnet"], "inet"),
    ("MacAddress", &["mac_address"], "macaddr"),
    ("BitVec", &["bit_vec"], "varbit"),
    ("Value", &["serde_json"], "jsonb"),
    ("JsonValue", SQLX, "jsonb"),
    ("RawValue", &["serde_json"], "jsonb"),
    ("JsonRawValue", SQLX, "jsonb"),
    ("Json", SQLX, "jsonb"),
    ("Text", SQLX, "text"),
    ("Oid", SQLX, "oid"),
    ("PgInterval", SQLX, "interval"),
    ("PgMoney", SQLX, "money"),
    ("PgTimeTz", SQLX, "timetz"),
    ("PgPoint", SQLX, "point"),
    ("PgLine", SQLX, "line"),
    ("PgLSeg", SQLX, "lseg"),
    ("PgBox", SQLX, "box"),
    ("PgPath", SQLX, "path"),
    ("PgPolygon", SQLX, "polygon"),
    ("PgCircle", SQLX, "circle"),
    // Types of extensions, which usually live in `public`.
    ("PgCiText", SQLX, "public.citext"),
    ("PgCube", SQLX, "public.cube"),
    ("PgHstore", SQLX, "public.hstore"),
    ("PgLTree", SQLX, "public.ltree"),
    ("PgLQuery", SQLX, "public.lquery"),
];

/// The range types by their bounds' column types.
const RANGES: &[(&str, &str)] = &[
    ("integer", "int4range"),
    ("bigint", "int8range"),
    ("numeric", "numrange"),
    ("date", "daterange"),
    ("timestamp without time zone", "tsrange"),
    ("timestamp with time zone", "tstzrange"),
];

/// The column type of a type that isn't the user's own. The segments are the path's, with `use` resolved where that
/// is possible; a single one is taken by its name alone.
pub fn known(segments: &[String], path: &TypePath) -> Option<SqlType> {
    let name = segments.last()?;
    let root = (segments.len() > 1).then(|| segments[0].as_str());
    let from = |crates: &[&str]| root.is_none_or(|root| crates.contains(&root) || SQLX.contains(&root));
    if name == "PgRange" && from(SQLX) {
        return range(first_type_argument(path)?);
    }
    let (_, _, sql) = KNOWN.iter().find(|(known, crates, _)| known == name && from(crates))?;
    Some(SqlType::parse(sql))
}

/// The range type over a bound; the bound is always known by name.
fn range(bound: &Type) -> Option<SqlType> {
    let Type::Path(path) = bound else { return None };
    let element = known(&segments(path), path)?.to_string();
    RANGES.iter().find(|(known, _)| *known == element).map(|(_, range)| SqlType::builtin(range))
}

/// Rust's own types that sqlx maps to nothing in PostgreSQL.
const UNMAPPED: &[&str] = &["u8", "u16", "u32", "u64", "u128", "usize", "isize", "i128", "char"];

/// Whether it is one of Rust's own types that no column has.
pub(crate) fn is_unmapped(name: &str) -> bool {
    UNMAPPED.contains(&name)
}

/// What to say of a type that no column can have as it is, by its name.
pub(crate) fn advice(name: &str) -> String {
    let declare = "`#[db(type = \"…\")]` at the field says which type the column has";
    match name {
        "u16" | "u32" | "u64" | "u128" | "usize" | "isize" | "i128" | "u8" => format!(
            "PostgreSQL has smallint (i16), integer (i32) and bigint (i64); read it through \
             `#[sqlx(try_from = \"i64\")]`, or {declare}"
        ),
        "char" => format!("use String; or {declare}"),
        "SystemTime" | "Instant" => format!("use chrono::DateTime<Utc> or time::OffsetDateTime; or {declare}"),
        "HashMap" | "BTreeMap" => format!("use sqlx::types::Json<…> or `#[sqlx(json)]`; or {declare}"),
        _ => format!("put `#[derive(Schema)]` on `{name}` if it is an enum or a newtype of yours; or {declare}"),
    }
}

/// The server's own types, which need no namespace.
const BUILTIN: &str = "bit | bit varying | bpchar | box | bytea | character | character varying | cid | cidr | circle | \
    datemultirange | daterange | double precision | int4multirange | int4range | int8multirange | int8range | \
    json | jsonb | jsonpath | line | lseg | macaddr | macaddr8 | money | name | nummultirange | numrange | path \
    | pg_lsn | pg_snapshot | point | polygon | regclass | regcollation | regconfig | regdictionary | \
    regnamespace | regoper | regoperator | regproc | regprocedure | regrole | regtype | tid | time with time \
    zone | time without time zone | timestamp with time zone | timestamp without time zone | tsmultirange | \
    tsquery | tsrange | tstzmultirange | tstzrange | tsvector | txid_snapshot | xid | xid8 | xml | \"char\" | \
    bigint | boolean | date | inet | integer | interval | numeric | oid | real | smallint | text | uuid";

/// Reads a type as the user writes it; one that isn't the server's own lives in `public` unless it says otherwise.
pub fn written(text: &str) -> SqlType {
    let mut sql_type = SqlType::parse(text);
    if sql_type.namespace.is_none() && !is_builtin(&sql_type.name) {
        sql_type.namespace = Identifier::new("public").ok();
    }
    sql_type
}

/// Whether the server has the type by itself.
pub(crate) fn is_builtin(name: &str) -> bool {
    BUILTIN.split(" | ").any(|known| known == name) || name.starts_with("interval ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column_type(rust: &str) -> Option<String> {
        let peeled = peel(&syn::parse_str(rust).ok()?);
        let sql_type = match &peeled.core {
            Core::Bytes => SqlType::builtin("bytea"),
            Core::Path(path) => known(&segments(path), path)?,
            Core::Impossible(..) => return None,
        };
        let sql_type = if peeled.array { sql_type.into_array() } else { sql_type };
        Some(format!("{sql_type}{}", if peeled.optional { "?" } else { "" }))
    }

    #[test]
    fn types_that_sqlx_maps() {
        for (rust, sql) in [
            ("i8", "\"char\""),
            ("Option<i64>", "bigint?"),
            ("&'a str", "text"),
            ("Cow<'a, str>", "text"),
            ("Box<[u8]>", "bytea"),
            ("Vec<u8>", "bytea"),
            ("Option<Vec<u8>>", "bytea?"),
            ("Vec<Vec<u8>>", "bytea[]"),
            ("[u8; 32]", "bytea"),
            ("Vec<Option<String>>", "text[]"),
            ("[i32; 3]", "integer[]"),
            ("std::option::Option<std::string::String>", "text?"),
            ("chrono::DateTime<chrono::Utc>", "timestamp with time zone"),
            ("NaiveDateTime", "timestamp without time zone"),
            ("time::Duration", "interval"),
            ("sqlx::types::Json<Vec<Tag>>", "jsonb"),
            ("PgRange<DateTime<Utc>>", "tstzrange"),
            ("sqlx::postgres::types::PgRange<i32>", "int4range"),
            ("Vec<PgRange<Decimal>>", "numrange[]"),
            ("PgLTree", "public.ltree"),
            ("PgTimeTz", "time with time zone"),
            ("BitVec", "bit varying"),
        ] {
            assert_eq!(column_type(rust).as_deref(), Some(sql), "{rust}");
        }
    }

    #[test]
    fn what_no_column_holds() {
        for rust in ["Vec<Vec<i32>>", "(i32, i32)", "axum::Json<i32>", "UserId", "u32", "PgRange<String>", "fn()"] {
            assert_eq!(column_type(rust), None, "{rust}");
        }
    }

    #[test]
    fn written_types_outside_the_server_live_in_public() {
        assert_eq!(written("citext").to_string(), "public.citext");
        assert_eq!(written("varchar(20)").to_string(), "character varying(20)");
        assert_eq!(written("geo.point[]").to_string(), "geo.point[]");
        assert_eq!(written("interval day to second").to_string(), "interval day to second");
    }
}
