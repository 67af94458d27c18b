//! The checksum of a migration, over the tokens of its files: line ends, layout and people's comments don't count;
//! directives and what stands in quotes do.

use schema_model::sql_text::{TokenKind, tokens};
use sha2::{Digest, Sha256};

/// The SHA-256, in hexadecimal digits, of the tokens of the given files in their order.
pub fn checksum<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut hash = Sha256::new();
    for (name, text) in files {
        add(&mut hash, name);
        for token in tokens(text) {
            let piece = &text[token.range];
            match token.kind {
                TokenKind::Space => {}
                TokenKind::Comment => {
                    if let Some(directive) = piece.strip_prefix("--!") {
                        add(&mut hash, &directive.split_whitespace().collect::<Vec<_>>().join(" "));
                    }
                }
                _ => add(&mut hash, piece),
            }
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Each piece ends with a byte that occurs in no text, so that pieces can't run together.
fn add(hash: &mut Sha256, piece: &str) {
    hash.update(piece.as_bytes());
    hash.update([0xff]);
}

#[cfg(test)]
mod tests {
    use super::checksum;

    #[test]
    fn layout_and_comments_do_not_count() {
        let of = |text| checksum([("1_expand.sql", text)]);
        let original = of("--! step 1: add  it\n-- a word\nALTER TABLE t\n  ADD c text;\n");
        assert_eq!(original, of("--! step 1: add it\r\nALTER TABLE t ADD c text ;"));
        assert_ne!(original, of("--! step 1: add it\nALTER TABLE t ADD d text;"));
        assert_ne!(original, of("--! step 2: add it\nALTER TABLE t ADD c text;"));
        assert_ne!(of("SELECT 'a b'"), of("SELECT 'a  b'"));
    }
}
