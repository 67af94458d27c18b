//! Native enums as Rust enums.

use schema_model::EnumType;

use super::case::CASES;
use super::context::Context;
use super::expression::literal;
use super::tree::{Body, Item, Key, Variant};

impl Context<'_> {
    /// The enum of a native enum type.
    pub(crate) fn enum_item(&self, enum_type: &EnumType) -> Item {
        let EnumType { name, values, comment } = enum_type;
        let names = &self.names.types[name];
        let pairs = || names.variants.iter().zip(values);
        let verbatim = pairs().all(|(variant, label)| variant == label);
        let case = CASES.iter().find(|(_, apply)| !verbatim && pairs().all(|(name, label)| apply(name) == *label));
        let variants = pairs().map(|(name, label)| {
            let same = name == label || case.is_some();
            Variant {
                name: name.clone(),
                sqlx: if same { Vec::new() } else { vec![format!("rename = {}", literal(label))] },
            }
        });
        let text = match name.namespace.as_str() {
            "public" => name.name.to_string(),
            _ => name.to_string(),
        };
        let mut sqlx = vec![format!("type_name = {}", literal(&text))];
        sqlx.extend(case.map(|(case, _)| format!("rename_all = \"{case}\"")));
        let derives = ["Clone", "Copy", "Debug", "PartialEq", "Eq", "Hash"].map(str::to_owned).to_vec();
        let mut item = Item {
            object: name.clone(),
            name: names.name.clone(),
            comment: comment.clone(),
            derives: self.type_derives(derives),
            sqlx: vec![sqlx.join(", ")],
            keys: Vec::new(),
            uses: Default::default(),
            items: Default::default(),
            body: Body::Enum(variants.collect()),
        };
        item.keys.extend(comment_key(comment.as_deref()));
        item
    }
}

/// `comment = "…"`, where no doc comment says it exactly.
pub(crate) fn comment_key(comment: Option<&str>) -> Option<Key> {
    let comment = comment.filter(|comment| super::comment::doc_lines(comment).is_none())?;
    Some(Key::is("comment", literal(comment)))
}
