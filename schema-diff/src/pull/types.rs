//! Which Rust type reads a column.
//!
//! Only types that the reader resolves to the very same column type stand alone; beside others stands `type = "…"`.
//! What sqlx reads by no type is declared without a field.

use std::collections::BTreeSet;

use schema_model::SqlType;
use schema_model::declare::{Core, column_type_of_text, known, peel};

use super::context::Context;
use super::options::{Dates, Decimals, Networks};
use super::tree::RustType;

/// How a column is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mapped {
    /// The Rust type, without `Option`; `None` where sqlx has none.
    pub(crate) rust: Option<RustType>,
    /// What `type = "…"` must say.
    pub(crate) written: Option<String>,
}

impl Context<'_> {
    /// The Rust type of a column type.
    pub(crate) fn map(&self, sql_type: &SqlType) -> Mapped {
        let element = sql_type.clone().element();
        let Some(rust) = self.element(&element) else {
            return Mapped { rust: None, written: Some(short(sql_type)) };
        };
        let rust = if sql_type.array { rust.within("Vec") } else { rust };
        let own = !rust.items.is_empty() && self.names.types.contains_key(&qualified(&element));
        let resolves = own || resolved(&rust).is_some_and(|found| found == *sql_type);
        Mapped { rust: Some(rust), written: (!resolves).then(|| short(sql_type)) }
    }

    fn element(&self, sql_type: &SqlType) -> Option<RustType> {
        let Some(name) = sql_type.qualified_name() else { return self.builtin(&sql_type.name) };
        if let Some(own) = self.names.types.get(&name) {
            return Some(RustType { items: BTreeSet::from([name]), ..RustType::plain(own.name.clone()) });
        }
        // The server sends values of a domain as those of its base type.
        if let Some(base) = self.domains.get(&name) {
            let mapped = self.map(base);
            return mapped.rust;
        }
        let text = match name.name.as_str() {
            "citext" => return Some(RustType::plain("String")),
            "hstore" => "sqlx::postgres::types::PgHstore",
            "ltree" => "sqlx::postgres::types::PgLTree",
            "lquery" => "sqlx::postgres::types::PgLQuery",
            "cube" => "sqlx::postgres::types::PgCube",
            _ => return None,
        };
        Some(imported(text))
    }

    fn builtin(&self, name: &str) -> Option<RustType> {
        let chrono = self.options.dates == Dates::Chrono;
        let date = |one: &str, other: &str| imported(if chrono { one } else { other });
        Some(match name {
            "boolean" => RustType::plain("bool"),
            "\"char\"" => RustType::plain("i8"),
            "smallint" => RustType::plain("i16"),
            "integer" => RustType::plain("i32"),
            "bigint" => RustType::plain("i64"),
            "real" => RustType::plain("f32"),
            "double precision" => RustType::plain("f64"),
            "text" | "character varying" | "character" | "bpchar" | "name" => RustType::plain("String"),
            "bytea" => RustType::plain("Vec<u8>"),
            "uuid" => imported("uuid::Uuid"),
            "json" | "jsonb" => imported("serde_json::Value"),
            "numeric" => imported(match self.options.decimals {
                Decimals::RustDecimal => "sqlx::types::Decimal",
                Decimals::BigDecimal => "sqlx::types::BigDecimal",
            }),
            "timestamp with time zone" if chrono => generic(&["chrono::DateTime", "chrono::Utc"]),
            "timestamp with time zone" => imported("time::OffsetDateTime"),
            "timestamp without time zone" => date("chrono::NaiveDateTime", "time::PrimitiveDateTime"),
            "date" => date("chrono::NaiveDate", "time::Date"),
            "time without time zone" => date("chrono::NaiveTime", "time::Time"),
            "time with time zone" if chrono => {
                generic(&["sqlx::postgres::types::PgTimeTz", "chrono::NaiveTime", "chrono::FixedOffset"])
            }
            "time with time zone" => generic(&["sqlx::postgres::types::PgTimeTz", "time::Time", "time::UtcOffset"]),
            "inet" | "cidr" => imported(match self.options.networks {
                Networks::IpNetwork => "sqlx::types::ipnetwork::IpNetwork",
                Networks::IpNet => "sqlx::types::ipnet::IpNet",
            }),
            "macaddr" => imported("sqlx::types::mac_address::MacAddress"),
            "bit" | "bit varying" => imported("sqlx::types::BitVec"),
            "oid" => imported("sqlx::postgres::types::Oid"),
            "money" => imported("sqlx::postgres::types::PgMoney"),
            "point" => imported("sqlx::postgres::types::PgPoint"),
            "line" => imported("sqlx::postgres::types::PgLine"),
            "lseg" => imported("sqlx::postgres::types::PgLSeg"),
            "box" => imported("sqlx::postgres::types::PgBox"),
            "path" => imported("sqlx::postgres::types::PgPath"),
            "polygon" => imported("sqlx::postgres::types::PgPolygon"),
            "circle" => imported("sqlx::postgres::types::PgCircle"),
            "int4range" => self.range("integer")?,
            "int8range" => self.range("bigint")?,
            "numrange" => self.range("numeric")?,
            "daterange" => self.range("date")?,
            "tsrange" => self.range("timestamp without time zone")?,
            "tstzrange" => self.range("timestamp with time zone")?,
            interval if interval == "interval" || interval.starts_with("interval ") => {
                imported("sqlx::postgres::types::PgInterval")
            }
            _ => return None,
        })
    }

    fn range(&self, bound: &str) -> Option<RustType> {
        let mut bound = self.builtin(bound)?.within("PgRange");
        bound.uses.insert("sqlx::postgres::types::PgRange".to_owned());
        Some(bound)
    }
}

