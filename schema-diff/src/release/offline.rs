//! sqlx's offline data: `.sqlx/query-*.json`, a file for each query that a macro has checked.

use std::path::{Path, PathBuf};

use schema_model::Position;
use schema_model::declare::Unread;
use serde::Deserialize;

/// What sqlx has written down about a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offline {
    /// The file.
    pub file: PathBuf,
    /// The query's text.
    pub text: String,
    /// The types of its parameters, as the Rust side declares them.
    pub parameters: Vec<OfflineType>,
    /// Whether each result column is read as `Option`.
    pub optional: Vec<bool>,
}

/// A type as sqlx names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfflineType {
    /// sqlx's own word: `Int4`, `TextArray`.
    Word(String),
    /// The name of a type of the database.
    Named(String),
}

#[derive(Deserialize)]
struct File {
    db_name: String,
    query: String,
    describe: Describe,
}

#[derive(Deserialize)]
struct Describe {
    #[serde(default)]
    columns: Vec<serde_json::Value>,
    #[serde(default)]
    parameters: Option<Parameters>,
    #[serde(default)]
    nullable: Vec<Option<bool>>,
}

#[derive(Deserialize)]
enum Parameters {
    Left(Vec<TypeInfo>),
    Right(
        #[expect(dead_code, reason = "the number of parameters where their types are unknown: not for PostgreSQL")] u32,
    ),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TypeInfo {
    Word(String),
    Custom {
        #[serde(rename = "Custom")]
        custom: Custom,
    },
}

#[derive(Deserialize)]
struct Custom {
    name: String,
}

/// Reads the folders that are there. Queries of another database are none of ours.
pub fn read_offline(folders: &[PathBuf]) -> (Vec<Offline>, Vec<Unread>) {
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    for folder in folders {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> = entries.filter(|path| is_query(path)).collect();
        files.sort();
        for file in files {
            match read(&file) {
                Ok(Some(offline)) => found.push(offline),
                Ok(None) => {}
                Err(why) => {
                    let position = Position { file: file.display().to_string(), line: 1, column: 1 };
                    let why = format!("not what sqlx writes ({why}): run `cargo sqlx prepare`");
                    unread.push(Unread { position, why });
                }
            }
        }
    }
    (found, unread)
}

fn is_query(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with("query-") && name.ends_with(".json")
}

fn read(path: &Path) -> Result<Option<Offline>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let file: File = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if file.db_name != "PostgreSQL" {
        return Ok(None);
    }
    let parameters = match file.describe.parameters {
        Some(Parameters::Left(types)) => types.into_iter().map(OfflineType::from).collect(),
        Some(Parameters::Right(_)) | None => Vec::new(),
    };
    // What isn't known to be NOT NULL is read as Option.
    let optional = (0..file.describe.columns.len())
        .map(|at| file.describe.nullable.get(at).copied().flatten().unwrap_or(true))
        .collect();
    Ok(Some(Offline { file: path.to_owned(), text: file.query, parameters, optional }))
}

impl From<TypeInfo> for OfflineType {
    fn from(info: TypeInfo) -> Self {
        match info {
            TypeInfo::Word(word) => Self::Word(word),
            TypeInfo::Custom { custom } => Self::Named(custom.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sqlx_writes_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let one = r#"{"db_name":"PostgreSQL","query":"SELECT a, b FROM t WHERE c = $1 AND s = $2",
            "describe":{"columns":[{"ordinal":0,"name":"a","type_info":"Int4"},{"ordinal":1,"name":"b!","type_info":"Text"}],
            "parameters":{"Left":["TextArray",{"Custom":{"name":"status","kind":{"Enum":["x"]}}}]},
            "nullable":[false,null]},"hash":"0"}"#;
        std::fs::write(folder.path().join("query-1.json"), one).expect("a file");
        std::fs::write(folder.path().join("query-2.json"), "{").expect("a file");
        let sqlite = r#"{"db_name":"SQLite","query":"SELECT ?","describe":{"columns":[],"parameters":{"Right":1},"nullable":[]},"hash":"0"}"#;
        std::fs::write(folder.path().join("query-3.json"), sqlite).expect("a file");
        let (found, unread) = read_offline(&[folder.path().to_owned()]);
        assert_eq!(found.len(), 1);
        let named = OfflineType::Named("status".to_owned());
        assert_eq!(found[0].parameters, [OfflineType::Word("TextArray".to_owned()), named]);
        assert_eq!(found[0].optional, [false, true]);
        assert_eq!(unread.len(), 1);
    }
}
