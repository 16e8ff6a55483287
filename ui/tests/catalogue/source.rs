//! Reads `.slint` and `.rs` files just well enough to find the texts in them.
use std::iter::Peekable;
use std::str::Chars;

/// What both languages have in common, as far as this test must know it.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Literal(String),
    Word(String),
    Sign(char),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Language {
    Slint,
    Rust,
}

/// Splits a source into literals, words and signs with their line numbers; comments are dropped.
struct Scanner<'a> {
    rest: Peekable<Chars<'a>>,
    line: usize,
    language: Language,
    /// Open braces since each `\{` of a Slint template that is still open.
    templates: Vec<usize>,
    tokens: Vec<(usize, Token)>,
}

fn scan(source: &str, language: Language) -> Vec<(usize, Token)> {
    let mut scanner = Scanner {
        rest: source.chars().peekable(),
        line: 1,
        language,
        templates: Vec::new(),
        tokens: Vec::new(),
    };
    while scanner.step() {}
    scanner.tokens
}

impl Scanner<'_> {
    fn next(&mut self) -> Option<char> {
        let next = self.rest.next();
        self.line += usize::from(next == Some('\n'));
        next
    }

    fn push(&mut self, line: usize, token: Token) {
        self.tokens.push((line, token));
    }

    fn step(&mut self) -> bool {
        let line = self.line;
        let Some(first) = self.next() else {
            return false;
        };
        match first {
            '/' if self.rest.peek() == Some(&'/') => {
                while self.next().is_some_and(|c| c != '\n') {}
            }
            '/' if self.rest.peek() == Some(&'*') => self.block_comment(),
            '"' => self.literal(),
            '}' if self.templates.last() == Some(&0) => {
                self.templates.pop();
                self.literal();
            }
            'r' if self.language == Language::Rust
                && matches!(self.rest.peek(), Some('"' | '#')) =>
            {
                self.raw_literal();
            }
            '\'' if self.language == Language::Rust => self.quote(),
            c if c.is_alphanumeric() || c == '_' => {
                let mut word = String::from(c);
                // A dash is part of Slint's names.
                while let Some(&c) = self.rest.peek()
                    && (c.is_alphanumeric()
                        || c == '_'
                        || (c == '-' && self.language == Language::Slint))
                {
                    word.push(c);
                    self.next();
                }
                self.push(line, Token::Word(word));
            }
            c if c.is_whitespace() => {}
            c => {
                if let Some(open) = self.templates.last_mut() {
                    match c {
                        '{' => *open += 1,
                        '}' => *open -= 1,
                        _ => {}
                    }
                }
                self.push(line, Token::Sign(c));
            }
        }
        true
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        let mut before = '/';
        while let Some(c) = self.next() {
            match (before, c) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ => {
                    before = c;
                    continue;
                }
            }
            if depth == 0 {
                return;
            }
            before = ' ';
        }
    }

    /// The rest of a literal: up to its quote or, in Slint, up to the expression in a template.
    fn literal(&mut self) {
        let line = self.line;
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '"' => break,
                '\\' => match self.next() {
                    Some('n') => text.push('\n'),
                    Some('u') => {
                        let digits: String = self
                            .rest
                            .by_ref()
                            .skip(1)
                            .take_while(|c| *c != '}')
                            .collect();
                        text.extend(
                            u32::from_str_radix(&digits, 16)
                                .ok()
                                .and_then(char::from_u32),
                        );
                    }
                    Some('{') if self.language == Language::Slint => {
                        self.templates.push(0);
                        break;
                    }
                    Some(c) => text.push(c),
                    None => break,
                },
                c => text.push(c),
            }
        }
        self.push(line, Token::Literal(text));
    }

    fn raw_literal(&mut self) {
        let line = self.line;
        let mut hashes = 0;
        while self.rest.peek() == Some(&'#') {
            self.next();
            hashes += 1;
        }
        if self.rest.peek() != Some(&'"') {
            return; // r#name
        }
        self.next();
        let end = format!("\"{}", "#".repeat(hashes));
        let mut text = String::new();
        while !text.ends_with(&end) {
            let Some(c) = self.next() else { break };
            text.push(c);
        }
        self.push(line, Token::Literal(text));
    }

    /// A character or a lifetime.
    fn quote(&mut self) {
        let line = self.line;
        match self.next() {
            Some('\\') => {
                let escaped = self.next();
                while escaped.is_some() && self.next().is_some_and(|c| c != '\'') {}
            }
            Some(c) if self.rest.peek() == Some(&'\'') => {
                self.next();
                self.push(line, Token::Literal(c.to_string()));
            }
            _ => {}
        }
    }
}

/// What gettext knows a string by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) context: String,
    pub(super) text: String,
    pub(super) plural: String,
}

/// A `.slint` file as a translator sees it.
#[derive(Debug, Default)]
pub(super) struct Slint {
    pub(super) strings: Vec<(usize, Key)>,
    /// Words for the user outside `@tr`.
    pub(super) stray: Vec<(usize, String)>,
}

