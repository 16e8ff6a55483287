//! Lists in every form, read and taken.

use std::sync::Arc;

use contract::member::{MemberImportReport, MemberStatus, RowComplaint, Sex};
use contract::organization::OrganizationKind;
use contract::terminal::TerminalKind;
use encoding_rs::GB18030;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use store::members::{self, Record, moves, search};
use store::terminals::{self, NewTerminal};
use store::testing::TestDatabase;
use store::versions::Seen;
use store::{Store, audit, households, notices, organizations};

use super::*;
use crate::Config;
use crate::services::kit::publishing::Source;
use crate::services::organizations::{self as units, OrganizationDraft};
use crate::services::vault::{Field, Place, Vault};

/// 2026-11-22
const NOW: i64 = 1_795_312_800_000;
const ID: &str = "11010519491231002X";
const HEADER: &str = "组织代码,姓名,身份,身份证号,电话,卡号,入党日期,免点名原因,户名\n";

struct Office {
    store: Store,
    vault: Arc<Vault>,
    _folder: tempfile::TempDir,
}

impl Office {
    fn new(database: &TestDatabase) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = database.open();
        let vault = Arc::new(Vault::open(&Config::local(folder.path()), &store).unwrap());
        let entry = |code: &str, parent: Option<&str>, kind| OrganizationDraft {
            code: code.into(),
            parent_code: parent.map(str::to_owned),
            kind,
            name: format!("{code}村"),
        };
        let entries = [
            entry("QH", None, OrganizationKind::Township),
            entry("ZJ", Some("QH"), OrganizationKind::Village),
            entry("LJ", Some("QH"), OrganizationKind::Village),
        ];
        units::import(&store, &entries, NOW).unwrap();
        Self {
            store,
            vault,
            _folder: folder,
        }
    }

    fn take(&self, bytes: &[u8]) -> MemberImportReport {
        let import = MemberImport {
            store: &self.store,
            vault: &self.vault,
            by: &Source::server(),
            organization_code: None,
            now_ms: NOW,
        };
        import_members(&import, bytes).unwrap()
    }

    fn rows(&self, rows: &str) -> MemberImportReport {
        self.take(format!("{HEADER}{rows}").as_bytes())
    }

    fn households(&self, text: &str) -> MemberImportReport {
        let import = HouseholdImport {
            store: &self.store,
            by: &Source::server(),
            organization_code: Some("ZJ"),
            now_ms: NOW,
        };
        import_households(&import, text.as_bytes()).unwrap()
    }

    fn all(&self) -> Vec<Record> {
        let root = self.store.read(organizations::root).unwrap().unwrap();
        let filter = search::Filter {
            within: &root.id,
            left: true,
            ..search::Filter::default()
        };
        let mut found = self
            .store
            .read(|tx| search::list(tx, &filter, None, 1_000))
            .unwrap();
        found.reverse();
        found
    }

    fn one(&self, name: &str) -> Record {
        let mut found = self.all();
        found.retain(|record| record.name == name);
        assert_eq!(found.len(), 1, "{name}");
        found.remove(0)
    }

    fn village(&self, code: &str) -> String {
        let found = self.store.read(|tx| organizations::by_code(tx, code));
        found.unwrap().unwrap().id
    }
}

fn counts(report: &MemberImportReport) -> (u32, u32, u32, usize) {
    (
        report.added,
        report.changed,
        report.unchanged,
        report.complaints.len(),
    )
}

fn said(report: &MemberImportReport) -> Vec<(u32, &str)> {
    report
        .complaints
        .iter()
        .map(|complaint| (complaint.line, complaint.column.as_str()))
        .collect()
}

