//! What comes from outside (names, groups, units, messages) becomes harmless where it is shown (P13). Knows the places where text is
//! shown, not what the text is about.

use std::io;

/// For a terminal or a log: control characters, ANSI codes, bidirectional marks and everything else that shows no glyph become
/// `\u{…}`, and no workflow command (`::error`, `##[…]`, `##vso[…]`) of a CI that reads the log stays one.
pub fn terminal(text: &str) -> String {
    if is_harmless(text) {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len());
    let mut previous = None;
    for c in text.chars() {
        let begins_command = matches!(c, ':' | '#') && previous == Some(c);
        if begins_command || !has_glyph(c) {
            escaped.extend(c.escape_unicode());
            previous = None;
        } else {
            escaped.push(c);
            previous = Some(c);
        }
    }
    escaped
}

/// Whether [`terminal`] leaves the text as it stands, seen at its first glance: nothing but printable ASCII, a column each.
pub fn is_harmless(text: &str) -> bool {
    // A plan of a million people is hundreds of megabytes: eight bytes at once, and where one may be half a command one by one.
    let (words, rest) = text.as_bytes().as_chunks();
    let mut previous = 0;
    let is_harmless_word = |word: &[u8; 8]| {
        if are_plain(*word) {
            previous = 0;
            return true;
        }
        one_by_one(word, &mut previous)
    };
    words.iter().all(is_harmless_word) && one_by_one(rest, &mut previous)
}

fn one_by_one(bytes: &[u8], previous: &mut u8) -> bool {
    bytes.iter().all(|byte| {
        let begins_command = byte == previous && matches!(byte, b':' | b'#');
        *previous = *byte;
        matches!(byte, b' '..=b'~') && !begins_command
    })
}

/// Whether all of them are printable ASCII, none a colon or a hash.
fn are_plain(bytes: [u8; 8]) -> bool {
    const fn eight(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    const HIGH: u64 = eight(0x80);
    let word = u64::from_ne_bytes(bytes);
    // Below 0x80 nothing is carried from one byte into the next.
    let is_printable = word & HIGH == 0
        && (word + eight(0x80 - b' ')) & HIGH == HIGH
        && (word + eight(0x7f - b'~')) & HIGH == 0;
    let has = |byte: u8| {
        let zero_where_it_is = word ^ eight(byte);
        zero_where_it_is.wrapping_sub(eight(1)) & !zero_where_it_is & HIGH != 0
    };
    is_printable && !has(b':') && !has(b'#')
}

/// For a place inside a line of GitHub or GitLab Markdown, a table's cell included: shown as it stands, with no markup, no HTML, no
/// link, nobody mentioned and no workflow command.
pub fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, next)| next);
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => escaped.extend(['\\', c]),
            '-' | '+' | '=' if at == 0 => escaped.extend(['\\', c]),
            '.' | ')' if text[..at].bytes().all(|byte| byte.is_ascii_digit()) => escaped.extend(['\\', c]),
            '<' | '>' | '&' | '@' | '#' => push_unlinked(&mut escaped, c),
            ':' if matches!(next, Some('/' | ':')) => escaped.push_str(":&#8203;"),
            '.' if ends_with_www(&text[..at]) => escaped.push_str("&#8203;."),
            _ if has_glyph(c) => escaped.push(c),
            _ => {
                escaped.push('\\');
                escaped.extend(c.escape_unicode());
            }
        }
    }
    escaped
}

/// For HTML that stands inside Markdown (a `<summary>`), where Markdown is not read but people are still mentioned; no workflow command
/// either.
pub fn html_in_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' | '>' | '&' | '@' | '#' => push_unlinked(&mut escaped, c),
            '-' | '.' | ',' | '(' | ')' => escaped.push(c),
            _ if c.is_ascii_punctuation() => escaped.extend([format!("&#{};", u32::from(c))]),
            _ if has_glyph(c) => escaped.push(c),
            _ => escaped.extend(c.escape_unicode()),
        }
    }
    escaped
}

/// For an element or a quoted attribute of an HTML page: shown as it stands, with no markup, and no workflow command where the page's
/// source reaches a log.
pub fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut previous = None;
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            ':' if previous == Some(':') => escaped.push_str("&#58;"),
            '#' if previous == Some('#') => escaped.push_str("&#35;"),
            _ if has_glyph(c) => escaped.push(c),
            _ => escaped.extend(c.escape_unicode()),
        }
        previous = Some(c);
    }
    escaped
}

