//! The compiler and the source reader say the same of the same source; and the compiler alone sees what macros make.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use schema_model::declare::{CompiledCrate, CrateRoot, Declared, Exported, Mistake, compiled, read};
use tests::build;

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A crate of this workspace, or one in a folder of its own.
struct Crate {
    manifest: PathBuf,
    package: String,
    /// Where the compiler's paths begin.
    workspace: PathBuf,
    file: PathBuf,
    is_library: bool,
}

impl Crate {
    fn of_workspace(folder: &str, package: &str, file: &str) -> Self {
        let workspace = build::workspace().canonicalize().expect("the workspace");
        let folder = workspace.join(folder);
        let (manifest, file) = (folder.join("Cargo.toml"), folder.join(file));
        Self { manifest, package: package.to_owned(), workspace, is_library: file.ends_with("lib.rs"), file }
    }

    /// A program of one file, which knows our library alone.
    fn alone(folder: &Path, source: &str) -> Self {
        let folder = folder.canonicalize().expect("a folder");
        let library = build::workspace().join("schema-diff");
        // Two programs of one name, built at once into one target directory, would take each other's place.
        let package = format!("alone_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let manifest = format!(
            "[package]\nname = \"{package}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\nschema-diff = {{ path = {library:?} }}\n\n[lints.rust]\ndead_code = \"allow\"\n"
        );
        std::fs::create_dir_all(folder.join("src")).expect("a folder");
        std::fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
        std::fs::copy(build::workspace().join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
        std::fs::write(folder.join("src/main.rs"), source).expect("a file");
        Self {
            manifest: folder.join("Cargo.toml"),
            package,
            file: folder.join("src/main.rs"),
            workspace: folder,
            is_library: false,
        }
    }

    fn read(&self) -> Result<Declared, Vec<Mistake>> {
        let library = self.is_library.then(|| self.package.replace('-', "_"));
        read(&[CrateRoot { package: self.package.clone(), library, file: self.file.clone(), features: Vec::new() }])
    }

    fn compiled(&self) -> Result<Declared, Vec<Mistake>> {
        let mut declarations = self.exported();
        for declaration in &mut declarations {
            declaration.file = self.workspace.join(&declaration.file);
        }
        let library = self.is_library.then(|| self.package.replace('-', "_"));
        compiled(&[CompiledCrate { library, declarations }])
    }

    /// What the hidden tests write.
    fn exported(&self) -> Vec<Exported> {
        let target = if self.is_library { vec!["--lib"] } else { vec!["--bin", &self.package] };
        let folder = self.manifest.parent().expect("a manifest has a folder");
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .current_dir(folder)
            .args(["rustc", "--quiet", "--offline", "--profile", "test", "--message-format", "json-render-diagnostics"])
            .arg("--target-dir")
            .arg(build::target_directory())
            .arg("--manifest-path")
            .arg(&self.manifest)
            .args(["--package", &self.package])
            .args(target)
            .args(["--", "--cfg", "schema_diff_export"])
            .output()
            .expect("cargo runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        assert!(!said.contains("warning"), "{said}");
        let messages = String::from_utf8_lossy(&output.stdout);
        let mut messages =
            messages.lines().rev().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        let executable = messages.find_map(|message| message["executable"].as_str().map(PathBuf::from));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("declarations");
        let ran = Command::new(executable.expect("an executable"))
            .arg("__schema_export_")
            .env("SCHEMA_DIFF_EXPORT", &file)
            .output()
            .expect("the tests run");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("a declaration")).collect()
    }
}

#[track_caller]
fn agree(krate: &Crate) {
    let read = krate.read().expect("nothing is wrong");
    let compiled = krate.compiled().unwrap_or_else(|mistakes| {
        panic!("{}", mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    });
    assert!(!read.catalog.tables.is_empty(), "{}: no table", krate.package);
    assert_eq!(compiled.catalog, read.catalog, "{}", krate.package);
    assert_eq!(compiled.unmanaged, read.unmanaged, "{}", krate.package);
}

#[test]
fn on_all_examples() {
    agree(&Crate::of_workspace("examples/bookstore", "bookstore", "src/lib.rs"));
    agree(&Crate::of_workspace("tests/renamed", "renamed-dependency", "src/lib.rs"));
}

#[test]
fn on_all_cases_that_compile() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/declare/fine");
    for case in std::fs::read_dir(cases).expect("the cases").flatten() {
        let source = std::fs::read_to_string(case.path()).expect("a case");
        let folder = tempfile::tempdir().expect("a temporary folder");
        agree(&Crate::alone(folder.path(), &source));
    }
}

#[test]
fn what_macros_make_is_seen() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let krate = Crate::alone(folder.path(), include_str!("compiled/macros.rs"));
    assert!(krate.read().is_err(), "the source alone doesn't say it");
    let declared = krate.compiled().expect("nothing is wrong");
    let mut lines = BTreeMap::new();
    for table in declared.catalog.tables.values() {
        let position = table.position.clone().expect("a position");
        assert!(position.file.ends_with("src/main.rs"), "{position}");
        let columns = crate::support::columns(table);
        lines.insert(table.name.to_string(), (position.line, columns, crate::support::keys(table)));
    }
    let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let key = "id bigint not null";
    let cats = ["primary key (id)", "check lives: lives > 0"];
    let dogs = ["primary key (id)", "foreign key (enemy) -> public.cat (id)"];
    let expected = [
        ("public.cat", 44, vec![key, "mood public.mood not null default 'Calm'::public.mood", "lives integer"], &cats),
        ("public.dog", 52, vec![key, "enemy bigint", "tags text[]", "mood public.mood not null"], &dogs),
    ];
    let expected = expected
        .into_iter()
        .map(|(name, line, columns, keys)| (name.to_owned(), (line, owned(&columns), owned(keys))))
        .collect();
    assert_eq!(lines, expected);
    let moods: Vec<_> = declared.catalog.enums.values().map(|mood| mood.values.join(" ")).collect();
    assert_eq!(moods, ["Calm Wild"]);
}
