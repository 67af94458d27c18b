//! Comments of the database as doc comments.

/// Wide enough to read, and within rustfmt's own width at the indentation of a field.
const WIDTH: usize = 92;

/// The lines of a doc comment whose first paragraph is the comment; `None` where none says it exactly.
pub(crate) fn doc_lines(comment: &str) -> Option<Vec<String>> {
    let one_paragraph = !comment.is_empty()
        && comment.trim() == comment
        && !comment.contains(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']);
    one_paragraph.then(|| wrapped(comment))
}

/// Breaks at single spaces only, since the lines are joined again by one.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut characters = text.chars().peekable();
    let mut word = String::new();
    loop {
        let next = characters.next();
        let single_space = next == Some(' ') && characters.peek().is_some_and(|after| !after.is_whitespace());
        if next.is_none() || (single_space && !word.ends_with(char::is_whitespace)) {
            let line = lines.last_mut().map(std::mem::take).unwrap_or_default();
            lines.pop();
            lines.extend(placed(line, &word));
            word.clear();
            if next.is_none() {
                return lines;
            }
        } else {
            word.extend(next);
        }
    }
}

/// The word at the end of the line, or on a line of its own.
fn placed(line: String, word: &str) -> Vec<String> {
    if line.is_empty() {
        vec![word.to_owned()]
    } else if line.chars().count() + word.chars().count() >= WIDTH {
        vec![line, word.to_owned()]
    } else {
        vec![format!("{line} {word}")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_join_to_the_comment_again() {
        let long = "a word and  two spaces ".repeat(12) + "end";
        for text in ["One.", long.as_str(), "/ a slash", "tab\there"] {
            let lines = doc_lines(text).expect("a doc comment");
            assert_eq!(lines.join(" "), text);
            assert!(lines.iter().all(|line| line.trim() == line), "{lines:?}");
        }
        for text in ["", " x", "x ", "a\nb", "a\r"] {
            assert_eq!(doc_lines(text), None, "{text:?}");
        }
    }
}