store::on_both_engines! {
    fn a_list_becomes_members_and_households(database) {
        let office = Office::new(database);
        let report = office.rows(&format!(
            "ZJ,张三,正式党员,{ID},138 0000 0001,0012345678,1975年7月1日,年老体弱,12 号\nZJ,李四,群众,,0516-88880000,,,,12 号\n"
        ));
        assert_eq!(counts(&report), (2, 0, 0, 0), "{report:?}");
        let zhang = office.one("张三");
        assert_eq!((zhang.status, zhang.sex, zhang.born_on.as_deref()), (MemberStatus::Full, Some(Sex::Female), Some("1949-12-31")));
        assert_eq!((zhang.joined_on.as_deref(), zhang.exempt_reason.as_deref()), (Some("1975-07-01"), Some("年老体弱")));
        assert_eq!(zhang.id_index, Some(office.vault.index(Field::IdNumber, ID)));
        assert_eq!(zhang.id_hint.as_deref(), Some("110105************"));
        let sealed = office.store.read(|tx| members::sealing::of(tx, &zhang.id)).unwrap().unwrap();
        assert_eq!(office.vault.unseal(Place::IdNumber(&zhang.id), &sealed.id_number.unwrap()).unwrap(), ID);
        let li = office.one("李四");
        assert_eq!((li.status, li.household), (MemberStatus::Villager, zhang.household.clone()));
        assert_eq!(zhang.household.unwrap().name, "12 号");
        let log = office.store.read(|tx| audit::list(tx, &audit::Filter::default(), None, 100)).unwrap();
        let count = |action: &str| log.iter().filter(|entry| entry.action == action).count();
        assert_eq!((count("member.create"), count("household.create"), count("member.import")), (2, 1, 1));
        let text = format!("{log:?}");
        for secret in [ID, "19491231", "张三", "13800000001", "138 0000", "88880000"] {
            assert!(!text.contains(secret), "{text}");
        }
    }

    fn importing_again_changes_only_what_changed(database) {
        let office = Office::new(database);
        let first = format!("ZJ,张三,正式党员,{ID},13800000001,,,,12 号\nZJ,李四,群众,,0516-88880000,,,,12 号\n");
        office.rows(&first);
        assert_eq!(counts(&office.rows(&first)), (0, 0, 2, 0));
        assert_eq!(office.one("张三").version, 1);
        // What staff edited since then stays, until the row itself says something else.
        let zhang = office.one("张三");
        let edited = members::Content { name: "张三丰".into(), ..members::Content::default() };
        let id = zhang.id;
        office.store.write(move |tx| members::update(tx, &id, Seen::Any, &edited, None, NOW)).unwrap();
        assert_eq!(counts(&office.rows(&first)), (0, 0, 2, 0));
        office.one("张三丰");
        let second = first.replace("13800000001", "13800000002");
        assert_eq!(counts(&office.rows(&second)), (0, 1, 1, 0));
        let zhang = office.one("张三");
        assert_eq!(zhang.phone_hint.as_deref(), Some("138****0002"));
        // An empty cell keeps a number and clears the rest.
        let third = format!("ZJ,张三,预备党员,{ID},,,,,\n");
        assert_eq!(counts(&office.rows(&third)), (0, 1, 0, 0));
        let zhang = office.one("张三");
        assert_eq!((zhang.phone_hint.as_deref(), zhang.household, zhang.status), (Some("138****0002"), None, MemberStatus::Probationary));
        // A list with fewer columns leaves the others alone.
        let fewer = format!("组织代码,姓名,身份证号\nZJ,张三五,{ID}\n");
        assert_eq!(counts(&office.take(fewer.as_bytes())), (0, 1, 0, 0));
        assert_eq!(office.one("张三五").status, MemberStatus::Probationary);
        // Who is not in the list any more stays.
        assert_eq!(office.all().len(), 2);
    }

    fn who_got_a_number_later_is_still_the_same_person(database) {
        let office = Office::new(database);
        office.rows("ZJ,张三,正式党员,,13800000001,,,,\nZJ,无名,群众,,,,,,\n");
        let before = office.one("张三");
        assert_eq!(counts(&office.rows(&format!("ZJ,张三,正式党员,{ID},13800000001,,,,\n"))), (0, 1, 0, 0));
        assert_eq!(office.one("张三").id, before.id);
        assert_eq!(counts(&office.rows("ZJ,无名,群众,,,,,,\n")), (0, 0, 1, 0));
        // Of the same name and nothing else to tell them apart.
        let report = office.rows("ZJ,张三,群众,,,,,,\n");
        assert_eq!(said(&report), [(2, "姓名")]);
    }

    fn a_second_list_doubles_nobody(database) {
        let office = Office::new(database);
        let first = "组织代码,姓名,身份,身份证号,电话,户名\nZJ,韩一,正式党员,,,1 号\nZJ,韩二,正式党员,,13800000082,2 号\nZJ,韩三,正式党员,,13800000083,3 号\nZJ,韩四,正式党员,110105194801018018,,4 号\nZJ,韩五,正式党员,,13800000085,5 号\n";
        assert_eq!(counts(&office.take(first.as_bytes())), (5, 0, 0, 0));
        // A number added, a telephone changed, a space in the name, the number left out, both.
        let second = "组织代码,姓名,身份,身份证号,电话,户名\nZJ,韩一,正式党员,110105194701018117,,1 号\nZJ,韩二,正式党员,,13911110082,2 号\nZJ,韩　三,正式党员,,13800000083,3 号\nZJ,韩四,正式党员,,13800000084,4 号\nZJ,韩五,正式党员,110105194705058159,,5 号\n";
        let report = office.take(second.as_bytes());
        assert_eq!((report.added, report.complaints.len()), (0, 0), "{report:?}");
        assert_eq!(office.all().len(), 5);
        assert_eq!(office.one("韩二").phone_hint.as_deref(), Some("139****0082"));
        assert!(office.one("韩四").id_hint.is_some() && office.one("韩四").phone_hint.is_some());
        assert_eq!(counts(&office.take(second.as_bytes())), (0, 0, 5, 0));
    }

    fn two_people_of_one_name_are_two(database) {
        let office = Office::new(database);
        let two = "ZJ,秦一,群众,,13800000001,,,,1 号\nZJ,秦一,群众,,13800000002,,,,2 号\n";
        assert_eq!(counts(&office.rows(two)), (2, 0, 0, 0));
        assert_eq!(counts(&office.rows(two)), (0, 0, 2, 0));
        // Which of them?
        let report = office.rows("ZJ,秦一,群众,,13800000003,,,,\n");
        assert_eq!(said(&report), [(2, "姓名")]);
        assert!(report.complaints[0].message.contains("2 个"));
        // Another household and another telephone: perhaps a third, perhaps not.
        office.rows("ZJ,田一,群众,,13800000011,,,,1 号\n");
        let report = office.rows("ZJ,田一,群众,,13800000012,,,,9 号\n");
        assert_eq!(said(&report), [(2, "姓名")]);
        let message = &report.complaints[0].message;
        assert!(message.contains("138****0011") && message.contains("1 号"), "{message}");
        assert_eq!(office.all().len(), 3);
        // Nothing to tell them apart: nobody is dropped without being named.
        let report = office.rows("ZJ,郭一,群众,,,,,,\nZJ,郭一,群众,,,,,,\n");
        assert_eq!((report.added, said(&report)), (1, vec![(3, "姓名")]));
    }

    fn somebody_like_a_person_elsewhere_is_added_and_told(database) {
        let office = Office::new(database);
        office.rows(&format!("ZJ,张三,正式党员,{ID},13800000001,,,,12 号\n"));
        let report = office.rows(&format!("LJ,张三,正式党员,{ID},,,,,\nZJ,张小三,群众,,13800000001,,,,12 号\nLJ,旁人,群众,,13800000001,,,,\n"));
        assert_eq!(counts(&report), (3, 0, 0, 0));
        let like: Vec<_> = report.duplicates.iter().map(|it| (it.line, it.like.len(), it.like[0].shared.join(" "))).collect();
        // A family's telephone is no doubt.
        assert_eq!(like, [(2, 1, "id_number".into()), (4, 2, "phone".into())]);
        assert_eq!(report.duplicates[0].like[0].differs, ["organization"]);
        let neighbour = report.duplicates[1].like.iter().find(|it| it.name == "张三").unwrap();
        assert_eq!(neighbour.differs, ["name", "organization", "status"]);
        assert_eq!(office.all().len(), 4);
        let root = office.store.read(organizations::root).unwrap().unwrap();
        let told = office.store.read(|tx| notices::list(tx, notices::Viewer::of_members(&root.id), true, None, 10)).unwrap();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].organization.id, root.id, "those who see both of them");
    }

    fn a_row_with_a_mistake_is_named_and_the_rest_goes_on(database) {
        let office = Office::new(database);
        let wrong = "110105194912310021";
        let report = office.rows(&format!(
            "ZJ,好人,正式党员,,,,,,\n\
             XX,甲,正式党员,,,,,,\n\
             ,乙,正式党员,,,,,,\n\
             ZJ,,正式党员,,,,,,\n\
             ZJ,丁,干部,,,,,,\n\
             ZJ,戊,正式党员,{wrong},,,,,\n\
             ZJ,己,正式党员,1.10105E+17,,,,,\n\
             ZJ,庚,正式党员,,12345,卡,去年,电话13800000001,\n\
             ZJ,辛,正式党员,,,,,\n\
             ZJ,壬,正式党员,{ID},,,,,\n\
             ZJ,壬,正式党员,{ID},,,,,\n\
             ZJ,癸,正式党员,,,0012345678,,,\n\
             LJ,子,正式党员,,,0012345678,,,\n"
        ));
        assert_eq!(counts(&report).0, 3, "{report:?}");
        let expected: Vec<(u32, &str)> = vec![
            (3, "组织代码"), (4, "组织代码"), (5, "姓名"), (6, "身份"), (7, "身份证号"), (8, "身份证号"),
            (9, "免点名原因"), (9, "入党日期"), (9, "电话"), (9, "卡号"), (10, ""), (12, ""), (14, "卡号"),
        ];
        let mut found = said(&report);
        found.sort();
        let mut sorted = expected;
        sorted.sort();
        assert_eq!(found, sorted);
        let text = serde_json::to_string(&report).unwrap();
        for number in [wrong, ID, "12345", "13800000001", "0012345678"] {
            assert!(!text.contains(number), "{number}: {text}");
        }
        for complaint in &report.complaints {
            assert!(complaint.message.chars().count() > 5, "{complaint:?}");
        }
    }

    fn every_standing_can_be_written(database) {
        let office = Office::new(database);
        let all = [
            ("正式党员", MemberStatus::Full),
            ("中共预备党员", MemberStatus::Probationary),
            ("发展对象", MemberStatus::DevelopmentTarget),
            ("入党积极分子", MemberStatus::Activist),
            ("入党申请人", MemberStatus::Applicant),
            ("群众", MemberStatus::Villager),
        ];
        let rows: String = all.iter().map(|(word, _)| format!("ZJ,{word}甲,{word},,,,,,\n")).collect();
        assert_eq!(counts(&office.rows(&rows)), (6, 0, 0, 0));
        for (word, status) in all {
            assert_eq!(office.one(&format!("{word}甲")).status, status);
        }
        let report = office.rows("ZJ,乙,团员,,,,,,\n");
        assert!(report.complaints[0].message.contains("发展对象"), "{report:?}");
    }

    fn who_moved_or_left_is_not_moved_back_by_an_old_list(database) {
        let office = Office::new(database);
        let list = format!("ZJ,张三,正式党员,{ID},,,,,\nZJ,李四,正式党员,,13800000001,,,,\n");
        office.rows(&list);
        let (zhang, li, to) = (office.one("张三").id, office.one("李四").id, office.village("LJ"));
        office.store.write::<_, store::Error, _>(move |tx| {
            moves::transfer(tx, &zhang, &to, "wang", "搬家", NOW)?;
            moves::set_left(tx, &li, Some(NOW), NOW)
        }).unwrap();
        assert_eq!(counts(&office.rows(&list)), (0, 0, 2, 0), "said before, and nothing new");
        let report = office.rows(&list.replace("正式党员", "预备党员"));
        assert_eq!(said(&report), [(2, "组织代码"), (3, "")]);
        assert!(report.complaints[0].message.contains("LJ村"));
        // In the list of where they are now they are themselves.
        assert_eq!(counts(&office.rows(&format!("LJ,张三,预备党员,{ID},,,,,\n"))), (0, 1, 0, 0));
        assert_eq!(office.all().len(), 2);
    }

    fn households_get_their_tvs(database) {
        let office = Office::new(database);
        let new = |name: &str, kind| NewTerminal {
            kind,
            name: name.into(),
            organization_id: office.village("ZJ"),
            token_sha256: format!("{name}{kind:?}"),
        };
        let (tv, station) = (new("张家村 12 号", TerminalKind::Household), new("会议室", TerminalKind::Station));
        let id = office.store.write(move |tx| { terminals::create(tx, &station, NOW)?; terminals::create(tx, &tv, NOW) }).unwrap().id;
        let list = "组织代码,户名,电视\nZJ,12 号,张家村 12 号\n,13 号,\nZJ,14 号,会议室\nZJ,15 号,没有\nXX,1 号,\nZJ,16 号,张家村 12 号\n";
        let report = office.households(list);
        assert_eq!(counts(&report), (2, 0, 0, 4), "{report:?}");
        assert_eq!(said(&report), [(4, "电视"), (5, "电视"), (6, "组织代码"), (7, "电视")]);
        let found = office.store.read(|tx| households::of_terminal(tx, &id)).unwrap().unwrap();
        assert_eq!(found.name, "12 号");
        let again = office.households(list);
        assert_eq!(counts(&again), (0, 0, 2, 4));
        assert_eq!(counts(&office.households(&format!("户名,电视\n13 号,\n12 号,{id}\n"))), (0, 0, 2, 0));
    }

    fn thousands_of_rows_in_one_go(database) {
        let office = Office::new(database);
        let mut rows = String::new();
        for number in 0..1_050 {
            rows.push_str(&format!("ZJ,人{number},群众,,0400{number:07},,,,{} 号\n", number / 3));
        }
        assert_eq!(counts(&office.rows(&rows)), (1_050, 0, 0, 0));
        assert_eq!(counts(&office.rows(&rows)), (0, 0, 1_050, 0));
    }
}

