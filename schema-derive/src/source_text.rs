//! A declaration's source as the compiler has it, after macros and conditions, laid out as it stands in its file, so
//! that a reader finds everything in the same line and column.

use proc_macro::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// The text and the place where it begins.
pub(crate) struct SourceText {
    /// The file, as the compiler names it.
    pub(crate) file: String,
    /// The line of the first token.
    pub(crate) line: usize,
    /// The tokens.
    pub(crate) text: String,
}

impl SourceText {
    /// Writes tokens down. Those that a macro has put together stand at several places: they come in one line, the one
    /// of the given token.
    pub(crate) fn of(tokens: &TokenStream, name: proc_macro2::Span) -> Self {
        let name = name.unwrap();
        let mut flat = Vec::new();
        flatten(tokens.clone(), &mut flat);
        let in_order = flat.windows(2).all(|pair| pair[0].start <= pair[1].start);
        let first = flat.first().map_or((name.line(), name.column()), |first| first.start);
        let line = if in_order { first.0 } else { name.line() };
        let mut text = Text { written: String::new(), line, column: 1, joint: true };
        for piece in &flat {
            text.add(piece, in_order);
        }
        Self { file: name.file(), line, text: text.written }
    }
}

/// A token, or one end of a group.
struct Piece {
    text: String,
    /// Line and column, from 1.
    start: (usize, usize),
    /// Whether the next token belongs to this one, as the second colon to the first.
    joint: bool,
}

fn flatten(tokens: TokenStream, flat: &mut Vec<Piece>) {
    for tree in tokens {
        let span = tree.span();
        let start = (span.line(), span.column());
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = ends(&group);
                let (from, to) = (group.span_open(), group.span_close());
                flat.push(Piece { text: open.to_owned(), start: (from.line(), from.column()), joint: false });
                flatten(group.stream(), flat);
                flat.push(Piece { text: close.to_owned(), start: (to.line(), to.column()), joint: false });
            }
            TokenTree::Punct(punct) => {
                flat.push(Piece { text: punct.to_string(), start, joint: punct.spacing() == Spacing::Joint });
            }
            // `$crate` is a name that only the compiler can read.
            TokenTree::Ident(ident) => {
                flat.push(Piece { text: ident.to_string().replace('$', ""), start, joint: false });
            }
            TokenTree::Literal(literal) => flat.push(Piece { text: literal.to_string(), start, joint: false }),
        }
    }
}

/// What stands around a group; nothing where a macro has kept its argument together.
fn ends(group: &Group) -> (&'static str, &'static str) {
    match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

/// The text so far, and where it ends.
struct Text {
    written: String,
    line: usize,
    column: usize,
    joint: bool,
}

impl Text {
    fn add(&mut self, piece: &Piece, in_place: bool) {
        if piece.text.is_empty() {
            return;
        }
        let (line, column) = piece.start;
        if in_place && (line, column) >= (self.line, self.column) {
            let (rows, from) = if line > self.line { (line - self.line, 1) } else { (0, self.column) };
            self.push(&"\n".repeat(rows));
            self.push(&" ".repeat(column - from));
        } else if !self.joint {
            self.push(" ");
        }
        self.push(&piece.text);
        self.joint = piece.joint;
    }

    fn push(&mut self, text: &str) {
        self.written.push_str(text);
        match text.rsplit_once('\n') {
            Some((before, last)) => {
                self.line += before.matches('\n').count() + 1;
                self.column = last.chars().count() + 1;
            }
            None => self.column += text.chars().count(),
        }
    }
}
