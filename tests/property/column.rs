//! Random columns.

use rand::RngExt;
use rand::rngs::StdRng;

use crate::schema::one_of;

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) not_null: bool,
    pub(crate) default: Option<String>,
    pub(crate) comment: Option<String>,
}

/// What a column holds: its type, values that may be its default, and conditions over `$`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) sql_type: &'static str,
    pub(crate) defaults: &'static [&'static str],
    pub(crate) conditions: &'static [&'static str],
    /// Whether a btree can sort it.
    pub(crate) sorts: bool,
}

const fn kind(sql_type: &'static str, defaults: &'static [&'static str], conditions: &'static [&'static str]) -> Kind {
    Kind { sql_type, defaults, conditions, sorts: true }
}

const fn unsorted(sql_type: &'static str, defaults: &'static [&'static str]) -> Kind {
    Kind { sql_type, defaults, conditions: &["$ IS NOT NULL"], sorts: false }
}

const TEXT: &[&str] = &["$ <> ''", "length($) < 9", "$ IN ('a', 'b')", "$ LIKE 'a%'", "lower($) = $", "$ ~ '^[a-z]+$'"];
const NUMBER: &[&str] = &["$ > 0", "$ BETWEEN 1 AND 9", "$ IN (1, 2, 3)", "NOT ($ = 5 OR $ = 7)", "abs($) >= 2"];
const TIME: &[&str] = &["$ > '2020-01-01'", "$ IS NOT NULL AND $ < '2030-01-01'"];

/// Native enums are kinds as well; they are made beside the tables.
pub(crate) const ENUMS: [(&str, &[&str]); 2] = [("mood", &["calm", "wild"]), ("\"Odd Enum\"", &["it's", "B", "c d"])];

pub(crate) const KINDS: &[Kind] = &[
    kind("smallint", &["0", "-1"], NUMBER),
    kind("integer", &["0", "42", "1 + 1"], NUMBER),
    kind("bigint", &["0", "-7", "10000000000"], NUMBER),
    kind("numeric", &["0", "1.50"], NUMBER),
    kind("numeric(10,2)", &["0", "0.0", "99.99"], NUMBER),
    kind("real", &["0", "1.5"], NUMBER),
    kind("double precision", &["0", "-1.5"], NUMBER),
    kind("boolean", &["true", "false", "(NOT true)"], &["$", "NOT $", "$ IS TRUE"]),
    kind("text", &["''", "'x'", "'it''s'", "'a' || 'b'", "current_user"], TEXT),
    kind("varchar(20)", &["'x'", "NULL"], TEXT),
    kind("varchar", &["'x'"], TEXT),
    kind("char(3)", &["'abc'"], &["$ <> 'xyz'"]),
    kind("text COLLATE \"C\"", &["'x'"], TEXT),
    kind("date", &["CURRENT_DATE", "'2024-02-29'"], TIME),
    kind("timestamp", &["LOCALTIMESTAMP", "'2024-01-01 10:00'"], TIME),
    kind("timestamptz", &["now()", "CURRENT_TIMESTAMP", "clock_timestamp()"], &["$ > '2020-01-01 00:00+00'"]),
    kind("timestamptz(3)", &["now()"], &["$ IS NOT NULL"]),
    kind("time", &["'10:00'"], &["$ > '08:00'"]),
    kind("interval", &["'1 day'", "'01:30'"], &["$ > '0'"]),
    kind("uuid", &["gen_random_uuid()"], &["$ IS NOT NULL"]),
    kind("bytea", &["'\\x00'"], &["length($) > 1"]),
    kind("jsonb", &["'{}'", "'[1, 2]'"], &["jsonb_typeof($) = 'object'", "$ ? 'a'", "$ @> '{\"a\": 1}'"]),
    kind("inet", &["'10.0.0.1'"], &["family($) = 4"]),
    kind("cidr", &[], &["$ IS NOT NULL"]),
    kind("macaddr", &[], &["$ IS NOT NULL"]),
    kind("bit(4)", &["B'0101'"], &["$ <> B'0000'"]),
    kind("bit varying", &[], &["$ IS NOT NULL"]),
    kind("text[]", &["'{}'", "ARRAY['a', 'b']"], &["cardinality($) > 0", "'a' = ANY ($)"]),
    kind("integer[]", &["'{1,2}'"], &["1 = ANY ($)", "$ <> '{}'"]),
    kind("int4range", &["'[1,5)'"], &["NOT isempty($)"]),
    kind("tstzrange", &[], &["lower($) IS NOT NULL"]),
    kind("daterange", &[], &["$ IS NOT NULL"]),
    kind("tsvector", &[], &["$ IS NOT NULL"]),
    kind("money", &["0"], &["$ > '0'::money"]),
    kind("oid", &["0"], &["$ <> 0"]),
    kind("mood", &["'calm'", "'wild'"], &["$ = 'calm'", "$ IN ('calm', 'wild')"]),
    kind("\"Odd Enum\"", &["'it''s'"], &["$ <> 'B'"]),
    kind("mood[]", &["'{calm}'"], &["'wild' = ANY ($)"]),
    unsorted("json", &["'{}'"]),
    unsorted("point", &["'(0,0)'"]),
    unsorted("xml", &[]),
    unsorted("box", &[]),
];

/// The names: usual ones, words of SQL and of Rust, and odd ones.
const NAMES: [&str; 24] = [
    "name",
    "title",
    "amount",
    "status",
    "created_at",
    "email",
    "data",
    "note",
    "\"order\"",
    "\"user\"",
    "type",
    "match",
    "\"select\"",
    "\"camelCase\"",
    "\"with space\"",
    "\"größe\"",
    "\"a\"\"b\"",
    "self",
    "\"Self\"",
    "value",
    "position",
    "kind",
    "\"1st\"",
    "_x",
];

impl Column {
    /// Any column of a name that isn't taken.
    pub(crate) fn random(taken: &[Self], random: &mut StdRng) -> Self {
        let free: Vec<&str> =
            NAMES.into_iter().filter(|name| taken.iter().all(|column| column.name != *name)).collect();
        let mut column = Self {
            name: (*one_of(&free, random)).to_owned(),
            kind: *one_of(KINDS, random),
            not_null: random.random_bool(0.4),
            default: None,
            comment: random.random_bool(0.1).then(|| "It's a \"comment\"".to_owned()),
        };
        column.set_default(random);
        column
    }

    /// Gives it another default, or none.
    pub(crate) fn set_default(&mut self, random: &mut StdRng) {
        let wanted = !self.kind.defaults.is_empty() && random.random_bool(0.5);
        self.default = wanted.then(|| (*one_of(self.kind.defaults, random)).to_owned());
    }

    /// A condition over it.
    pub(crate) fn condition(&self, random: &mut StdRng) -> String {
        one_of(self.kind.conditions, random).replace('$', &self.name)
    }

    /// Its line in CREATE TABLE.
    pub(crate) fn sql(&self) -> String {
        let default = self.default.as_ref().map(|default| format!(" DEFAULT {default}")).unwrap_or_default();
        let not_null = if self.not_null { " NOT NULL" } else { "" };
        format!("{} {}{default}{not_null}", self.name, self.kind.sql_type)
    }
}