#[test]
fn every_encoding_of_the_office_and_every_order_of_columns() {
    let database = TestDatabase::sqlite();
    let office = Office::new(&database);
    let text = format!("手机号\t公民身份号码\t姓名\t组织\n13800000001\t{ID}\t张三\tZJ\n");
    assert_eq!(counts(&office.take(&GB18030.encode(&text).0)), (1, 0, 0, 0));
    assert_eq!(counts(&office.take(text.as_bytes())), (0, 0, 1, 0));
    assert_eq!(
        counts(&office.take(&[b"\xEF\xBB\xBF", text.as_bytes()].concat())),
        (0, 0, 1, 0)
    );
    assert_eq!(
        office.one("张三").status,
        MemberStatus::Full,
        "without a column everybody is"
    );
}

#[test]
fn a_spreadsheet_is_as_good_as_a_list() {
    let database = TestDatabase::sqlite();
    let office = Office::new(&database);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    // Not in the first row, and with a title above nothing: as people write them.
    for (column, name) in ["组织代码", "姓名", "身份证号", "手机", "入党日期", "备注"]
        .iter()
        .enumerate()
    {
        sheet.write(2, column as u16, *name).unwrap();
    }
    let date = ExcelDateTime::from_ymd(1975, 7, 1).unwrap();
    let format = Format::new().set_num_format("yyyy-mm-dd");
    sheet.write(3, 0, "ZJ").unwrap();
    sheet.write(3, 1, "张三").unwrap();
    sheet.write(3, 2, ID).unwrap();
    sheet.write(3, 3, 13_800_000_001_f64).unwrap();
    sheet.write_with_format(3, 4, &date, &format).unwrap();
    sheet.write(5, 0, "ZJ").unwrap();
    sheet.write(5, 1, "李四").unwrap();
    sheet.write(5, 2, 110_105_194_912_310_020_f64).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let report = office.take(&bytes);
    assert_eq!(counts(&report), (1, 0, 0, 2), "{report:?}");
    assert_eq!(said(&report), [(1, "备注"), (6, "身份证号")]);
    assert!(report.complaints[1].message.contains("科学计数"));
    let zhang = office.one("张三");
    assert_eq!(zhang.phone_hint.as_deref(), Some("138****0001"));
    assert_eq!(zhang.joined_on.as_deref(), Some("1975-07-01"));
    assert_eq!(counts(&office.take(&bytes)), (0, 0, 1, 2));
}

