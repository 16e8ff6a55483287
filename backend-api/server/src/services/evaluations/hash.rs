//! The hash of a frozen form, by which everybody can tell that they were asked the same.

use contract::form::Form;

use crate::services::secrets;

/// The form as it is hashed: JSON without spaces, the keys of every object in alphabetical order, everything
/// beside ASCII as it is. `packaging/verify-ballots` writes it in the same way.
#[must_use]
pub fn canonical(form: &Form) -> String {
    // A value's objects are sorted; a structure's would stand in the order of its fields.
    serde_json::to_value(form).map_or_else(|_| String::new(), |value| value.to_string())
}

/// SHA-256 of the [`canonical`] form, in hexadecimal.
#[must_use]
pub fn form_hash(form: &Form) -> String {
    secrets::sha256_hex(&canonical(form))
}

#[cfg(test)]
mod tests {
    use contract::form::{OnlyIf, Question, QuestionKind};

    use super::*;

    fn form() -> Form {
        Form {
            questions: vec![Question {
                id: "q1".to_owned(),
                text: "对镇水利站满意吗？".to_owned(),
                required: true,
                only_if: Some(OnlyIf {
                    question: "q0".to_owned(),
                    any_of: vec![0, 2],
                }),
                kind: QuestionKind::Grade {
                    grades: vec!["满意".to_owned(), "“不”\\满意".to_owned()],
                    unknown_last: false,
                },
                ..Question::default()
            }],
        }
    }

    #[test]
    fn keys_are_sorted_and_nothing_is_left_out() {
        assert_eq!(
            canonical(&form()),
            r#"{"questions":[{"hint":"","id":"q1","kind":{"grades":["满意","“不”\\满意"],"kind":"grade","unknown_last":false},"only_if":{"any_of":[0,2],"question":"q0"},"page":0,"required":true,"text":"对镇水利站满意吗？"}]}"#
        );
    }

    #[test]
    fn what_is_asked_otherwise_has_another_hash() {
        let mut other = form();
        other.questions[0].required = false;
        assert_eq!(form_hash(&form()).len(), 64);
        assert_eq!(form_hash(&form()), form_hash(&form()));
        assert_ne!(form_hash(&form()), form_hash(&other));
    }
}
