//! XML of office files as a tree. What claims to be deep or to have no end is refused; entities of its own are
//! never followed.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::told::Unturned;

/// Elements and texts of one file.
const MOST_NODES: usize = 1_500_000;

/// Elements within elements.
const DEEPEST: usize = 200;

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Its name without a prefix.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Node>,
}

/// What stands in an element.
#[derive(Debug)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// The value of an attribute, by its name without a prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut found = self.attributes.iter().filter(|(key, _)| key == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// The elements in it.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element in it with this name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.name == name)
    }

    /// The first element below it with this name, wherever it stands.
    pub(super) fn below(&self, name: &str) -> Option<&Self> {
        self.elements().find_map(|element| {
            if element.name == name {
                Some(element)
            } else {
                element.below(name)
            }
        })
    }

    /// All words in it.
    pub(super) fn words(&self) -> String {
        let mut all = String::new();
        self.collect(&mut all);
        all
    }

    fn collect(&self, all: &mut String) {
        for node in &self.children {
            match node {
                Node::Element(element) => element.collect(all),
                Node::Text(text) => all.push_str(text),
            }
        }
    }

    fn open(start: &BytesStart<'_>) -> Result<Self, Unturned> {
        let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
        let mut attributes = Vec::new();
        let mut written = start.attributes();
        for attribute in written.with_checks(false) {
            let attribute = attribute.map_err(|_| Unturned::Damaged)?;
            let key = String::from_utf8_lossy(attribute.key.local_name().as_ref()).into_owned();
            let value = std::str::from_utf8(&attribute.value).map_err(|_| Unturned::Damaged)?;
            let value = quick_xml::escape::unescape(value).map_err(|_| Unturned::Damaged)?;
            attributes.push((key, value.into_owned()));
        }
        Ok(Self {
            name,
            attributes,
            children: Vec::new(),
        })
    }
}

/// Reads a file; what is within its outermost element, in an element without a name.
///
/// # Errors
/// [`Unturned::Damaged`], [`Unturned::TooLarge`].
pub(super) fn read(text: &str) -> Result<Element, Unturned> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut open = vec![Element::default()];
    let mut nodes = 0_usize;
    loop {
        nodes += 1;
        if nodes > MOST_NODES || open.len() > DEEPEST {
            return Err(Unturned::TooLarge);
        }
        let put = |open: &mut Vec<Element>, node: Node| {
            if let Some(parent) = open.last_mut() {
                parent.children.push(node);
            }
        };
        match reader.read_event().map_err(|_| Unturned::Damaged)? {
            Event::Start(start) => open.push(Element::open(&start)?),
            Event::Empty(start) => put(&mut open, Node::Element(Element::open(&start)?)),
            Event::End(_) => {
                // The outermost stays.
                if open.len() > 1
                    && let Some(done) = open.pop()
                {
                    put(&mut open, Node::Element(done));
                }
            }
            Event::Text(text) => {
                let text = String::from_utf8_lossy(&text).into_owned();
                put(&mut open, Node::Text(text));
            }
            Event::CData(text) => {
                let text = String::from_utf8_lossy(&text).into_owned();
                put(&mut open, Node::Text(text));
            }
            Event::GeneralRef(reference) => {
                let name = String::from_utf8_lossy(&reference);
                let text = quick_xml::escape::unescape(&format!("&{name};"))
                    .map(std::borrow::Cow::into_owned)
                    // One that nobody knows stands as it is written.
                    .unwrap_or_else(|_| format!("&{name};"));
                put(&mut open, Node::Text(text));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    // What was not closed is cut off.
    if open.len() == 1 {
        open.pop().ok_or(Unturned::Damaged)
    } else {
        Err(Unturned::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_with_entities_and_without_prefixes() {
        let read = read(
            "<?xml version=\"1.0\"?><w:a w:b=\"1 &amp; 2\"><w:t>甲 &lt; 乙&#x4e19;</w:t><c/></w:a>",
        );
        let read = read.unwrap();
        let a = read.child("a").unwrap();
        assert_eq!(a.attribute("b"), Some("1 & 2"));
        assert_eq!(a.words(), "甲 < 乙丙");
        assert!(read.below("c").is_some());
    }

    #[test]
    fn what_is_cut_off_or_deep_is_refused() {
        assert!(matches!(read("<a><b>"), Err(Unturned::Damaged)));
        let deep = "<a>".repeat(DEEPEST + 1);
        assert!(matches!(read(&deep), Err(Unturned::TooLarge)));
        let bomb = "<!DOCTYPE a [<!ENTITY b \"ccc\">]><a>&b;</a>";
        assert_eq!(read(bomb).unwrap().words(), "&b;");
    }
}