fn spreadsheet(write: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    write(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

/// A spreadsheet with something else in its first sheet: programs write what the one of the tests does not.
fn replaced(bytes: &[u8], what: &[(&str, &str)]) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut file = from.by_index(index).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut file, &mut text).unwrap();
        if file.name() == "xl/worksheets/sheet1.xml" {
            for (old, new) in what {
                assert!(text.contains(old), "{old} in {text}");
                text = text.replace(old, new);
            }
        }
        let options = zip::write::SimpleFileOptions::default();
        to.start_file(file.name(), options).unwrap();
        std::io::Write::write_all(&mut to, text.as_bytes()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

fn write_rows(sheet: &mut rust_xlsxwriter::Worksheet, rows: &[&[&str]]) {
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            if !cell.is_empty() {
                sheet.write(row, column, *cell).unwrap();
            }
        }
    }
}

#[test]
fn merged_cells_hold_for_every_row() {
    let bytes = spreadsheet(|sheet| {
        let plain = Format::new();
        sheet
            .merge_range(0, 0, 0, 2, "张家村党员名册", &plain)
            .unwrap();
        for (column, name) in (0..).zip(["户名", "姓名", "组织\n代码（必填）"]) {
            sheet.write(1, column, name).unwrap();
        }
        for (row, name) in (2..).zip(["吴一", "吴二", "吴三", "郑一"]) {
            sheet.write(row, 1, name).unwrap();
        }
        sheet.merge_range(2, 0, 4, 0, "12 号", &plain).unwrap();
        sheet.write(5, 0, "13 号").unwrap();
        // To the end of the sheet, as people do who mean the whole column.
        sheet.merge_range(2, 2, 1_000, 2, "ZJ", &plain).unwrap();
    });
    let read = sheet::read(&bytes).unwrap();
    assert_eq!(read.complaints, []);
    let rows: Vec<_> = read
        .rows
        .iter()
        .map(|(line, cells)| (*line, cells.join("|")))
        .collect();
    assert_eq!(
        rows,
        [
            (3, "12 号|吴一|ZJ".to_owned()),
            (4, "12 号|吴二|ZJ".to_owned()),
            (5, "12 号|吴三|ZJ".to_owned()),
            (6, "13 号|郑一|ZJ".to_owned())
        ]
    );
    let (_, columns, report) = read_members(&bytes).unwrap();
    assert!(
        columns.has("organization_code") && report.complaints.is_empty(),
        "{report:?}"
    );
}