fn imported(path: &str) -> RustType {
    let name = path.rsplit("::").next().unwrap_or(path);
    RustType { uses: BTreeSet::from([path.to_owned()]), ..RustType::plain(name) }
}

/// The first type with the others as its arguments.
fn generic(paths: &[&str]) -> RustType {
    let names: Vec<&str> = paths.iter().filter_map(|path| path.rsplit("::").next()).collect();
    let text = format!("{}<{}>", names[0], names[1..].join(", "));
    RustType { uses: paths.iter().map(|path| (*path).to_owned()).collect(), ..RustType::plain(text) }
}

/// What the reader makes of a type that isn't ours.
fn resolved(rust: &RustType) -> Option<SqlType> {
    let peeled = peel(&syn::parse_str(&rust.text).ok()?);
    let element = match &peeled.core {
        Core::Bytes => SqlType::builtin("bytea"),
        Core::Path(path) => {
            let segments: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            known(&segments, path)?
        }
        Core::Impossible(..) => return None,
    };
    Some(if peeled.array { element.into_array() } else { element })
}

fn qualified(element: &SqlType) -> schema_model::QualifiedName {
    let name = element.qualified_name();
    name.unwrap_or_else(|| schema_model::QualifiedName::in_public(schema_model::Identifier::derived(&["none"], "")))
}

/// The server's long names, with what people write.
const SHORT: &[(&str, &str)] = &[
    ("character varying", "varchar"),
    ("character", "char"),
    ("bit varying", "varbit"),
    ("timestamp with time zone", "timestamptz"),
    ("timestamp without time zone", "timestamp"),
    ("time with time zone", "timetz"),
    ("time without time zone", "time"),
];

/// The type as people write it.
pub(crate) fn short(sql_type: &SqlType) -> String {
    let full = sql_type.to_string();
    let mut candidates = Vec::new();
    if let Some((_, name)) = SHORT.iter().find(|(long, _)| *long == sql_type.name && sql_type.namespace.is_none()) {
        let modifier = sql_type.modifier.as_ref().map(|modifier| format!("({modifier})")).unwrap_or_default();
        candidates.push(format!("{name}{modifier}{}", if sql_type.array { "[]" } else { "" }));
    }
    candidates.extend(full.strip_prefix("public.").map(str::to_owned));
    candidates.into_iter().find(|text| column_type_of_text(text) == *sql_type).unwrap_or(full)
}
