//! A copy of the bookstore, which can be edited.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use sqlx::PgPool;
use tempfile::TempDir;

const OLD_NAME: &str = "user_name";
const NEW_NAME: &str = "display_name";

/// The copy; it goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Shop {
    folder: TempDir,
}

impl Shop {
    /// Copies the example to a folder outside this workspace.
    pub(crate) fn copy() -> Result<Self, Box<dyn Error>> {
        let original = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../bookstore"));
        let shop = Self { folder: tempfile::Builder::new().prefix("bookstore-").tempdir()? };
        copy_folder(original, &shop.directory())?;
        let manifest = shop.directory().join("Cargo.toml");
        let library = original.join("../../schema-diff").canonicalize()?;
        let text = fs::read_to_string(&manifest)?.replace("../../schema-diff", &library.to_string_lossy());
        // A workspace of its own, wherever the folder for temporary files may lie.
        fs::write(&manifest, format!("{text}\n[workspace]\n"))?;
        Ok(shop)
    }

    /// Where it lies.
    pub(crate) fn directory(&self) -> PathBuf {
        self.folder.path().join("bookstore")
    }

    /// Renames the field in the struct and in the application's queries, and shows what was changed.
    pub(crate) fn rename(&self) -> Result<(), Box<dyn Error>> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.directory().join("src"))?
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<_>>()?;
        files.sort();
        let mut declared = false;
        for file in files {
            let text = fs::read_to_string(&file)?;
            let edited: Vec<String> = text.lines().map(|line| edit(line, &mut declared)).collect();
            let edited = edited.join("\n") + "\n";
            if edited != text {
                show_edit(&file.strip_prefix(self.directory())?.display().to_string(), &text);
                fs::write(&file, edited)?;
            }
        }
        if declared { Ok(()) } else { Err("the field to be renamed was not found".into()) }
    }
}

/// The line with the new name; the field's own attribute also says the old one.
fn edit(line: &str, declared: &mut bool) -> String {
    let renamed = line.replace(OLD_NAME, NEW_NAME);
    if line.trim_start().starts_with("#[db(index, check(\"length(user_name)") {
        *declared = true;
        return renamed.replace("#[db(", &format!("#[db(renamed_from = \"{OLD_NAME}\", "));
    }
    renamed
}

fn show_edit(file: &str, text: &str) {
    println!("{file}");
    let mut declared = false;
    for line in text.lines() {
        let edited = edit(line, &mut declared);
        if edited != line {
            println!("- {}\n+ {}", line.trim(), edited.trim());
        }
    }
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Puts rows into every table, customers as [`crate::log::Log::filled`] expects them.
pub(crate) async fn fill(pool: &PgPool, customers: i64) -> sqlx::Result<()> {
    let statements = [
        "INSERT INTO customers (id, email, user_name)
         SELECT n, 'reader' || n || '@example.org', 'Reader ' || n FROM generate_series(1, $1) AS n",
        "INSERT INTO categories (name) SELECT 'Shelf ' || n FROM generate_series(1, least(20, $1)) AS n",
        "INSERT INTO authors (name, born) SELECT 'Author ' || n, 1900 + n % 100 FROM generate_series(1, $1 / 500) AS n",
        "INSERT INTO books (isbn, title, category_id, price_cents, stock)
         SELECT '978' || lpad(n::text, 10, '0'), 'Book ' || n, 1 + n % 20, 500 + n, n % 7 FROM generate_series(1, $1 / 100) AS n",
        "INSERT INTO book_authors (book_id, author_id)
         SELECT id, 1 + id % ($1 / 500) FROM books",
        "INSERT INTO orders (customer_id) SELECT n FROM generate_series(1, $1, 10) AS n",
        "INSERT INTO order_items (order_id, book_id, price_cents)
         SELECT orders.id, 1 + orders.id % ($1 / 100), 900 FROM orders",
    ];
    for statement in statements {
        sqlx::query(statement).bind(customers).execute(pool).await?;
    }
    // The rows above brought their own keys; what is inserted later takes the next ones.
    sqlx::query("SELECT setval(pg_get_serial_sequence('customers', 'id'), $1)").bind(customers).execute(pool).await?;
    Ok(())
}