#[test]
fn numbers_keep_the_zeros_that_are_shown() {
    let bytes = spreadsheet(|sheet| {
        write_rows(sheet, &[&["姓名", "卡号", "电话"]]);
        sheet.write(1, 0, "陈一").unwrap();
        let card = Format::new().set_num_format("0000000000");
        let phone = Format::new().set_num_format("0000\\-00000000");
        sheet.write_with_format(1, 1, 12_345_678, &card).unwrap();
        sheet
            .write_with_format(1, 2, 51_688_880_000_f64, &phone)
            .unwrap();
    });
    let read = sheet::read(&bytes).unwrap();
    assert_eq!(
        read.rows,
        [(
            2,
            ["陈一", "0012345678", "0516-88880000"]
                .map(str::to_owned)
                .to_vec()
        )]
    );
}

#[test]
fn what_has_no_value_is_a_complaint_and_clears_nothing() {
    use rust_xlsxwriter::Formula;
    let bytes = spreadsheet(|sheet| {
        write_rows(
            sheet,
            &[
                &["姓名", "组织代码", "电话", "免点名原因"],
                &["褚一", "ZJ", "", "外出"],
                &["褚二", "ZJ", "13800000061"],
                &["褚三", "ZJ", "13800000062"],
            ],
        );
        sheet
            .write(1, 2, Formula::new("VLOOKUP(A2,A:B,2,0)").set_result("#N/A"))
            .unwrap();
        let formula = |result: &str| Formula::new("IF(1=1,D2)").set_result(result);
        sheet.write(2, 3, formula("4711")).unwrap();
        sheet.write(3, 3, formula("words")).unwrap();
        sheet.set_row_hidden(3).unwrap();
    });
    let bytes = replaced(
        &bytes,
        &[("<v>4711</v>", "<v/>"), ("<v>words</v>", "<v></v>")],
    );
    let read = sheet::read(&bytes).unwrap();
    let said: Vec<_> = read
        .complaints
        .iter()
        .map(|it| (it.line, it.column.as_str()))
        .collect();
    assert_eq!(said, [(2, "电话"), (3, "免点名原因"), (4, "")]);
    let names: Vec<_> = read
        .rows
        .iter()
        .map(|(_, cells)| cells[0].as_str())
        .collect();
    assert_eq!(names, ["褚三"]);
}