pub(super) fn read_slint(source: &str) -> Slint {
    let tokens = scan(source, Language::Slint);
    let sign = |at: usize, c: char| matches!(tokens.get(at), Some((_, Token::Sign(s))) if *s == c);
    let word =
        |at: usize, text: &str| matches!(tokens.get(at), Some((_, Token::Word(w))) if w == text);
    let literal = |at: usize| match tokens.get(at) {
        Some((_, Token::Literal(text))) => Some(text.clone()),
        _ => None,
    };
    let mut found = Slint::default();
    // The default of an `in property` is what the previewer shows until Rust sets it.
    let mut preview = false;
    let mut at = 0;
    while let Some((line, token)) = tokens.get(at) {
        if sign(at, '@') && word(at + 1, "tr") && sign(at + 2, '(') {
            at += 3;
            let Some(mut text) = literal(at) else {
                continue;
            };
            let mut context = String::new();
            if sign(at + 1, '=')
                && sign(at + 2, '>')
                && let Some(second) = literal(at + 3)
            {
                context = std::mem::replace(&mut text, second);
                at += 3;
            }
            let mut plural = String::new();
            if sign(at + 1, '|')
                && let Some(second) = literal(at + 2)
            {
                plural = second;
                at += 2;
            }
            found.strings.push((
                *line,
                Key {
                    context,
                    text,
                    plural,
                },
            ));
        } else if word(at, "in") && word(at + 1, "property") {
            preview = true;
        } else if sign(at, ';') {
            preview = false;
        } else if let Token::Literal(text) = token
            && !preview
            && text != "中文"
            && text.chars().any(|c| is_han(c) || is_chinese_punctuation(c))
        {
            found.stray.push((*line, text.clone()));
        }
        at += 1;
    }
    found
}

/// Chinese in the literals of a Rust file, its `#[cfg(test)]` items left out. Punctuation counts
/// as layout: the reader-aloud joins table cells with a comma, to make a pause.
pub(super) fn chinese_in_rust(source: &str) -> Vec<(usize, String)> {
    let tokens = scan(source, Language::Rust);
    let test = ["#", "[", "cfg", "(", "test", ")", "]"];
    let is = |token: &Token, text: &str| match token {
        Token::Word(word) => word == text,
        Token::Sign(sign) => text.chars().eq([*sign]),
        Token::Literal(_) => false,
    };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((line, token)) = tokens.get(at) {
        if tokens.len() >= at + test.len()
            && test
                .iter()
                .zip(&tokens[at..])
                .all(|(text, (_, token))| is(token, text))
        {
            let mut depth = 0usize;
            at += test.len();
            // To the end of the item: `;` or the brace that closes its body.
            while let Some((_, token)) = tokens.get(at) {
                match token {
                    Token::Sign('{') => depth += 1,
                    Token::Sign('}') => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if depth == 0 && matches!(token, Token::Sign(';' | '}')) {
                    break;
                }
                at += 1;
            }
        } else if let Token::Literal(text) = token
            && text.chars().any(is_han)
        {
            found.push((*line, text.clone()));
        }
        at += 1;
    }
    found
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The full-width space is left out: it separates, in every language.
fn is_chinese_punctuation(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{303f}' | '\u{ff01}'..='\u{ffef}')
}

#[test]
fn slint_files_are_read_as_the_compiler_reads_them() {
    let found = read_slint(
        r#"
        // "注释一"
        /* "注释二" /* "注释三" */ "注释四" */
        export global A {
            in property <string> title: wide ? "预览一" : "预览二";
            in-out property <string> shown: "漏一";
        }
        x: @tr("说：\"\u{4e00}\"\n") + "　" + @tr(
            "date" =>
            "{0}月", "漏二") + "\u{e037}" + "中文";
        y: "a\{ { n } + @tr("里面") }漏三" + @tr("一个" | "{n}个" % n);
        "#,
    );
    let key = |context: &str, text: &str, plural: &str| Key {
        context: context.into(),
        text: text.into(),
        plural: plural.into(),
    };
    let strings: Vec<_> = found.strings.into_iter().map(|(_, key)| key).collect();
    assert_eq!(
        strings,
        [
            key("", "说：\"一\"\n", ""),
            key("date", "{0}月", ""),
            key("", "里面", ""),
            key("", "一个", "{n}个")
        ]
    );
    let stray: Vec<_> = found
        .stray
        .iter()
        .map(|(line, text)| (*line, text.as_str()))
        .collect();
    assert_eq!(stray, [(6, "漏一"), (10, "漏二"), (11, "漏三")]);
}

#[test]
fn rust_files_are_read_as_the_compiler_reads_them() {
    let found = chinese_in_rust(
        r##"
        //! 注释
        fn shown<'a>(c: char) -> &'a str { if c == '"' || c == '\'' || c == '字' { "漏一" } else { r#"漏"二"# } }
        const INDENT: &str = "　　，";
        #[cfg(test)]
        mod tests { const T: &str = "测试"; fn f() { let _ = '{'; } }
        #[cfg(test)]
        use crate::x;
        /* "注释" */ const LAST: &str = "\u{4e00}";
        "##,
    );
    let found: Vec<_> = found
        .iter()
        .map(|(line, text)| (*line, text.as_str()))
        .collect();
    assert_eq!(found, [(3, "字"), (3, "漏一"), (3, "漏\"二\"#"), (9, "一")]);
}
