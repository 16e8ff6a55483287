//! Who a row of a list is, among those of its organization who have the name or the number. Nobody is
//! doubled because a number was added, left out or changed since; and two people of one name are not
//! taken for one. Where that cannot be known, whoever wrote the list is asked.

use store::members::Record;

/// What a row says that tells people apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks<'a> {
    /// Blind index of the identity number.
    pub(super) id_index: Option<&'a str>,
    /// Blind index of the telephone number.
    pub(super) phone_index: Option<&'a str>,
    /// Name of the household; nothing if the list does not say.
    pub(super) household: Option<&'a str>,
    /// When they joined.
    pub(super) joined_on: Option<&'a str>,
}

/// What became of looking for them.
#[derive(Debug)]
pub(super) enum Match {
    /// Nobody yet.
    New,
    /// They are this one.
    Same(Box<Record>),
    /// It cannot be known.
    Unclear {
        /// What to do, for the person who wrote the list.
        advice: String,
        /// Whom of those who are registered it may be; nobody, if two rows of the list are alike.
        like: Vec<Record>,
    },
}

/// Finds the one. `namesakes` are those of the organization who have the name or the identity number;
/// `line_of` tells which row of this list was somebody already.
pub(super) fn find(
    marks: &Marks<'_>,
    namesakes: Vec<Record>,
    line_of: impl Fn(&Record) -> Option<u32>,
) -> Match {
    let same =
        |ours: Option<&str>, theirs: &Option<String>| ours.is_some() && ours == theirs.as_deref();
    let differ = |ours: Option<&str>, theirs: &Option<String>| {
        ours.is_some() && theirs.is_some() && ours != theirs.as_deref()
    };
    let by_number = namesakes
        .iter()
        .find(|it| same(marks.id_index, &it.id_index));
    if let Some(found) = by_number {
        return Match::Same(Box::new(found.clone()));
    }
    // Another identity number is another person, whatever else is the same.
    let mut others = namesakes;
    others.retain(|it| !differ(marks.id_index, &it.id_index));

    let mut by_phone = others
        .iter()
        .filter(|it| same(marks.phone_index, &it.phone_index));
    match (by_phone.next(), by_phone.next()) {
        (Some(found), None) => return Match::Same(Box::new(found.clone())),
        (Some(_), Some(_)) => {
            let like = others
                .iter()
                .filter(|it| same(marks.phone_index, &it.phone_index));
            return Match::Unclear {
                advice: "有两个人的姓名和电话都和这一行相同，请补上身份证号".to_owned(),
                like: like.cloned().collect(),
            };
        }
        _ => {}
    }

    // Who is another row of this list is somebody else, if a number says so.
    for other in &others {
        if let Some(line) = line_of(other)
            && !differ(marks.phone_index, &other.phone_index)
        {
            return Match::Unclear {
                advice: same_name_as(line),
                like: Vec::new(),
            };
        }
    }
    others.retain(|it| line_of(it).is_none());

    let [other] = others.as_slice() else {
        return match others.len() {
            0 => Match::New,
            count => Match::Unclear {
                advice: format!(
                    "这个组织里已有 {count} 个同名的人，请补上身份证号或电话，写明是哪一个；是另一个人，也请补上"
                ),
                like: others,
            },
        };
    };
    let household = other
        .household
        .as_ref()
        .map(|household| household.name.clone());
    let at_home = same(marks.household, &household);
    let unmarked = other.id_index.is_none() && other.phone_index.is_none();
    let agrees = at_home || same(marks.joined_on, &other.joined_on) || unmarked;
    let contradicts = differ(marks.household, &household)
        || differ(marks.phone_index, &other.phone_index) && !at_home;
    if agrees && !contradicts {
        return Match::Same(Box::new(other.clone()));
    }
    Match::Unclear {
        advice: format!(
            "这个组织里已有同名的人（{}），不能断定是不是同一个人：是同一个人，请写上登记过的身份证号或电话，或先在系统里修改；是另一个人，请补上他的身份证号或电话，并在系统里登记",
            known_by(other)
        ),
        like: vec![other.clone()],
    }
}

/// About a row that has nothing that tells it from another of the same name.
pub(super) fn same_name_as(line: u32) -> String {
    format!(
        "和第 {line} 行同名，分不出是一个人还是两个人：是一个人，请删去一行；是两个人，请给他们补上身份证号或电话"
    )
}

/// What is on file of somebody, as far as it may be shown.
fn known_by(record: &Record) -> String {
    let marks = [
        record
            .id_hint
            .as_ref()
            .map(|hint| format!("身份证号 {hint}")),
        record
            .phone_hint
            .as_ref()
            .map(|hint| format!("电话 {hint}")),
        record
            .household
            .as_ref()
            .map(|it| format!("户名 {}", it.name)),
        record
            .joined_on
            .as_ref()
            .map(|date| format!("入党日期 {date}")),
    ];
    let marks: Vec<String> = marks.into_iter().flatten().collect();
    if marks.is_empty() {
        "没有身份证号和电话".to_owned()
    } else {
        marks.join("，")
    }
}