#[test]
fn other_sheets_are_named() {
    let mut book = Workbook::new();
    write_rows(book.add_worksheet(), &[&["姓名"], &["甲"]]);
    book.add_worksheet().set_name("空表").unwrap();
    write_rows(
        book.add_worksheet().set_name("李家村").unwrap(),
        &[&["姓名"], &["乙"]],
    );
    let read = sheet::read(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(read.complaints.len(), 1);
    let said = &read.complaints[0].message;
    assert!(said.contains("李家村") && !said.contains("空表"), "{said}");
}

#[test]
fn nobody_becomes_a_member_by_a_column_that_is_not_known() {
    let refused = |text: &str| match read_members(text.as_bytes()) {
        Err(complaint) => complaint.column,
        Ok(_) => panic!("taken"),
    };
    assert_eq!(
        refused("姓名,备注,政治面貌\n张三,,中共党员\n李四,,群众\n"),
        "政治面貌"
    );
    assert!(read_members("姓名,备注\n张三,年老\n".as_bytes()).is_ok());
    assert!(read_members("姓名,身份,备注\n张三,群众,申请低保\n".as_bytes()).is_ok());
}

#[test]
fn what_is_no_list_is_refused_with_what_to_do() {
    let refused = |bytes: &[u8]| sheet::read(bytes).unwrap_err().message;
    assert!(refused(b"").contains("空的"));
    assert!(refused(b"\xD0\xCF\x11\xE0old").contains(".xls"));
    assert!(refused(b"PK\x03\x04not really").contains("损坏"));
    assert!(refused(b"\x89PNG\r\n\x1a\n\0\0").contains("UTF-8"));
    assert!(refused(&vec![b'a'; MAX_BYTES + 1]).contains("20 MB"));
    let missing = |text: &str| match read_members(text.as_bytes()) {
        Err(complaint) => complaint,
        Ok(_) => panic!("taken"),
    };
    assert_eq!(missing("姓,名\n张,三\n").column, "姓名");
    assert_eq!(missing("姓名,电话,手机\n").column, "手机");
}

/// A small file that says it is large, and one that unpacks to more than is good for anybody.
#[test]
fn a_spreadsheet_cannot_fill_the_memory() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("xl/sharedStrings.xml", options).unwrap();
    let zeros = vec![0_u8; 1 << 20];
    for _ in 0..65 {
        std::io::Write::write_all(&mut zip, &zeros).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    assert!(sheet::read(&bytes).unwrap_err().message.contains("太大"));

    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "姓名").unwrap();
    sheet.write(1_048_575, 16_383, "甲").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    assert!(sheet::read(&bytes).unwrap_err().message.contains("太多"));
}

proptest! {
    #[test]
    fn reading_never_panics(text in "([a姓名组织0-9,\"\t. ]|\n){0,120}", cut in 0_usize..2_000) {
        let _ = read_members(text.as_bytes());
        let _ = read_households(text.as_bytes());
        let mut book = Workbook::new();
        book.add_worksheet().write(0, 0, text.as_str()).unwrap();
        let mut bytes = book.save_to_buffer().unwrap();
        let at = cut % bytes.len();
        bytes[at] = bytes[at].wrapping_add(1);
        let _ = sheet::read(&bytes);
        bytes.truncate(at);
        let _ = sheet::read(&bytes);
    }
}

/// The complaint type is shared with the rest of the import.
#[test]
fn complaints_say_the_column_as_the_list_does() {
    let (columns, _) = Columns::find(
        &["手机号".to_owned(), "姓名".to_owned()],
        MEMBERS,
        &["name"],
    )
    .unwrap();
    let named = columns.named(RowComplaint {
        line: 2,
        column: "phone".into(),
        message: String::new(),
    });
    assert_eq!(named.column, "手机号");
}
