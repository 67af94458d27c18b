//! Items as text: laid out by prettyplease, except for `#[db(…)]`, whose tokens only we know how to space.

use super::comment::doc_lines;
use super::tree::{Body, Field, Item, Key, Value};

/// rustfmt's own width.
const WIDTH: usize = 100;

/// What stands in the place of our attributes while prettyplease is at work.
const PLACE: &str = "__db_";

/// An item as text, with a line end.
pub(crate) fn item(item: &Item) -> String {
    let mut draft = Draft::default();
    draft.item(item);
    draft.finished()
}

/// A field as lines with the indentation of a field.
pub(crate) fn field(field: &Field) -> String {
    let mut draft = Draft::default();
    draft.line("struct S {");
    draft.field(field);
    draft.line("}");
    let text = draft.finished();
    let inner = text.strip_prefix("struct S {\n").and_then(|rest| rest.strip_suffix("}\n"));
    inner.unwrap_or(&text).to_owned()
}

/// Keys in one attribute, at an indentation.
pub(crate) fn attribute(keys: &[Key], indent: &str) -> String {
    let texts: Vec<String> = keys.iter().map(Key::text).collect();
    let line = format!("{indent}#[db({})]", texts.join(", "));
    if line.chars().count() <= WIDTH {
        return line;
    }
    if let [Key { name, value: Value::List(parts) }] = keys {
        let parts: Vec<String> = parts.iter().map(|part| format!("{indent}    {part},")).collect();
        return format!("{indent}#[db({name}(\n{}\n{indent}))]", parts.join("\n"));
    }
    let lines: Vec<String> = texts.iter().map(|text| format!("{indent}    {text},")).collect();
    format!("{indent}#[db(\n{}\n{indent})]", lines.join("\n"))
}

/// Source with places for our attributes.
#[derive(Default)]
struct Draft {
    text: String,
    attributes: Vec<Vec<Key>>,
}

impl Draft {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn docs(&mut self, comment: Option<&str>) {
        for line in comment.and_then(doc_lines).into_iter().flatten() {
            self.line(&format!("#[doc = {}]", super::expression::literal(&format!(" {line}"))));
        }
    }

    fn keys(&mut self, keys: Vec<Key>) {
        if !keys.is_empty() {
            self.line(&format!("#[{PLACE}{}]", self.attributes.len()));
            self.attributes.push(keys);
        }
    }

    fn item(&mut self, item: &Item) {
        self.docs(item.comment.as_deref());
        self.line(&format!("#[derive({})]", item.derives.join(", ")));
        item.sqlx.iter().for_each(|text| self.line(&format!("#[sqlx({text})]")));
        item.keys.iter().for_each(|key| self.keys(vec![key.clone()]));
        let name = &item.name;
        match &item.body {
            Body::Struct(fields) => {
                self.line(&format!("pub struct {name} {{"));
                fields.iter().for_each(|field| self.field(field));
                self.line("}");
            }
            Body::Enum(variants) => {
                self.line(&format!("pub enum {name} {{"));
                for variant in variants {
                    variant.sqlx.iter().for_each(|text| self.line(&format!("#[sqlx({text})]")));
                    self.line(&format!("{},", variant.name));
                }
                self.line("}");
            }
            Body::Newtype(inner) => self.line(&format!("pub struct {name}(pub {});", inner.text)),
        }
    }

    fn field(&mut self, field: &Field) {
        self.docs(field.comment.as_deref());
        field.sqlx.iter().for_each(|text| self.line(&format!("#[sqlx({text})]")));
        self.keys(field.keys.clone());
        self.line(&format!("pub {}: {},", field.name, field.ty.text));
    }

    /// Laid out, with our attributes in their places. What can't be parsed stays as it is, for the compiler to tell.
    fn finished(self) -> String {
        let Ok(parsed) = syn::parse_file(&self.text) else { return self.text };
        let mut text = String::new();
        for line in prettyplease::unparse(&parsed).lines() {
            let place = line.trim().strip_prefix("#[").and_then(|rest| rest.strip_suffix(']'));
            let number = place.and_then(|place| place.strip_prefix(PLACE)).and_then(|number| number.parse().ok());
            match number.and_then(|number: usize| self.attributes.get(number)) {
                Some(keys) => text.push_str(&attribute(keys, &line[..line.len() - line.trim_start().len()])),
                None => text.push_str(line),
            }
            text.push('\n');
        }
        text
    }
}
