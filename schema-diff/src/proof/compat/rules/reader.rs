//! What the Rust side reads a result column into.

use schema_model::SqlType;
use schema_model::declare::{Core, RustValue, known, peel};

/// A result column's name as sqlx's macros take it: `"total!: i64"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Override<'a> {
    /// The name alone.
    pub(super) name: &'a str,
    /// `!` or `?`: whether NULL is taken.
    pub(super) optional: Option<bool>,
    /// The type, as far as it is known by name.
    pub(super) value: Option<RustValue>,
}

impl<'a> Override<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let end = text.find(['!', '?', ':']).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let optional = match rest.chars().next() {
            Some('!') => Some(false),
            Some('?') => Some(true),
            _ => None,
        };
        let type_name = rest.split_once(':').map(|(_, ty)| ty.trim()).filter(|ty| *ty != "_");
        Self { name: name.trim_end(), optional, value: type_name.and_then(value) }
    }
}

/// The types whose names say enough.
fn value(text: &str) -> Option<RustValue> {
    let peeled = peel(&syn::parse_str(text).ok()?);
    let sql_type = match &peeled.core {
        Core::Bytes => Some(SqlType::builtin("bytea")),
        Core::Path(path) => {
            let segments: Vec<String> = path.path.segments.iter().map(|one| one.ident.to_string()).collect();
            known(&segments, path)
        }
        Core::Impossible(..) => None,
    };
    let sql_type = sql_type.map(|sql| if peeled.array { sql.into_array() } else { sql });
    Some(RustValue { type_name: text.to_owned(), sql_type, optional: peeled.optional, labels: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides_are_taken_apart() {
        let plain = Override::of("total");
        assert_eq!((plain.name, plain.optional, plain.value), ("total", None, None));
        assert_eq!(Override::of("total!").optional, Some(false));
        let typed = Override::of("total?: i64");
        assert_eq!((typed.name, typed.optional), ("total", Some(true)));
        assert_eq!(typed.value.and_then(|value| value.sql_type), Some(SqlType::builtin("bigint")));
        assert_eq!(Override::of("x!: _").value, None);
    }
}
