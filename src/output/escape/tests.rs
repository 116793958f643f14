use super::{are_plain, has_glyph, html_in_markdown, is_harmless, json, markdown, terminal};

#[test]
fn a_terminal_gets_glyphs_only() {
    let table = [
        ("Rosa Renter", "Rosa Renter"),
        ("José Łukasz Nguyễn 戸田 ألف देवी", "José Łukasz Nguyễn 戸田 ألف देवी"),
        ("Zoe\u{308}", "Zoe\u{308}"),
        ("O'Neil \"Bo\" \\ 1|2", "O'Neil \"Bo\" \\ 1|2"),
        ("\u{1b}[31mred\u{1b}[0m", "\\u{1b}[31mred\\u{1b}[0m"),
        ("two\r\nlines\ttab", "two\\u{d}\\u{a}lines\\u{9}tab"),
        ("bell\u{7}del\u{7f}", "bell\\u{7}del\\u{7f}"),
        ("c1 \u{9b}31m \u{85}", "c1 \\u{9b}31m \\u{85}"),
        ("\u{202e}txet\u{202c}", "\\u{202e}txet\\u{202c}"),
        ("\u{2066}iso\u{2069}\u{200f}\u{61c}", "\\u{2066}iso\\u{2069}\\u{200f}\\u{61c}"),
        ("ze\u{200b}ro\u{200d}\u{2060}\u{feff}", "ze\\u{200b}ro\\u{200d}\\u{2060}\\u{feff}"),
        ("\u{2028}line\u{2029}", "\\u{2028}line\\u{2029}"),
        ("soft\u{ad} nb\u{a0}", "soft\\u{ad} nb\\u{a0}"),
        ("tag\u{e0041} own\u{e000}", "tag\\u{e0041} own\\u{e000}"),
        ("filler\u{3164}\u{2800}", "filler\\u{3164}\\u{2800}"),
    ];
    for (text, shown) in table {
        assert_eq!(terminal(text), shown);
    }
}

#[test]
fn no_workflow_command_survives() {
    let table = [
        ("::error::pwned", ":\\u{3a}error:\\u{3a}pwned"),
        (":::", ":\\u{3a}:"),
        ("##[error]pwned", "#\\u{23}[error]pwned"),
        ("##vso[task.setvariable]", "#\\u{23}vso[task.setvariable]"),
        ("reconcile.yaml:31", "reconcile.yaml:31"),
    ];
    for (text, shown) in table {
        assert_eq!(terminal(text), shown);
        let markdown = markdown(text);
        assert!(!markdown.contains("::") && !markdown.contains("##["), "{markdown}");
    }
}

#[test]
fn markdown_shows_text_and_nothing_else() {
    let table = [
        ("Rosa Renter", "Rosa Renter"),
        ("Anne-Marie 302-A 2.5", "Anne-Marie 302-A 2.5"),
        ("*a* _b_ `c` ~d~ $e$", "\\*a\\* \\_b\\_ \\`c\\` \\~d\\~ \\$e\\$"),
        ("a | b", "a \\| b"),
        ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
        ("![x](http://example.com)", "!\\[x\\](http:&#8203;//example.com)"),
        ("www.example.com", "www&#8203;.example.com"),
        ("| @all", "\\| @&#8203;all"),
        ("rosa@example.com", "rosa@&#8203;example.com"),
        ("see #12", "see #&#8203;12"),
        ("- item", "\\- item"),
        ("1. item 2. two", "1\\. item 2. two"),
        ("a\nb\u{202e}", "a\\\\u{a}b\\\\u{202e}"),
        ("back\\slash", "back\\\\slash"),
    ];
    for (text, shown) in table {
        assert_eq!(markdown(text), shown);
    }
}

#[test]
fn html_is_text_and_mentions_nobody() {
    assert_eq!(
        html_in_markdown("<b onclick=\"x\">'A' & @all #1\n::"),
        "&lt;b onclick&#61;&#34;x&#34;&gt;&#39;A&#39; &amp; @&#8203;all #&#8203;1\\u{a}&#58;&#58;"
    );
}

#[test]
fn json_keeps_its_values_and_shows_glyphs_only() {
    let value = "\u{1b}[31m \u{7f} \u{9b} \u{202e} \u{e0041} é ##[a] \n \" \\";
    let document = serde_json::to_string_pretty(&[value]).unwrap();
    let escaped = json(&document);
    assert_eq!(
        escaped,
        "[\n  \"\\u001b[31m \\u007f \\u009b \\u202e \\udb40\\udc41 é #\\u0023[a] \\n \\\" \\\\\"\n]"
    );
    assert_eq!(serde_json::from_str::<Vec<String>>(&escaped).unwrap(), [value]);
}

proptest::proptest! {
    #[test]
    fn whatever_comes_stays_on_its_line_and_commands_nothing(text: String) {
        for escaped in [terminal(&text), markdown(&text), html_in_markdown(&text)] {
            proptest::prop_assert!(escaped.chars().all(has_glyph), "{escaped}");
            proptest::prop_assert!(!escaped.contains("::") && !escaped.contains("##"), "{escaped}");
        }
    }

    #[test]
    fn json_reads_back_as_it_was(text: String) {
        let document = json(&serde_json::to_string(&text).unwrap());
        proptest::prop_assert_eq!(serde_json::from_str::<String>(&document).unwrap(), text);
    }
}

#[test]
fn a_json_document_may_come_in_pieces() {
    use std::io::Write as _;
    let document = "{ \"a\": \"##[x] \u{1b} # ##\u{202e}\" }";
    let whole = super::json(document);
    for (at, _) in document.char_indices() {
        let mut out = Vec::new();
        let mut json = super::Json::new(&mut out);
        json.write_all(&document.as_bytes()[..at]).unwrap();
        json.write_all(&document.as_bytes()[at..]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), whole, "{at}");
    }
}

/// Every byte, at every place of eight, is told alike by either way of looking.
#[test]
fn eight_bytes_at_once_are_seen_as_one_by_one() {
    for byte in 0..=u8::MAX {
        for place in 0..8 {
            let mut bytes = *b"Rosa R. ";
            bytes[place] = byte;
            let is_plain = matches!(byte, b' '..=b'~') && !matches!(byte, b':' | b'#');
            assert_eq!(are_plain(bytes), is_plain, "{byte:#x} at {place}");
        }
    }
    let texts = [
        "",
        ":",
        "::",
        "a:b:c:d:e",
        "12345678:",
        "1234567::",
        "12345678::",
        "##",
        "1234567#89#",
        "~~ ~",
        "1234567:12345678:",
        "1234567#:2345678",
        "123::678",
        "1234567:12345678::",
        ":2345678:2345678:",
        "1234567##",
    ];
    for text in texts {
        assert_eq!(is_harmless(text), !text.contains("::") && !text.contains("##"), "{text}");
    }
}
