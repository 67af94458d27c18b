//! A declaration as JSON. It is written by hand, since an application carries no serde by our doing.

use std::fmt::Write;

use super::{Declaration, RustType};

/// One object in one line.
pub(super) fn declaration(declaration: &Declaration) -> String {
    let module = declaration.test.rsplit_once("::").map_or(declaration.test, |(module, _)| module);
    let known = declaration.paths.iter().filter(|(_, meaning)| !matches!(meaning, RustType::Unknown));
    let meanings: Vec<String> =
        known.map(|(path, meaning)| format!("{}:{}", text(path), text(&meaning.to_string()))).collect();
    format!(
        "{{\"module\":{},\"file\":{},\"line\":{},\"name\":{},\"source\":{},\"meanings\":{{{}}}}}",
        text(module),
        text(declaration.file),
        declaration.line,
        text(declaration.name),
        text(declaration.source),
        meanings.join(",")
    )
}

fn text(text: &str) -> String {
    let mut json = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            control if control.is_control() => {
                // A `String` takes whatever is written to it.
                let _ = write!(json, "\\u{:04x}", u32::from(control));
            }
            other => json.push(other),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_unknown_paths_left_out() {
        let written = declaration(&Declaration {
            test: "app::users::__schema_export_User",
            file: "src\\users.rs",
            line: 3,
            name: "User",
            source: "#[db(table = \"a\")]\nstruct User;",
            paths: &[("Id", &RustType::Named("i64")), ("Uuid", &RustType::Unknown)],
        });
        let expected = r##"{"module":"app::users","file":"src\\users.rs","line":3,"name":"User","source":"#[db(table = \"a\")]\u000astruct User;","meanings":{"Id":"i64"}}"##;
        assert_eq!(written, expected);
    }
}
