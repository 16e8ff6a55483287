//! The six sections of a township that names none of its own, with their lists. A beginning: staff change them.

use contract::township::{Listing, ListingKind as Kind, Section, Township};

use super::MAX_NAME;

/// What stands in a name for that of the place, without 镇, 乡 and the like.
const PLACE: &str = "{}";

/// Digit, id, name, colour and icon of a section, and its lists.
type Row = (
    u8,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [List],
);

/// Id, name, kind of a list, and what will appear in it.
type List = (&'static str, &'static str, Kind, &'static str);

#[rustfmt::skip]
const SECTIONS: [Row; 6] = [
    (1, "disclosure", "党务公开", "#722836", "file-list", &[
        ("notice", "通知公告", Kind::Bulletins, "镇里和各村的通知"),
        ("dual-report", "双直通公示", Kind::Bulletins, "群众直接反映的事项和办理结果"),
        ("finance", "财务公示", Kind::Bulletins, "镇、村每月和每季度的收支明细"),
        ("development", "发展党员公示", Kind::Bulletins, "发展党员各个环节的公示"),
        ("dues", "党费公示", Kind::Bulletins, "党费收缴和使用情况"),
        ("inspection", "督查通报公示", Kind::Bulletins, "督查情况和整改结果"),
    ]),
    (2, "live", "党群直播", "#1e4a6d", "live", &[
        ("meetings", "远程视频会议", Kind::Meetings, "镇里的直播和视频会议，到时间在这里进入"),
        ("branch-life", "三会一课", Kind::Bulletins, "党员大会、支委会、党小组会和党课记录"),
        ("duty-rooms", "干部坐班", Kind::Duty, "哪些值班室能被查看，谁在什么时候看过"),
        ("duty", "坐班安排", Kind::Bulletins, "哪天谁在便民服务大厅坐班"),
        ("convenience", "一键便民服务", Kind::Guides, "常办的事怎么办、带什么、找谁"),
    ]),
    (3, "education", "党教园地", "#664812", "book", &[
        ("basics", "党的基本知识", Kind::Guides, "学习要点"),
        ("prosperity", "致富信息", Kind::Bulletins, "农事提醒、行情和用工信息"),
        ("lessons", "微党课", Kind::Programmes, "党课视频"),
    ]),
    (4, "today", "今日{}", "#1b5646", "film", &[
        ("news", "{}播报", Kind::Programmes, "本镇新闻"),
        ("scenery", "{}风采", Kind::Programmes, "本镇的山水和人"),
        ("elsewhere", "他山之石", Kind::Programmes, "外地的好做法"),
        ("films", "优秀影片", Kind::Programmes, "推荐影片"),
        ("wealth", "致富之窗", Kind::Programmes, "农业技术和致富经验"),
    ]),
    (5, "honours", "时代先锋", "#7c3c10", "medal", &[
        ("best-branch", "优秀党支部", Kind::Honours, "受表彰的党支部"),
        ("best-member", "优秀共产党员", Kind::Honours, "受表彰的党员"),
        ("clean-home", "卫生优秀党员户", Kind::Honours, "院子干净、带头分类的党员家庭"),
        ("virtue", "四德榜", Kind::Honours, "社会公德、职业道德、家庭美德、个人品德的榜样"),
        ("branches", "支部主页", Kind::Branches, "镇党委和各村党组织的介绍、书记、电话和党员人数"),
    ]),
    (6, "voice", "党风评议", "#4f3770", "chat", &[
        ("services", "一键服务", Kind::Services, "选一类，有人给您回电话；办到哪一步也在这里看"),
        ("suggestions", "建议", Kind::Suggestions, "给镇里、村里提建议，同意公开的会公开答复"),
        ("evaluations", "测评", Kind::Evaluations, "评一评镇里的站所、镇班子和村两委"),
        ("questionnaires", "问卷", Kind::Evaluations, "镇里和村里想听大家的意见"),
        ("results", "评议结果", Kind::Results, "测评和问卷的结果，和整改情况"),
        ("handled", "意见办理公示", Kind::Bulletins, "你提我办：群众意见和建议的办理结果"),
    ]),
];

/// The face of a place that says no more than its name.
#[must_use]
pub fn defaults(name: &str) -> Township {
    let sections = SECTIONS
        .iter()
        .map(|(digit, id, title, color, icon, lists)| Section {
            digit: *digit,
            id: (*id).to_owned(),
            title: named(title, name),
            color: (*color).to_owned(),
            icon: (*icon).to_owned(),
            listings: lists.iter().map(|list| listing(list, name)).collect(),
        });
    let title = format!("{name}智慧党建");
    Township {
        name: name.to_owned(),
        title: if fits(&title) { title } else { name.to_owned() },
        sections: sections.collect(),
        ..Township::default()
    }
}

fn listing((id, title, kind, about): &List, name: &str) -> Listing {
    Listing {
        id: (*id).to_owned(),
        title: named(title, name),
        kind: *kind,
        about: (*about).to_owned(),
    }
}

/// A name of the table for this place: 今日清河镇. Of a long name it has what stands for any place.
fn named(title: &str, place: &str) -> String {
    let full = title.replace(PLACE, place);
    if fits(&full) {
        full
    } else {
        title.replace(PLACE, "本地")
    }
}

fn fits(title: &str) -> bool {
    title.chars().count() <= MAX_NAME
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::township;

    #[test]
    fn they_can_be_shown_whatever_the_place_is_called() {
        for name in ["清河镇", "城关", "镇", &"很".repeat(MAX_NAME)] {
            assert_eq!(township::check(&defaults(name)), [], "{name}");
        }
    }

    #[test]
    fn what_bears_the_name_of_the_place_bears_it_whole_where_it_fits() {
        let title = |name: &str| defaults(name).sections[3].title.clone();
        assert_eq!(title("清河镇"), "今日清河镇");
        assert_eq!(title("镇"), "今日镇");
        assert_eq!(title(&"很".repeat(MAX_NAME)), "今日本地");
        assert_eq!(defaults("清河镇").title, "清河镇智慧党建");
    }
}