/// For a cell of a spreadsheet: never a formula, and on one line. Spreadsheets take a leading sign for the beginning of one, and know
/// no escape but a quote in front.
pub fn spreadsheet(text: &str) -> String {
    let shown: String = text
        .chars()
        .map(|c| if has_glyph(c) { c.to_string() } else { c.escape_unicode().to_string() })
        .collect();
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{shown}") } else { shown }
}

/// For a JSON document that may be shown on a terminal or in a CI's log: what shows no glyph becomes `\uXXXX`, and so does what would
/// begin a workflow command in the middle of a line (`##[…]`, `##vso[…]`). The values stay what they are, because
/// outside of texts JSON knows ASCII only and line breaks inside texts are escaped already.
pub fn json(document: &str) -> String {
    let mut escaped = String::with_capacity(document.len());
    json_after(document, None, &mut escaped);
    escaped
}

/// Escapes what stands behind `previous`.
fn json_after(text: &str, mut previous: Option<char>, escaped: &mut String) {
    for c in text.chars() {
        let begins_command = c == '#' && previous == Some('#');
        previous = Some(c);
        if !begins_command && (c == '\n' || has_glyph(c)) {
            escaped.push(c);
        } else {
            escaped.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
}

/// Where a JSON document is written and comes out as [`json`] makes it, piece by piece.
pub struct Json<W> {
    out: W,
    previous: Option<char>,
    escaped: String,
}

impl<W: io::Write> Json<W> {
    /// Writes to this.
    pub fn new(out: W) -> Self {
        Self { out, previous: None, escaped: String::new() }
    }
}

impl<W: io::Write> io::Write for Json<W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n') && *byte != b'#';
        if piece.iter().all(is_plain) {
            self.previous = None;
            self.out.write_all(piece)?;
            return Ok(piece.len());
        }
        let text = std::str::from_utf8(piece).map_err(io::Error::other)?;
        self.escaped.clear();
        json_after(text, self.previous, &mut self.escaped);
        self.previous = text.chars().next_back();
        self.out.write_all(self.escaped.as_bytes())?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// For what a workflow command of GitHub (`::error …::`) tells, behind its second `::`.
pub fn workflow_data(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            _ if has_glyph(c) => escaped.push(c),
            _ => escaped.extend(c.escape_unicode()),
        }
    }
    escaped
}

/// For a property of a workflow command of GitHub, as the file in `::error file=…::`.
pub fn workflow_property(text: &str) -> String {
    workflow_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// For a text or an attribute of an XML document: markup as entities, and what XML can't hold or nobody sees as `\u{…}`.
pub fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ if has_glyph(c) => escaped.push(c),
            _ => escaped.extend(c.escape_unicode()),
        }
    }
    escaped
}

/// HTML's characters as entities. Behind `@` and `#` stands a blank of no width, because mentions and references to issues are looked
/// for in the page that Markdown has already become, where no backslash protects them.
fn push_unlinked(escaped: &mut String, c: char) {
    match c {
        '<' => escaped.push_str("&lt;"),
        '>' => escaped.push_str("&gt;"),
        '&' => escaped.push_str("&amp;"),
        _ => {
            escaped.push(c);
            escaped.push_str("&#8203;");
        }
    }
}

fn ends_with_www(text: &str) -> bool {
    text.len()
        .checked_sub(3)
        .and_then(|from| text.get(from..))
        .is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

/// Letters by category, blanks by sight, and the joiner that is a mark by category.
const UNSEEN: [char; 8] =
    ['\u{34f}', '\u{115f}', '\u{1160}', '\u{17b4}', '\u{17b5}', '\u{2800}', '\u{3164}', '\u{ffa0}'];

/// Whether a reader sees the character as itself: no control or format character, no blank but the common one, no private use.
fn has_glyph(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    // The standard library's table of printable characters shows itself in the escaping of a text only; behind a letter a combining
    // mark stays what it is.
    let behind_letter = String::from_iter(['a', c]);
    !UNSEEN.contains(&c) && behind_letter.escape_debug().eq(behind_letter.chars())
}

#[cfg(test)]
mod tests;
